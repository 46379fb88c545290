"""What approvals give to the platform."""

from yiwang.kernel.extension.approvals import Resolver, resolvers
from yiwang.kernel.extension.audit import audit_verbs
from yiwang.kernel.extension.deputies import DeputySource, deputy_sources
from yiwang.kernel.extension.file_owners import FileOwner, file_owners
from yiwang.kernel.extension.holdings import Holding, holdings
from yiwang.kernel.extension.jobs import Job, daily, every, job_types, schedules
from yiwang.kernel.extension.menu import MenuEntry, menu
from yiwang.kernel.extension.messages import message_kinds
from yiwang.kernel.extension.permissions import permissions
from yiwang.kernel.extension.roles import RoleExtra, role_extras
from yiwang.kernel.extension.todos import todo_types
from yiwang.kernel.extension.worklists import WorkList, worklists
from yiwang.kernel.workdays.hooks import calendar_changed
from yiwang.platform.accounts.hooks import account_closed
from yiwang.platform.accounts.vocabulary import SYSTEM_ADMINISTRATOR
from yiwang.platform.approvals import jobs, vocabulary
from yiwang.platform.approvals.actions import readers, succession, terms
from yiwang.platform.approvals.queries import deputies, instances, monitor, people
from yiwang.platform.approvals.queries import succession as heirs
from yiwang.platform.org.hooks import post_ended, post_moved
from yiwang.platform.todos.hooks import was_read

audit_verbs.add_all(vocabulary.VERBS)
permissions.add(vocabulary.MANAGE)
role_extras.add(RoleExtra("approvals.system_administrator", SYSTEM_ADMINISTRATOR.key, (vocabulary.MANAGE,)))
todo_types.add_all(vocabulary.TODO_TYPES)
message_kinds.add_all(vocabulary.MESSAGE_KINDS)

menu.add(MenuEntry("approvals", "我的审批", "approvals:mine", icon="clipboard-check", order=5))
menu.add(
    MenuEntry(
        "approvals_monitor",
        "流程监控",
        "approvals:monitor",
        icon="route",
        order=850,
        group="管理后台",
        permission=vocabulary.MANAGE.key,
    )
)

deputy_sources.add(DeputySource("approvals.deputies", "委托代理", deputies_of=deputies.acting_for))
resolvers.add(Resolver("approvals.person", "指定人员", resolve=people.named))
resolvers.add(Resolver("approvals.role", "担任某角色的人员", resolve=people.with_role))
resolvers.add(Resolver("approvals.office_director", "单位办公室主任", resolve=people.office_director))

worklists.add(
    WorkList(
        "approvals.stuck",
        "办理人无法办理的流程",
        "流程",
        monitor.count_stuck,
        "approvals:monitor",
        order=700,
        query="stuck=2",
        permission=vocabulary.MANAGE.key,
        icon="route-off",
        is_late=True,
    )
)

file_owners.add(FileOwner("approvals.trail", "审批意见附件", may_read=instances.may_read_file))

holdings.add(
    Holding(
        "approvals.tasks",
        "审批待办",
        of_person=heirs.held_by_person,
        of_unit=heirs.held_by_unit,
        hand_over=lambda person, ids, to, actor: succession.hand_over(person, ids, to, actor=actor),
        move_to_unit=lambda path, to, actor: succession.move_to_unit(path, to, actor=actor),
        blocks_revocation=True,
        order=20,
    )
)

post_ended.add(succession.follow_post)
post_moved.add(succession.follow_move)
account_closed.add(succession.follow_account)
calendar_changed.add(terms.follow_calendar)
was_read.add(readers.follow_todo)

job_types.add(Job("approvals.follow_departure", "离岗人员审批待办接续", run=jobs.follow_departure))
job_types.add(Job("approvals.note_reading", "记录阅知", run=jobs.note_reading))
schedules.add(daily("approvals.change_deputies", "委托到期与生效", at="00:05", run=jobs.change_deputies))
schedules.add(daily("approvals.remind", "审批期限提醒", at="09:00", run=jobs.remind))
schedules.add(every("approvals.mend", "审批待办接续", minutes=10, run=jobs.mend))
