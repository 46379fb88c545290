"""What changes give to the platform."""

from collections.abc import Callable
from typing import Any

from yiwang.kernel.extension.approvals import Resolver, Subject, procedures, resolvers, subjects
from yiwang.kernel.extension.audit import audit_verbs
from yiwang.kernel.extension.file_owners import FileOwner, file_owners
from yiwang.kernel.extension.holdings import Holding, holdings
from yiwang.kernel.extension.imports import ImportKind, import_kinds
from yiwang.kernel.extension.jobs import Job, Schedule, daily, every, job_types, schedules
from yiwang.kernel.extension.menu import MenuEntry, menu
from yiwang.kernel.extension.messages import message_kinds
from yiwang.kernel.extension.numbering import number_series
from yiwang.kernel.extension.parameters import parameters
from yiwang.kernel.extension.permissions import permissions
from yiwang.kernel.extension.personal_data import PersonalData, personal_data
from yiwang.kernel.extension.roles import role_extras
from yiwang.kernel.extension.sms import sms_templates
from yiwang.kernel.extension.todos import todo_types
from yiwang.kernel.extension.worklists import WorkList, worklists
from yiwang.kernel.workdays import hooks as workdays
from yiwang.platform.accounts import hooks as accounts
from yiwang.platform.accounts.queries import principals
from yiwang.platform.changes import jobs, vocabulary
from yiwang.platform.changes.actions import data_request as data_request_actions
from yiwang.platform.changes.actions import (
    handover_holding,
    handover_leaving,
    people_import,
    person_clock,
    person_effect,
    person_review,
    unit_review,
)
from yiwang.platform.changes.actions import temporary_account as temporary_actions
from yiwang.platform.changes.queries import (
    data_request,
    handover,
    handover_sheet,
    import_batch,
    person_operation,
    person_reports,
    reviewers,
    temporary_account,
    unit_change,
)
from yiwang.platform.changes.queries import people_import as people_plans
from yiwang.platform.changes.rules import people_import as import_rules
from yiwang.platform.org import hooks as org

permissions.add_all(vocabulary.PERMISSIONS)
parameters.add_all(vocabulary.PARAMETERS)
role_extras.add_all(vocabulary.ROLE_EXTRAS)

# People by workbook, reviewed as one batch
audit_verbs.add_all(vocabulary.BATCH_VERBS)
number_series.add(vocabulary.BATCHES)
message_kinds.add_all(vocabulary.BATCH_MESSAGES)
import_kinds.add(
    ImportKind(
        "changes.people",
        "人员导入",
        columns=import_rules.COLUMNS,
        judge=people_plans.judge,
        apply=None,
        take=people_import.take,
        actor_of=principals.of_account,
        permissions=(vocabulary.APPLY.key,),
        back=("人员批量申报", "changes:batches"),
        notes=import_rules.NOTES,
        choices_of=people_plans.choices_of,
        most_rows=import_rules.MOST_ROWS,
    )
)
subjects.add(
    Subject(
        import_batch.SUBJECT,
        "人员批量申报",
        url=import_batch.url_of,
        happened=people_import.happened,
        may_see=import_batch.may_see,
    )
)
procedures.add(vocabulary.PEOPLE_PROCEDURE)
job_types.add(Job("changes.apply_batch", "人员批量申报生效", run=jobs.apply_batch))
schedules.add(
    every("changes.apply_batches", "人员批量申报继续办理", minutes=10, run=jobs.apply_unfinished_batches)
)

# Requests for correction
audit_verbs.add_all(vocabulary.DATA_VERBS)
number_series.add(vocabulary.DATA_REQUESTS)
todo_types.add(vocabulary.DATA_ANSWER)
personal_data.add(
    PersonalData(
        "changes.data_requests",
        "更正申请",
        "办理本人提出的个人信息更正",
        ("编号", "更正内容", "现有信息的问题", "状态", "答复"),
        data_request.of_person,
        order=80,
    )
)
message_kinds.add_all(vocabulary.DATA_MESSAGES)
schedules.add(
    daily("changes.remind_data_requests", "个人信息更正提醒", at="09:00", run=jobs.remind_data_requests)
)
menu.add(
    MenuEntry(
        "changes_data",
        "个人信息更正",
        "changes:data_requests",
        "user-question",
        order=645,
        group="组织人员",
        permission=vocabulary.APPLY.key,
    )
)

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
menu.add(
    MenuEntry(
        "changes_handovers",
        "工作交接",
        url_name="changes:handovers",
        icon="transfer",
        order=640,
        group="组织人员",
    )
)

# Unit changes
audit_verbs.add_all(vocabulary.UNIT_CHANGE_VERBS)
number_series.add(vocabulary.UNIT_CHANGES)
message_kinds.add_all(vocabulary.UNIT_CHANGE_MESSAGES)
file_owners.add(FileOwner(unit_change.SUBJECT, "机构调整依据文件", may_read=unit_change.may_read))
resolvers.add(Resolver("changes.tree_maintainers", "系统管理员", resolve=unit_change.tree_maintainers))
subjects.add(
    Subject(
        unit_change.SUBJECT,
        "机构调整",
        url=unit_change.url_of,
        happened=unit_review.happened,
        may_see=unit_change.may_see,
    )
)
procedures.add(vocabulary.UNIT_PROCEDURE)
menu.add(
    MenuEntry(
        "changes_units",
        "机构调整",
        url_name="changes:unit_changes",
        icon="sitemap",
        order=620,
        group="组织人员",
        permission=vocabulary.APPLY.key,
    )
)
job_types.add(Job("changes.effect_unit_change", "机构调整生效（单项）", run=jobs.effect_unit_change))
schedules.add(
    Schedule("changes.effect_unit_changes", "机构调整生效", "5-59/10 * * * *", run=jobs.effect_unit_changes)
)

# Temporary accounts
audit_verbs.add_all(vocabulary.TEMPORARY_VERBS)
number_series.add(vocabulary.TEMPORARY_REQUESTS)
subjects.add(
    Subject(
        temporary_account.SUBJECT,
        "临时账号申请",
        url=temporary_account.url_of,
        happened=temporary_actions.happened,
        may_see=temporary_account.may_see,
    )
)
procedures.add(vocabulary.TEMPORARY_PROCEDURE)
file_owners.add(
    FileOwner(
        temporary_account.SUBJECT,
        "保密承诺书",
        may_read=lambda viewer, pk: temporary_account.visible(viewer).filter(pk=pk).exists(),
    )
)
menu.add(
    MenuEntry(
        "changes_temporary",
        "临时账号申请",
        url_name="changes:temporary_requests",
        icon="user-shield",
        order=650,
        group="组织人员",
        any_of=(vocabulary.APPLY_TEMPORARY.key, vocabulary.REVIEW_UNIT.key),
    )
)

# Person operations
audit_verbs.add_all(vocabulary.OPERATION_VERBS)
number_series.add(vocabulary.OPERATIONS)
message_kinds.add_all(vocabulary.OPERATION_MESSAGES)
sms_templates.add_all(vocabulary.OPERATION_TEXTS)
resolvers.add(Resolver("changes.unit_reviewers", "单位办公室主任", resolve=reviewers.unit_reviewers))
resolvers.add(
    Resolver("changes.unit_administrators", "对方单位管理员", resolve=reviewers.unit_administrators)
)
resolvers.add(Resolver("changes.district_reviewers", "系统管理员", resolve=reviewers.district_reviewers))
subjects.add(
    Subject(
        person_operation.SUBJECT,
        "人员变动",
        url=person_operation.url_of,
        happened=person_review.happened,
        may_see=person_operation.may_see,
    )
)
procedures.add(vocabulary.PERSON_PROCEDURE)
accounts.account_verified.add(person_effect.follow_verified)
accounts.account_verification_failed.add(person_effect.follow_refused)
org.unit_moved.add(person_clock.follow_unit)
org.post_moved.add(person_clock.follow_post)
workdays.calendar_changed.add(person_clock.recount_due_days)
workdays.calendar_changed.add(data_request_actions.recount_due_days)
job_types.add(Job("changes.apply_person_operation", "人员变动生效（单项）", run=jobs.apply_person_operation))
schedules.add(
    every("changes.apply_person_operations", "人员变动生效", minutes=10, run=jobs.apply_person_operations)
)
schedules.add(
    daily("changes.remind_person_operations", "人员变动提醒", at="09:00", run=jobs.remind_person_operations)
)
menu.add(
    MenuEntry(
        "changes_persons",
        "人员变动",
        "changes:persons",
        "user-edit",
        order=630,
        group="组织人员",
        any_of=(vocabulary.APPLY.key, vocabulary.REVIEW_UNIT.key, vocabulary.REVIEW_DISTRICT.key),
    )
)

# What waits for administrators: place, key, words, heading, count, list with its filter, right, icon, late?
_APPLY, _REVIEW, _DISTRICT = vocabulary.APPLY.key, vocabulary.REVIEW_UNIT.key, vocabulary.REVIEW_DISTRICT.key
_VENDORS = vocabulary.APPLY_TEMPORARY.key
_WAITING: tuple[tuple[int, str, str, str, Callable[[Any], int], str, str, str, bool], ...] = (
    (110, "changes.units_to_review", "待审核的机构调整", "机构", unit_change.to_review,
     "changes:unit_changes?state=in_review", _DISTRICT, "sitemap", False),
    (111, "changes.units_failed", "未能生效的机构调整", "机构", unit_change.failed,
     "changes:unit_changes?state=failed", _APPLY, "alert-triangle", True),
    (210, "changes.operations_failed", "未能生效的人员变动", "人员", person_reports.failed_in_reach,
     "changes:persons?state=failed", _APPLY, "user-x", True),
    (211, "changes.operations_overdue", "逾期未更新的人员变动", "人员", person_reports.overdue_in_reach,
     "changes:persons?late=waiting", _APPLY, "clock-exclamation", True),
    (212, "changes.operations_drafted", "待提交的人员变动草稿", "人员", person_reports.drafts_in_reach,
     "changes:persons?state=draft", _APPLY, "user-edit", False),
    (213, "changes.secondments_ending", "30日内到期的借调挂职", "人员", person_reports.ending_in_reach,
     "changes:secondments?ending=soon", _APPLY, "calendar-due", False),
    (214, "changes.data_requests", "待答复的个人信息更正", "人员", data_request.count_to_answer,
     "changes:data_requests?state=waiting", _APPLY, "user-question", False),
    (215, "changes.data_requests_overdue", "逾期未答复的个人信息更正", "人员", data_request.count_overdue,
     "changes:data_requests?mark=overdue", _APPLY, "clock-exclamation", True),
    (240, "changes.handovers_to_countersign", "待监交的交接单", "人员", handover_sheet.to_countersign,
     "changes:handovers_unit?mark=countersign", _REVIEW, "writing-sign", False),
    (241, "changes.handovers_overdue", "逾期未完成的交接单", "人员", handover_sheet.overdue_in_reach,
     "changes:handovers_unit?mark=overdue", _APPLY, "clock-exclamation", True),
    (242, "changes.handovers_stuck", "未能移交的交接单", "人员", handover_sheet.stuck_in_reach,
     "changes:handovers_unit?mark=stuck", _APPLY, "alert-triangle", True),
    (345, "changes.temporary_failed", "未能办理的临时账号申请", "账号", temporary_account.failed_in_reach,
     "changes:temporary_requests?state=failed", _VENDORS, "alert-triangle", True),
)  # fmt: skip
worklists.add_all(
    WorkList(
        key, label, group, count, address.partition("?")[0], order, address.partition("?")[2], right,
        icon=icon, is_late=is_late,
    )
    for order, key, label, group, count, address, right, icon, is_late in _WAITING
)  # fmt: skip
