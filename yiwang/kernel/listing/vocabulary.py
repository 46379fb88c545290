"""What list screens say to the audit log."""

from yiwang.kernel.extension.audit import AuditVerb

EXPORTED = AuditVerb("kernel.exported", "导出了{target}，用途：{reason}")
