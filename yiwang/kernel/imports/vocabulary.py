"""What imports say to the platform."""

from yiwang.kernel.extension.audit import AuditVerb

RECEIVED = AuditVerb("imports.received", "上传了{target}")
CHECKED = AuditVerb("imports.checked", "校验了{target}")
CONFIRMED = AuditVerb("imports.confirmed", "确认了{target}")
CANCELLED = AuditVerb("imports.cancelled", "取消了{target}")
FINISHED = AuditVerb("imports.finished", "完成了{target}")
FAILED = AuditVerb("imports.failed", "未能完成{target}，原因：{reason}")
ERRORS_TAKEN = AuditVerb("imports.errors_taken", "下载了{target}的错误明细")
FORGOTTEN = AuditVerb("imports.forgotten", "清除了{target}的明细")

VERBS = (RECEIVED, CHECKED, CONFIRMED, CANCELLED, FINISHED, FAILED, ERRORS_TAKEN, FORGOTTEN)
