"""What changes say to the platform: audit verbs, rights, messages, numbers."""

from yiwang.kernel.extension.approvals import Procedure, StepPlan
from yiwang.kernel.extension.audit import AuditVerb
from yiwang.kernel.extension.messages import Category, MessageKind
from yiwang.kernel.extension.numbering import Series
from yiwang.kernel.extension.permissions import Permission, Scope
from yiwang.kernel.extension.roles import RoleExtra
from yiwang.kernel.extension.todos import TodoKind, TodoType

APPLY = Permission("changes.apply", "申报人员、机构变动", Scope.DISTRICT)
REVIEW_UNIT = Permission("changes.review_unit", "变动单位审核", Scope.SUBTREE)
REVIEW_DISTRICT = Permission("changes.review_district", "变动区级审核", Scope.DISTRICT)

APPLY_TEMPORARY = Permission("changes.apply_temporary", "申请临时账号", Scope.SUBTREE)

PERMISSIONS = (APPLY, REVIEW_UNIT, REVIEW_DISTRICT, APPLY_TEMPORARY)

ROLE_EXTRAS = (
    RoleExtra("changes.graded_administrator", "accounts.graded_administrator", (APPLY, APPLY_TEMPORARY)),
    RoleExtra("changes.office_director", "accounts.office_director", (APPLY, REVIEW_UNIT)),
    RoleExtra("changes.system_administrator", "accounts.system_administrator", (APPLY, REVIEW_DISTRICT)),
)

HANDOVERS = Series("changes.handover", "工作交接单", "交〔{year}〕{n}号")

HANDOVER_STARTED = AuditVerb("changes.handover_started", "生成了交接单{target}")
HANDOVER_DECIDED = AuditVerb("changes.handover_decided", "确定了交接单{target}的事项去向")
HANDOVER_SUBMITTED = AuditVerb("changes.handover_submitted", "提交了交接单{target}")
HANDOVER_RECEIVED = AuditVerb("changes.handover_received", "签收了交接单{target}")
HANDOVER_RETURNED = AuditVerb("changes.handover_returned", "退回了交接单{target}，原因：{reason}")
HANDOVER_COUNTERSIGNED = AuditVerb("changes.handover_countersigned", "监交确认了交接单{target}")
HANDOVER_CARRIED_OUT = AuditVerb("changes.handover_carried_out", "办理了交接单{target}的离岗清理")
HANDOVER_CANCELLED = AuditVerb("changes.handover_cancelled", "取消了交接单{target}，原因：{reason}")
HANDOVER_REMINDED = AuditVerb("changes.handover_reminded", "提醒办理交接单{target}")

HANDOVER_VERBS = (
    HANDOVER_STARTED,
    HANDOVER_DECIDED,
    HANDOVER_SUBMITTED,
    HANDOVER_RECEIVED,
    HANDOVER_RETURNED,
    HANDOVER_COUNTERSIGNED,
    HANDOVER_CARRIED_OUT,
    HANDOVER_CANCELLED,
    HANDOVER_REMINDED,
)

HAND_OVER = TodoType("changes.hand_over", "办理工作交接", TodoKind.PERSONNEL, "transfer-out", goes_over=False)
RECEIVE = TodoType("changes.receive", "签收工作交接", TodoKind.PERSONNEL, "transfer-in", goes_over=False)
COUNTERSIGN = TodoType(
    "changes.countersign", "监交工作交接", TodoKind.PERSONNEL, "writing-sign", goes_over=False
)

HANDOVER_TODOS = (HAND_OVER, RECEIVE, COUNTERSIGN)

HANDOVER_DUE = MessageKind(
    "changes.handover_due",
    "工作交接提醒",
    Category.REMINDER,
    "请办理工作交接（{number}）",
    "{name}同志{occasion}，请于{due}前确定{count}项工作的去向",
    "transfer",
)
HANDOVER_BACK = MessageKind(
    "changes.handover_returned",
    "工作交接退回",
    Category.NOTICE,
    "交接单{number}被{who}退回",
    "{reason}",
    "arrow-back-up",
)
HANDOVER_TAKEN = MessageKind(
    "changes.handover_taken",
    "离岗人员事项转交",
    Category.NOTICE,
    "{name}同志离岗，{count}项工作已转交您办理",
    "交接单{number}，请及时安排",
    "transfer-in",
)
HANDOVER_STUCK = MessageKind(
    "changes.handover_stuck",
    "工作交接未完成",
    Category.REMINDER,
    "交接单{number}有{count}项工作未能移交",
    "请打开交接单查看原因并指定接收人",
    "alert-triangle",
)
HANDOVER_DONE = MessageKind(
    "changes.handover_done",
    "工作交接完成",
    Category.NOTICE,
    "交接单{number}已完成",
    "{name}同志的工作交接已全部签收",
    "circle-check",
)

HANDOVER_MESSAGES = (HANDOVER_DUE, HANDOVER_BACK, HANDOVER_TAKEN, HANDOVER_STUCK, HANDOVER_DONE)
# Unit changes (机构调整)

UNIT_CHANGES = Series("changes.unit_change", "机构调整", "机调〔{year}〕{n}号")

UNIT_CHANGE_DRAFTED = AuditVerb("changes.unit_change_drafted", "填写了机构调整{target}")
UNIT_CHANGE_DISCARDED = AuditVerb("changes.unit_change_discarded", "删除了机构调整草稿{target}")
UNIT_CHANGE_SUBMITTED = AuditVerb("changes.unit_change_submitted", "提交了机构调整{target}")
UNIT_CHANGE_APPROVED = AuditVerb("changes.unit_change_approved", "审核通过了机构调整{target}")
UNIT_CHANGE_RETURNED = AuditVerb("changes.unit_change_returned", "退回了机构调整{target}，原因：{reason}")
UNIT_CHANGE_REJECTED = AuditVerb("changes.unit_change_rejected", "驳回了机构调整{target}，原因：{reason}")
UNIT_CHANGE_TERMINATED = AuditVerb("changes.unit_change_terminated", "终止了机构调整{target}，原因：{reason}")
UNIT_CHANGE_EFFECTED = AuditVerb("changes.unit_change_effected", "机构调整{target}已生效")
UNIT_CHANGE_FAILED = AuditVerb("changes.unit_change_failed", "机构调整{target}未能生效，原因：{reason}")
UNIT_CHANGE_RETRIED = AuditVerb("changes.unit_change_retried", "重新办理了机构调整{target}")

UNIT_CHANGE_VERBS = (
    UNIT_CHANGE_DRAFTED,
    UNIT_CHANGE_DISCARDED,
    UNIT_CHANGE_SUBMITTED,
    UNIT_CHANGE_APPROVED,
    UNIT_CHANGE_RETURNED,
    UNIT_CHANGE_REJECTED,
    UNIT_CHANGE_TERMINATED,
    UNIT_CHANGE_EFFECTED,
    UNIT_CHANGE_FAILED,
    UNIT_CHANGE_RETRIED,
)

UNIT_CHANGE_DECIDED = MessageKind(
    "changes.unit_change_decided",
    "机构调整审核结果",
    Category.NOTICE,
    "机构调整{number}{result}",
    "{title}，{remark}",
    "sitemap",
)
UNIT_CHANGE_TOLD = MessageKind(
    "changes.unit_change_told",
    "机构调整生效",
    Category.NOTICE,
    "{title}已生效",
    "{number}，自{day}起生效，请核对本单位的人员、权限和通讯录",
    "sitemap",
)
UNIT_CHANGE_NOTICE = MessageKind(
    "changes.unit_change_notice",
    "四级及以下机构调整备案",
    Category.NOTICE,
    "{unit}调整了本单位机构：{title}",
    "{number}，自{day}起生效，四级及以下机构由单位自行维护",
    "sitemap",
)
UNIT_CHANGE_STUCK = MessageKind(
    "changes.unit_change_stuck",
    "机构调整未能生效",
    Category.REMINDER,
    "机构调整{number}未能生效，待处理",
    "{title}：{remark}",
    "alert-triangle",
)

UNIT_CHANGE_MESSAGES = (UNIT_CHANGE_DECIDED, UNIT_CHANGE_TOLD, UNIT_CHANGE_NOTICE, UNIT_CHANGE_STUCK)

UNIT_PROCEDURE = Procedure(
    "changes.unit_change",
    "机构调整审核",
    "changes.unitchange",
    (
        StepPlan(
            "district",
            "区级审核",
            "changes.tree_maintainers",
            workdays=3,
            may_add=False,
        ),
    ),
)

# Temporary accounts (临时账号)
TEMPORARY_REQUESTS = Series("changes.temporary_request", "临时账号申请", "临〔{year}〕{n}号")

TEMPORARY_DRAFTED = AuditVerb("changes.temporary_drafted", "填写了{target}")
TEMPORARY_SUBMITTED = AuditVerb("changes.temporary_submitted", "提交了{target}")
TEMPORARY_CARRIED_OUT = AuditVerb("changes.temporary_carried_out", "办结了{target}")
TEMPORARY_FAILED = AuditVerb("changes.temporary_failed", "未能办理{target}，原因：{reason}")
TEMPORARY_RETRIED = AuditVerb("changes.temporary_retried", "重新办理{target}")
TEMPORARY_DISCARDED = AuditVerb("changes.temporary_discarded", "取消了{target}")

TEMPORARY_VERBS = (
    TEMPORARY_DRAFTED,
    TEMPORARY_SUBMITTED,
    TEMPORARY_CARRIED_OUT,
    TEMPORARY_FAILED,
    TEMPORARY_RETRIED,
    TEMPORARY_DISCARDED,
)

TEMPORARY_PROCEDURE = Procedure(
    "changes.temporary_account",
    "临时账号审批",
    "changes.temporaryrequest",
    (StepPlan("office", "办公室主任审批", "approvals.office_director", {"unit": "unit"}, workdays=2),),
    kind=TodoKind.PERSONNEL,
)
