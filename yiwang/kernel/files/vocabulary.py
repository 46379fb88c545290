"""What files say to the platform."""

from yiwang.kernel.extension.audit import AuditVerb

STORED = AuditVerb("files.stored", "上传了文件{target}")
HELD = AuditVerb("files.held", "上传的文件{target}待确认不涉密")
CONFIRMED = AuditVerb("files.confirmed", "确认文件{target}不涉及国家秘密")
REJECTED = AuditVerb("files.rejected", "上传的文件{target}被拒绝")
ATTACHED = AuditVerb("files.attached", "添加了附件{target}")
DOWNLOADED = AuditVerb("files.downloaded", "下载了文件{target}")
DELETED = AuditVerb("files.deleted", "删除了文件{target}")
ERASED = AuditVerb("files.erased", "清除了文件内容{target}")
VERBS = (STORED, HELD, CONFIRMED, REJECTED, ATTACHED, DOWNLOADED, DELETED, ERASED)
