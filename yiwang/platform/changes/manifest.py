"""What changes give to the platform."""

from yiwang.kernel.extension.audit import audit_verbs
from yiwang.kernel.extension.holdings import Holding, holdings
from yiwang.kernel.extension.jobs import daily, every, schedules
from yiwang.kernel.extension.messages import message_kinds
from yiwang.kernel.extension.numbering import number_series
from yiwang.kernel.extension.permissions import permissions
from yiwang.kernel.extension.roles import role_extras
from yiwang.kernel.extension.todos import todo_types
from yiwang.platform.accounts import hooks as accounts
from yiwang.platform.changes import jobs, vocabulary
from yiwang.platform.changes.actions import handover_holding, handover_leaving
from yiwang.platform.changes.queries import handover
from yiwang.platform.org import hooks as org

permissions.add_all(vocabulary.PERMISSIONS)
role_extras.add_all(vocabulary.ROLE_EXTRAS)

# Handovers
audit_verbs.add_all(vocabulary.HANDOVER_VERBS)
number_series.add(vocabulary.HANDOVERS)
todo_types.add_all(vocabulary.HANDOVER_TODOS)
message_kinds.add_all(vocabulary.HANDOVER_MESSAGES)
holdings.add(
    Holding(
        "changes.handovers",
        "待签收、待监交的交接单",
        of_person=handover.held_by,
        hand_over=handover_holding.hand_over,
        order=40,
    )
)
org.post_ended.add(handover_leaving.follow_post)
accounts.account_closed.add(handover_leaving.follow_account)
schedules.add(
    every("changes.carry_out_handovers", "离岗人员事项移交", minutes=10, run=jobs.carry_out_handovers)
)
schedules.add(daily("changes.remind_handovers", "工作交接提醒", at="09:00", run=jobs.remind_handovers))
