"""What upkeep gives to the platform."""

from yiwang.kernel.extension.audit import audit_verbs
from yiwang.kernel.extension.card_actions import CardAction, card_actions, unit_card_actions
from yiwang.kernel.extension.jobs import daily, schedules
from yiwang.kernel.extension.menu import MenuEntry, menu
from yiwang.kernel.extension.messages import message_kinds
from yiwang.kernel.extension.numbering import number_series
from yiwang.kernel.extension.permissions import permissions
from yiwang.kernel.extension.roles import role_extras
from yiwang.kernel.extension.todos import todo_types
from yiwang.kernel.extension.worklists import WorkList, worklists
from yiwang.platform.upkeep import jobs, vocabulary
from yiwang.platform.upkeep.queries import corrections

_KEEPERS = (vocabulary.MAINTAIN.key, vocabulary.SUPERVISE.key)

permissions.add_all(vocabulary.PERMISSIONS)
role_extras.add_all(vocabulary.ROLE_EXTRAS)
audit_verbs.add_all(vocabulary.VERBS)
number_series.add_all(vocabulary.SERIES)
todo_types.add_all(vocabulary.TODOS)
message_kinds.add_all(vocabulary.MESSAGES)

# Corrections
_ICON = "pencil-exclamation"
card_actions.add(CardAction("upkeep.report_person", "纠错", "upkeep:report_person", _ICON, order=90))
unit_card_actions.add(CardAction("upkeep.report_unit", "纠错", "upkeep:report_unit", _ICON, order=90))
worklists.add(
    WorkList(
        "upkeep.corrections",
        "待办理的通讯录纠错",
        "通讯录",
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
        "upkeep",
        "通讯录维护",
        url_name="upkeep:corrections",
        icon="address-book",
        order=610,
        group="组织人员",
        any_of=_KEEPERS,
    )
)
menu.add(
    MenuEntry(
        "upkeep_mine",
        "我的纠错",
        url_name="upkeep:my_reports",
        icon="pencil-check",
        order=905,
        group="个人",
    )
)
schedules.add(daily("upkeep.remind", "通讯录维护提醒", at="09:00", run=jobs.remind))
