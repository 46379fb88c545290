"""What the audit log itself says to the platform: its verbs and the right to read it."""

from yiwang.kernel.extension.audit import AuditVerb
from yiwang.kernel.extension.permissions import Permission, Scope

LOG_READ = AuditVerb("audit.read", "查看了审计日志")
LOG_EXPORTED = AuditVerb("audit.exported", "导出了审计日志")
LOG_VERIFIED = AuditVerb("audit.verified", "校验了审计日志的完整性")

VERBS = (LOG_READ, LOG_EXPORTED, LOG_VERIFIED)

READ = Permission("audit.read", "查看审计日志", Scope.DISTRICT)

PERMISSIONS = (READ,)
