"""What sharing says to the platform: audit verbs, rights, messages, to-dos, numbers, procedures."""

from yiwang.kernel.extension.approvals import Procedure, StepPlan
from yiwang.kernel.extension.audit import AuditVerb
from yiwang.kernel.extension.messages import Category, MessageKind
from yiwang.kernel.extension.numbering import Series
from yiwang.kernel.extension.permissions import Permission, Scope
from yiwang.kernel.extension.roles import RoleExtra
from yiwang.kernel.extension.todos import TodoKind, TodoType
from yiwang.platform.sharing.models.share import OVERSEE_KEY, PROPOSE_KEY

PROPOSE = Permission(PROPOSE_KEY, "申请市级通讯录共享", Scope.SUBTREE)
OVERSEE = Permission(OVERSEE_KEY, "市级共享管理", Scope.DISTRICT)
PERMISSIONS = (PROPOSE, OVERSEE)

ROLE_EXTRAS = (
    RoleExtra("sharing.graded_administrator", "accounts.graded_administrator", (PROPOSE,)),
    RoleExtra("sharing.office_director", "accounts.office_director", (PROPOSE,)),
    RoleExtra("sharing.system_administrator", "accounts.system_administrator", (OVERSEE,)),
)

SHARES = Series("sharing.share", "市级共享", "享〔{year}〕{n}号")

WRITTEN = AuditVerb("sharing.written", "填写了{target}")
SUBMITTED = AuditVerb("sharing.submitted", "提交了{target}")
DISCARDED = AuditVerb("sharing.discarded", "取消了{target}")
APPROVED = AuditVerb("sharing.approved", "批准了{target}")
RETURNED = AuditVerb("sharing.returned", "退回了{target}，原因：{reason}")
REJECTED = AuditVerb("sharing.rejected", "未批准{target}，原因：{reason}")
WITHDRAWN = AuditVerb("sharing.withdrawn", "撤回了{target}，原因：{reason}")
RENEWAL_ASKED = AuditVerb("sharing.renewal_asked", "提交了{target}的年度复核")
RENEWED = AuditVerb("sharing.renewed", "通过了{target}的年度复核")
SUSPENDED = AuditVerb("sharing.suspended", "{target}未按期复核，已暂停")
REVIEW_CALLED = AuditVerb("sharing.review_called", "提醒复核{target}")
LEDGER_CHANGED = AuditVerb("sharing.ledger_changed", "更新了市级共享人员：{target}")
PUSHED = AuditVerb("sharing.pushed", "向市级通讯录推送了{target}")
COMPARED = AuditVerb("sharing.compared", "与市级通讯录进行了全量比对：{target}")
ALARMED = AuditVerb("sharing.alarmed", "市级通讯录连接中断，已告警")
CLEARED = AuditVerb("sharing.cleared", "市级已确认清除{target}")
HURRIED = AuditVerb("sharing.hurried", "要求立即推送{target}")

VERBS = (
    WRITTEN, SUBMITTED, DISCARDED, APPROVED, RETURNED, REJECTED, WITHDRAWN, RENEWAL_ASKED, RENEWED, SUSPENDED,
    REVIEW_CALLED, LEDGER_CHANGED, PUSHED, COMPARED, ALARMED, CLEARED, HURRIED,
)  # fmt: skip

REVIEW = TodoType("sharing.review", "年度复核市级共享", TodoKind.OTHER, "rotate-clockwise")

TOLD_DECIDED = MessageKind(
    "sharing.decided",
    "市级共享审批结果",
    Category.NOTICE,
    "{number}{unit}市级共享{result}",
    "{opinion}",
    "share",
)
TOLD_REVIEW = MessageKind(
    "sharing.review_due",
    "市级共享年度复核提醒",
    Category.REMINDER,
    "{unit}的市级共享应于{due}前复核",
    "到期未复核的自动暂停，已共享的信息从市级通讯录撤下",
    "rotate-clockwise",
)
TOLD_SUSPENDED = MessageKind(
    "sharing.suspended",
    "市级共享暂停",
    Category.NOTICE,
    "{unit}的市级共享未按期复核，已暂停",
    "已共享的信息正从市级通讯录撤下；仍需共享的，请提交年度复核",
    "player-pause",
)
TOLD_DOWN = MessageKind(
    "sharing.channel_down",
    "市级通讯录连接中断",
    Category.URGING,
    "市级通讯录自{since}起无法连接，{pending}项推送等待中",
    "原因：{fault}。恢复后自动续传，不会遗漏",
    "plug-connected-x",
)
TOLD_UP = MessageKind(
    "sharing.channel_up",
    "市级通讯录连接恢复",
    Category.NOTICE,
    "市级通讯录已恢复连接",
    "中断自{since}起，积压的推送正在续传",
    "plug-connected",
)
TOLD_CLEARED = MessageKind(
    "sharing.cleared",
    "市级共享清除确认",
    Category.NOTICE,
    "市级通讯录已确认清除{unit}的共享信息",
    "{number}",
    "circle-check",
)

MESSAGES = (TOLD_DECIDED, TOLD_REVIEW, TOLD_SUSPENDED, TOLD_DOWN, TOLD_UP, TOLD_CLEARED)

PROCEDURE = Procedure(
    "sharing.share",
    "市级共享审批",
    "sharing.share",
    (
        StepPlan("unit", "单位审核", "changes.unit_reviewers", {"unit": "unit"}, workdays=2),
        StepPlan("district", "区级审批", "changes.district_reviewers", workdays=3, may_add=False),
    ),
)
RENEWAL_PROCEDURE = Procedure(
    "sharing.renewal",
    "市级共享年度复核",
    "sharing.share",
    (StepPlan("district", "区级复核", "changes.district_reviewers", workdays=3, may_add=False),),
)
PROCEDURES = (PROCEDURE, RENEWAL_PROCEDURE)
