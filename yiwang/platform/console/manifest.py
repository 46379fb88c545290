"""What the console gives to the platform."""

from yiwang.kernel.audit.vocabulary import READ as READ_LOG
from yiwang.kernel.extension.audit import audit_verbs
from yiwang.kernel.extension.imports import ImportKind, import_kinds
from yiwang.kernel.extension.menu import MenuEntry, menu
from yiwang.kernel.extension.permissions import permissions
from yiwang.kernel.extension.roles import role_extras
from yiwang.kernel.extension.worklists import WorkList, worklists
from yiwang.kernel.workdays.vocabulary import MANAGE as MANAGE_WORKDAYS
from yiwang.platform.accounts.queries.principals import of_account
from yiwang.platform.accounts.vocabulary import CONFIRM, MANAGE
from yiwang.platform.console import actions, vocabulary
from yiwang.platform.console.queries import account_lists, home, roles, unit_import
from yiwang.platform.org.vocabulary import MANAGE_TREE, MANAGE_UNIT

_GROUP = "管理后台"

audit_verbs.add_all(vocabulary.VERBS)
permissions.add_all(vocabulary.PERMISSIONS)
role_extras.add_all(vocabulary.ROLE_EXTRAS)
menu.add(
    MenuEntry(
        "console_home",
        "管理事项",
        "console:home",
        "layout-dashboard",
        order=790,
        group=_GROUP,
        any_of=vocabulary.ADMINISTRATORS,
    )
)
menu.add(
    MenuEntry(
        "console_tree",
        "组织架构管理",
        "console:tree",
        "sitemap",
        order=792,
        group=_GROUP,
        any_of=(MANAGE_TREE.key, MANAGE_UNIT.key),
    )
)
menu.add(
    MenuEntry(
        "console_people",
        "人员名册",
        "console:people",
        "users-group",
        order=794,
        group=_GROUP,
        any_of=(MANAGE_TREE.key, MANAGE_UNIT.key),
    )
)
menu.add(
    MenuEntry(
        "console_accounts",
        "账号管理",
        "console:accounts",
        "users",
        order=800,
        group=_GROUP,
        permission=MANAGE.key,
    )
)
menu.add(
    MenuEntry(
        "console_roles",
        "角色管理",
        "console:roles",
        "user-shield",
        order=805,
        group=_GROUP,
        any_of=roles.READERS,
    )
)
menu.add(
    MenuEntry(
        "console_audit",
        "审计日志",
        "console:audit",
        "file-search",
        order=810,
        group=_GROUP,
        permission=READ_LOG.key,
    )
)
menu.add(
    MenuEntry(
        "console_numbers",
        "废号台账",
        "console:numbers",
        "hash",
        order=830,
        group=_GROUP,
        permission=vocabulary.READ_SYSTEM.key,
    )
)
menu.add(
    MenuEntry(
        "console_schedules",
        "定时任务",
        "console:schedules",
        "calendar-time",
        order=840,
        group=_GROUP,
        permission=vocabulary.READ_SYSTEM.key,
    )
)
menu.add(
    MenuEntry(
        "console_workdays",
        "工作日历",
        "console:workdays",
        "calendar-cog",
        order=820,
        group=_GROUP,
        permission=MANAGE_WORKDAYS.key,
    )
)

import_kinds.add(
    ImportKind(
        "console.units",
        "机构导入",
        columns=unit_import.COLUMNS,
        judge=unit_import.judge,
        apply=actions.import_units,
        actor_of=of_account,
        permissions=(MANAGE_TREE.key, MANAGE_UNIT.key),
        back=("组织架构管理", "console:tree"),
        notes=(
            "机构编码已有的，只更正基本信息和排序号；空白的单元格不改变现有内容。更名、划转、升格降格、撤销请办理机构调整。",
            "一至三级机构由系统管理员导入；四级及以下由分级管理员在本单位范围内导入。",
            "也可以导出机构台账，修改后直接上传。",
        ),
        other_sheets=("机构台账",),
        is_whole=True,
    )
)
worklists.add(
    WorkList(
        "console.appointments",
        "待确认任命",
        "账号",
        roles.appointments_to_confirm,
        "console:appointments",
        order=290,
        permission=CONFIRM.key,
        icon="user-check",
    )
)
worklists.add(
    WorkList(
        "console.unverified_accounts",
        "待实名认证账号",
        "账号",
        home.unverified_accounts,
        "console:accounts",
        order=300,
        query="state=unverified",
        permission=MANAGE.key,
        icon="id-badge-2",
    )
)
worklists.add(
    WorkList(
        "console.inactive_accounts",
        "未激活人员",
        "账号",
        account_lists.not_activated_number,
        "console:accounts_not_activated",
        order=310,
        permission=MANAGE.key,
        icon="user-question",
    )
)
worklists.add(
    WorkList(
        "console.locked_accounts",
        "已锁定账号",
        "账号",
        home.locked_accounts,
        "console:accounts",
        order=320,
        query="mark=locked",
        permission=MANAGE.key,
        icon="lock",
        is_late=True,
    )
)
worklists.add(
    WorkList(
        "console.expiring_accounts",
        "30日内到期的临时账号",
        "账号",
        home.expiring_accounts,
        "console:accounts_temporary",
        order=330,
        query="mark=ending",
        permission=MANAGE.key,
        icon="calendar-due",
    )
)
worklists.add(
    WorkList(
        "console.failed_verifications",
        "实名认证退回或待处理",
        "账号",
        home.refused_verifications,
        "console:accounts",
        order=305,
        query="mark=refused",
        permission=MANAGE.key,
        icon="id-badge-off",
        is_late=True,
    )
)
worklists.add(
    WorkList(
        "console.unused_accounts",
        "90日未使用账号",
        "账号",
        account_lists.unused_number,
        "console:accounts_unused",
        order=340,
        permission=MANAGE.key,
        icon="user-off",
    )
)
