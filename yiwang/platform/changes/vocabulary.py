"""What changes say to the platform: audit verbs, rights, messages, numbers."""

from yiwang.kernel.extension.audit import AuditVerb
from yiwang.kernel.extension.messages import Category, MessageKind
from yiwang.kernel.extension.numbering import Series
from yiwang.kernel.extension.permissions import Permission, Scope
from yiwang.kernel.extension.roles import RoleExtra
from yiwang.kernel.extension.todos import TodoKind, TodoType

APPLY = Permission("changes.apply", "申报人员、机构变动", Scope.DISTRICT)
REVIEW_UNIT = Permission("changes.review_unit", "变动单位审核", Scope.SUBTREE)
REVIEW_DISTRICT = Permission("changes.review_district", "变动区级审核", Scope.DISTRICT)

PERMISSIONS = (APPLY, REVIEW_UNIT, REVIEW_DISTRICT)

ROLE_EXTRAS = (
    RoleExtra("changes.graded_administrator", "accounts.graded_administrator", (APPLY,)),
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
