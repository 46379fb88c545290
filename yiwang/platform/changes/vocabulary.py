"""What changes say to the platform: audit verbs, rights, messages, numbers."""

from yiwang.kernel.extension.approvals import Procedure, StepPlan
from yiwang.kernel.extension.audit import AuditVerb
from yiwang.kernel.extension.messages import Category, MessageKind
from yiwang.kernel.extension.numbering import Series
from yiwang.kernel.extension.parameters import Parameter
from yiwang.kernel.extension.permissions import Permission, Scope
from yiwang.kernel.extension.roles import RoleExtra
from yiwang.kernel.extension.sms import SmsTemplate
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


# Person operations

OPERATIONS = Series("changes.person_operation", "人员变动", "人变〔{year}〕{n}号")

OPERATION_DRAFTED = AuditVerb("changes.operation_drafted", "填写了人员变动{target}")
OPERATION_SUBMITTED = AuditVerb("changes.operation_submitted", "提交了人员变动{target}")
OPERATION_DISCARDED = AuditVerb("changes.operation_discarded", "放弃了人员变动{target}")
OPERATION_APPROVED = AuditVerb("changes.operation_approved", "审核通过了人员变动{target}")
OPERATION_CAME_BACK = AuditVerb("changes.operation_returned", "人员变动{target}回到草稿：{reason}")
OPERATION_REJECTED = AuditVerb("changes.operation_rejected", "未通过人员变动{target}，原因：{reason}")
OPERATION_APPLIED = AuditVerb("changes.operation_applied", "人员变动{target}已办理")
OPERATION_FAILED = AuditVerb("changes.operation_failed", "人员变动{target}未能生效，原因：{reason}")
OPERATION_RETRIED = AuditVerb("changes.operation_retried", "重试了人员变动{target}")
OPERATION_AMENDED = AuditVerb("changes.operation_amended", "将人员变动{target}退回修改")
OPERATION_CANCELLED = AuditVerb("changes.operation_cancelled", "取消了人员变动{target}，原因：{reason}")
OPERATIONS_FOLLOWED = AuditVerb("changes.operations_followed", "{target}随机构调整变更，{reason}")
OPERATIONS_REMINDED = AuditVerb("changes.operations_reminded", "提醒了{target}")
DUE_DAY_MOVED = AuditVerb("changes.due_day_moved", "重新计算了{target}的办理期限，{reason}")
NUMBER_REVEALED = AuditVerb("changes.number_revealed", "查看了{target}的完整证件号码，用途：{reason}")

OPERATION_VERBS = (
    OPERATION_DRAFTED,
    OPERATION_SUBMITTED,
    OPERATION_DISCARDED,
    OPERATION_APPROVED,
    OPERATION_CAME_BACK,
    OPERATION_REJECTED,
    OPERATION_APPLIED,
    OPERATION_FAILED,
    OPERATION_RETRIED,
    OPERATION_AMENDED,
    OPERATION_CANCELLED,
    OPERATIONS_FOLLOWED,
    OPERATIONS_REMINDED,
    DUE_DAY_MOVED,
    NUMBER_REVEALED,
)

OPERATION_DECIDED = MessageKind(
    "changes.operation_decided",
    "人员变动审核结果",
    Category.NOTICE,
    "{number}{name}的{kind}{result}",
    "生效日期{day}",
    "user-check",
)
OPERATION_RETURNED = MessageKind(
    "changes.operation_returned",
    "人员变动退回",
    Category.NOTICE,
    "{number}{name}的{kind}：{act}",
    "{reason}",
    "arrow-back-up",
)
OPERATION_EFFECTIVE = MessageKind(
    "changes.operation_effective",
    "人员变动生效",
    Category.NOTICE,
    "{number}{name}的{kind}已生效",
    "生效日期{day}",
    "user-check",
)
OPERATION_STUCK = MessageKind(
    "changes.operation_stuck",
    "人员变动待处理",
    Category.REMINDER,
    "{number}{name}的{kind}未能生效",
    "{reason}，请打开处理",
    "alert-triangle",
)
OPERATION_DUE = MessageKind(
    "changes.operation_due",
    "人员变动更新期限提醒",
    Category.REMINDER,
    "{name}的{kind}应于{due}前完成更新",
    "{number}，人员信息变化后应在7个工作日内更新",
    "clock",
)
PERIOD_ENDING = MessageKind(
    "changes.period_ending",
    "借调挂职到期提醒",
    Category.REMINDER,
    "{name}的{kind}将于{day}到期",
    "{where}，如需延期请及时申报",
    "calendar-due",
)
CONTRACT_ENDING = MessageKind(
    "changes.contract_ending",
    "聘用合同到期提醒",
    Category.REMINDER,
    "{name}的聘用合同将于{day}到期",
    "续签的请更新合同到期日，不再续签的请申报注销",
    "calendar-due",
)

OPERATION_MESSAGES = (
    OPERATION_DECIDED,
    OPERATION_RETURNED,
    OPERATION_EFFECTIVE,
    OPERATION_STUCK,
    OPERATION_DUE,
    PERIOD_ENDING,
    CONTRACT_ENDING,
)

TRANSFERRED_TEXT = SmsTemplate(
    "changes.transferred", "人员调动", "您已自{day}起调任{unit}{title}，“一网协同”账号身份已同步更新。"
)
ACCOUNT_CLOSED_TEXT = SmsTemplate(
    "changes.account_closed", "账号注销", "您的“一网协同”账号已于{day}注销，不能再登录。"
)

OPERATION_TEXTS = (TRANSFERRED_TEXT, ACCOUNT_CLOSED_TEXT)

BATCHES = Series("changes.import_batch", "人员批量申报", "人批〔{year}〕{n}号")

BATCH_SUBMITTED = AuditVerb("changes.batch_submitted", "提交了人员批量申报{target}")
BATCH_WITHDRAWN = AuditVerb("changes.batch_withdrawn", "撤回了人员批量申报{target}")
BATCH_RETURNED = AuditVerb("changes.batch_returned", "退回了人员批量申报{target}，原因：{reason}")
BATCH_REJECTED = AuditVerb("changes.batch_rejected", "未通过人员批量申报{target}，原因：{reason}")
BATCH_APPROVED = AuditVerb("changes.batch_approved", "审核通过了人员批量申报{target}")
BATCH_CANCELLED = AuditVerb("changes.batch_cancelled", "取消了人员批量申报{target}，原因：{reason}")
BATCH_CARRIED_OUT = AuditVerb("changes.batch_carried_out", "办理了人员批量申报{target}的一部分")
BATCH_DONE = AuditVerb("changes.batch_done", "办结了人员批量申报{target}")
PEOPLE_TAKEN = AuditVerb("changes.people_taken", "导出了{target}的人员信息，用途：{reason}")
FAULTS_TAKEN = AuditVerb("changes.batch_faults_taken", "下载了人员批量申报{target}的待处理明细")

BATCH_VERBS = (
    BATCH_SUBMITTED,
    BATCH_WITHDRAWN,
    BATCH_RETURNED,
    BATCH_REJECTED,
    BATCH_APPROVED,
    BATCH_CANCELLED,
    BATCH_CARRIED_OUT,
    BATCH_DONE,
    PEOPLE_TAKEN,
    FAULTS_TAKEN,
)

BATCH_DECIDED = MessageKind(
    "changes.batch_decided",
    "人员批量申报结果",
    Category.NOTICE,
    "人员批量申报{number}{result}",
    "{unit}　共{count}人　{opinion}",
    "users-group",
)
BATCH_FINISHED = MessageKind(
    "changes.batch_finished",
    "人员批量申报办结",
    Category.NOTICE,
    "人员批量申报{number}已办理{applied}人",
    "{failed}人待处理；新增人员的账号经实名认证后可以激活",
    "users-group",
)

BATCH_MESSAGES = (BATCH_DECIDED, BATCH_FINISHED)

PEOPLE_PROCEDURE = Procedure(
    "changes.import_batch",
    "人员批量申报审核",
    "changes.importbatch",
    (
        StepPlan("unit", "单位审核", "changes.unit_reviewers", {"unit": "unit"}, workdays=2),
        StepPlan("district", "区级审核", "changes.district_reviewers", workdays=2, when="needs_district"),
    ),
    kind=TodoKind.PERSONNEL,
)

PERSON_PROCEDURE = Procedure(
    "changes.person_operation",
    "人员变动审核",
    "changes.personoperation",
    (
        StepPlan("unit", "单位审核", "changes.unit_reviewers", {"unit": "unit"}, workdays=2),
        StepPlan(
            "other",
            "对方确认",
            "changes.unit_administrators",
            {"unit": "other"},
            workdays=2,
            when="needs_other",
        ),
        StepPlan("district", "区级审核", "changes.district_reviewers", workdays=2, when="needs_district"),
    ),
    kind=TodoKind.PERSONNEL,
)

# Requests for correction (个人信息更正)

DATA_REQUESTS = Series("changes.data_request", "个人信息更正申请", "信更〔{year}〕{n}号")

DATA_ASKED = AuditVerb("changes.data_asked", "提出了个人信息更正申请{target}")
DATA_ANSWERED = AuditVerb("changes.data_answered", "答复了个人信息更正申请{target}：{reason}")
DATA_WITHDRAWN = AuditVerb("changes.data_withdrawn", "撤回了个人信息更正申请{target}")
DATA_REMINDED = AuditVerb("changes.data_reminded", "提醒答复个人信息更正申请{target}")

DATA_VERBS = (DATA_ASKED, DATA_ANSWERED, DATA_WITHDRAWN, DATA_REMINDED)

DATA_ANSWER = TodoType("changes.answer_data_request", "答复个人信息更正", TodoKind.PERSONNEL, "user-question")

DATA_ANSWERED_TOLD = MessageKind(
    "changes.data_answered",
    "个人信息更正答复",
    Category.NOTICE,
    "您申请更正的“{field}”{result}",
    "{answer}",
    "user-check",
)
DATA_DUE = MessageKind(
    "changes.data_due",
    "个人信息更正期限提醒",
    Category.REMINDER,
    "请在{due}前答复{name}的个人信息更正申请",
    "{number}，请核对后答复",
    "clock",
)

DATA_MESSAGES = (DATA_ANSWERED_TOLD, DATA_DUE)

UPDATE_WARNING = Parameter(
    "changes.update_warning",
    "人员变动",
    "更新期限提前提醒",
    2,
    "个工作日",
    most=5,
    note="人员变动7个工作日更新期限届满前，提醒申报人和单位管理员",
)
SECONDMENT_MONTHS = Parameter(
    "changes.secondment_months",
    "人员变动",
    "借调最长期限",
    6,
    "个月",
    most=12,
    note="可延期一次，延期也不超过此期限；已批准的借调不变",
)
ENDING_DAYS = Parameter(
    "changes.ending_days",
    "人员变动",
    "借调、挂职、合同到期提前提醒",
    30,
    "天",
    least=7,
    most=90,
    note="到期前提醒双方单位管理员",
)
GROUP_ANSWER = Parameter(
    "changes.group_answer",
    "人员变动",
    "退群确认期限",
    10,
    "个工作日",
    least=3,
    most=30,
    note="岗位变动后逾期未答复的，自动退出原单位的工作群",
)
ANSWER_DAYS = Parameter(
    "changes.data_answer",
    "个人信息",
    "个人信息更正答复期限",
    15,
    "个工作日",
    least=5,
    most=30,
    note="自申请次日起计算；届满前2个工作日提醒",
)
PARAMETERS = (UPDATE_WARNING, SECONDMENT_MONTHS, ENDING_DAYS, GROUP_ANSWER, ANSWER_DAYS)
