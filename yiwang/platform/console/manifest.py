"""What the console gives to the platform."""

from yiwang.kernel.audit.vocabulary import READ as READ_LOG
from yiwang.kernel.extension.menu import MenuEntry, menu
from yiwang.kernel.extension.permissions import permissions
from yiwang.kernel.extension.roles import role_extras
from yiwang.kernel.extension.worklists import WorkList, worklists
from yiwang.kernel.workdays.vocabulary import MANAGE as MANAGE_WORKDAYS
from yiwang.platform.accounts.vocabulary import CONFIRM, MANAGE
from yiwang.platform.console import vocabulary
from yiwang.platform.console.queries import home, roles
from yiwang.platform.org.vocabulary import MANAGE_TREE, MANAGE_UNIT

_GROUP = "管理后台"

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
        "待激活账号",
        "账号",
        home.inactive_accounts,
        "console:accounts",
        order=310,
        query="state=inactive",
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
        "console:accounts",
        order=330,
        query="mark=ending",
        permission=MANAGE.key,
        icon="calendar-due",
    )
)
