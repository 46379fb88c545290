"""What the console gives to the platform."""

from yiwang.kernel.audit.vocabulary import READ as READ_LOG
from yiwang.kernel.extension.menu import MenuEntry, menu
from yiwang.kernel.extension.permissions import permissions
from yiwang.kernel.workdays.vocabulary import MANAGE as MANAGE_WORKDAYS
from yiwang.platform.accounts.vocabulary import MANAGE
from yiwang.platform.console import vocabulary

_GROUP = "管理后台"

permissions.add_all(vocabulary.PERMISSIONS)
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
