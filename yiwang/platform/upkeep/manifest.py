"""What upkeep gives to the platform."""

from yiwang.kernel.extension.audit import audit_verbs
from yiwang.kernel.extension.badges import Badge, badges
from yiwang.kernel.extension.card_actions import CardAction, card_actions, unit_card_actions
from yiwang.kernel.extension.jobs import daily, every, schedules
from yiwang.kernel.extension.menu import MenuEntry, menu
from yiwang.kernel.extension.messages import message_kinds
from yiwang.kernel.extension.numbering import number_series
from yiwang.kernel.extension.permissions import permissions
from yiwang.kernel.extension.roles import role_extras
from yiwang.kernel.extension.todos import todo_types
from yiwang.kernel.extension.worklists import WorkList, worklists
from yiwang.kernel.workdays import hooks as workdays
from yiwang.platform.messages import hooks as messages
from yiwang.platform.upkeep import jobs, vocabulary
from yiwang.platform.upkeep.actions import corrections as correction_actions
from yiwang.platform.upkeep.actions import due as due_actions
from yiwang.platform.upkeep.queries import corrections, home, samples

_KEEPERS = (vocabulary.MAINTAIN.key, vocabulary.SUPERVISE.key)
_GROUP = "通讯录"

permissions.add_all(vocabulary.PERMISSIONS)
role_extras.add_all(vocabulary.ROLE_EXTRAS)
audit_verbs.add_all(vocabulary.VERBS)
number_series.add_all(vocabulary.SERIES)
todo_types.add_all(vocabulary.TODOS)
message_kinds.add_all(vocabulary.MESSAGES)
menu.add(
    MenuEntry(
        "upkeep",
        "通讯录维护",
        url_name="upkeep:due",
        icon="address-book",
        order=610,
        group="组织人员",
        any_of=_KEEPERS,
    )
)
messages.number_died.add(correction_actions.follow_dead_number)
schedules.add(daily("upkeep.remind", "通讯录维护提醒", at="09:00", run=jobs.remind))

# Changes that wait to be entered
worklists.add(
    WorkList(
        "upkeep.overdue",
        "逾期的通讯录维护事项",
        _GROUP,
        count=home.overdue,
        url_name="upkeep:due",
        query="late=waiting",
        order=400,
        any_of=_KEEPERS,
        icon="clock-exclamation",
        is_late=True,
    )
)
schedules.add(every("upkeep.follow", "待更新变动办结", minutes=10, run=jobs.follow))
workdays.calendar_changed.add(due_actions.recount_due_days)

# Corrections
_ICON = "pencil-exclamation"
card_actions.add(CardAction("upkeep.report_person", "纠错", "upkeep:report_person", _ICON, order=90))
unit_card_actions.add(CardAction("upkeep.report_unit", "纠错", "upkeep:report_unit", _ICON, order=90))
worklists.add(
    WorkList(
        "upkeep.corrections",
        "待办理的通讯录纠错",
        _GROUP,
        count=corrections.waiting_in_reach,
        url_name="upkeep:corrections",
        query="state=waiting",
        order=410,
        any_of=_KEEPERS,
        icon="pencil-check",
    )
)
menu.add(
    MenuEntry(
        "upkeep_own",
        "本人信息核对",
        url_name="upkeep:own",
        icon="clipboard-check",
        order=905,
        group="个人",
    )
)

# The quarterly check
worklists.add(
    WorkList(
        "upkeep.checks",
        "待核对确认的季度核对",
        _GROUP,
        count=home.checks_waiting,
        url_name="upkeep:checks",
        query="state=waiting",
        order=420,
        any_of=_KEEPERS,
        icon="clipboard-check",
    )
)
schedules.add(daily("upkeep.open_quarter", "发起季度核对", at="07:30", run=jobs.open_quarter))

# Figures and samples
worklists.add(
    WorkList(
        "upkeep.samples",
        "待核查的抽样人员",
        _GROUP,
        count=samples.unchecked,
        url_name="upkeep:samples",
        order=430,
        permission=vocabulary.SUPERVISE.key,
        icon="target",
    )
)
schedules.add(daily("upkeep.figures", "通讯录信息质量统计", at="05:00", run=jobs.count_figures))
badges.add(Badge("upkeep_own", "项信息缺少", home.OWN_GAPS))
