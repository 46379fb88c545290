"""What approvals say to the platform: audit verbs, the right to watch procedures, to-dos, messages."""

from yiwang.kernel.extension.audit import AuditVerb
from yiwang.kernel.extension.messages import Category, MessageKind
from yiwang.kernel.extension.permissions import Permission, Scope
from yiwang.kernel.extension.todos import TodoKind, TodoType

DEFINED = AuditVerb("approvals.defined", "启用了流程{target}")
SUBMITTED = AuditVerb("approvals.submitted", "提交了“{target}”")
RESUBMITTED = AuditVerb("approvals.resubmitted", "重新提交了“{target}”")
WITHDRAWN = AuditVerb("approvals.withdrawn", "撤回了“{target}”")
OPENED = AuditVerb("approvals.opened", "打开了待办的“{target}”")
AGREED = AuditVerb("approvals.agreed", "同意了“{target}”")
DISAGREED = AuditVerb("approvals.disagreed", "不同意“{target}”，意见：{reason}")
RETURNED = AuditVerb("approvals.returned", "退回了“{target}”，意见：{reason}")
SIGNER_ADDED = AuditVerb("approvals.signer_added", "为“{target}”加签")
PASSED_ON = AuditVerb("approvals.passed_on", "转办了“{target}”")
READERS_NOTIFIED = AuditVerb("approvals.readers_notified", "将“{target}”知会他人")
CIRCULATED = AuditVerb("approvals.circulated", "传阅了“{target}”")
READER_RECALLED = AuditVerb("approvals.reader_recalled", "取消了“{target}”的一名传阅对象")
READ = AuditVerb("approvals.read", "阅知了“{target}”")
URGED = AuditVerb("approvals.urged", "催办了“{target}”")
REMINDED = AuditVerb("approvals.reminded", "提醒了{target}")
SUSPENDED = AuditVerb("approvals.suspended", "挂起了“{target}”，事由：{reason}")
RESUMED = AuditVerb("approvals.resumed", "恢复了“{target}”")
TERMINATED = AuditVerb("approvals.terminated", "终止了“{target}”，事由：{reason}")
VOIDED = AuditVerb("approvals.voided", "作废了“{target}”，事由：{reason}")
HANDED_OVER = AuditVerb("approvals.handed_over", "移交了“{target}”的办理，事由：{reason}")
RECOUNTED = AuditVerb("approvals.recounted", "重算了“{target}”的办理期限")
DEPUTY_SET = AuditVerb("approvals.deputy_set", "设置了委托{target}，事由：{reason}")
DEPUTY_ENDED = AuditVerb("approvals.deputy_ended", "结束了委托{target}")

VERBS = (
    DEFINED,
    SUBMITTED,
    RESUBMITTED,
    WITHDRAWN,
    OPENED,
    AGREED,
    DISAGREED,
    RETURNED,
    SIGNER_ADDED,
    PASSED_ON,
    READERS_NOTIFIED,
    CIRCULATED,
    READER_RECALLED,
    READ,
    URGED,
    REMINDED,
    SUSPENDED,
    RESUMED,
    TERMINATED,
    VOIDED,
    HANDED_OVER,
    RECOUNTED,
    DEPUTY_SET,
    DEPUTY_ENDED,
)

MANAGE = Permission("approvals.manage", "审批流程管理", Scope.DISTRICT)

# One of each for every heading of the to-do list, so that an approval stands where its business belongs.
# Handed over by approvals themselves (succession), not by the list of to-dos.
HANDLE = {
    kind: TodoType(f"approvals.handle_{kind}", "审批", kind, "clipboard-check", goes_over=False)
    for kind in TodoKind
}
REVISE = {
    kind: TodoType(f"approvals.revise_{kind}", "退回修改", kind, "pencil", goes_over=False)
    for kind in TodoKind
}
READING = {
    kind: TodoType(f"approvals.read_{kind}", "阅知", kind, "eye", goes_over=False) for kind in TodoKind
}

TODO_TYPES = (*HANDLE.values(), *REVISE.values(), *READING.values())

SENT_BACK = MessageKind(
    "approvals.returned",
    "审批退回",
    Category.NOTICE,
    "《{title}》被{who}退回",
    "退回意见：{opinion}",
    icon="arrow-back-up",
)
GRANTED = MessageKind(
    "approvals.approved", "审批通过", Category.NOTICE, "《{title}》已审批通过", icon="check"
)
REFUSED = MessageKind(
    "approvals.rejected",
    "审批未通过",
    Category.NOTICE,
    "《{title}》未通过审批",
    "{who}的意见：{opinion}",
    icon="x",
)
ENDED = MessageKind(
    "approvals.ended", "审批终止", Category.NOTICE, "《{title}》已{how}", "事由：{opinion}", icon="ban"
)
URGING = MessageKind(
    "approvals.urged",
    "催办",
    Category.URGING,
    "请尽快办理《{title}》{late}",
    "{who}催办：{opinion}",
    icon="bell",
)
DUE_SOON = MessageKind(
    "approvals.due_soon", "办理期限提醒", Category.REMINDER, "《{title}》待您办理（{due}）", icon="clock"
)
OVERDUE = MessageKind(
    "approvals.overdue",
    "超期提醒",
    Category.URGING,
    "请尽快办理《{title}》，{late}",
    icon="alert-triangle",
    is_sms=True,
)

MESSAGE_KINDS = (SENT_BACK, GRANTED, REFUSED, ENDED, URGING, DUE_SOON, OVERDUE)
