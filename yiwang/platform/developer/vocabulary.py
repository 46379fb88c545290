"""What the developer site says in the audit log."""

from yiwang.kernel.extension.audit import AuditVerb

ORDERED = AuditVerb("developer.sandbox_ordered", "申请了沙箱应用{target}")
SECRET_MADE = AuditVerb("developer.sandbox_secret", "更换了沙箱应用{target}的密钥")
TOKEN_ISSUED = AuditVerb("developer.sandbox_token", "取得了沙箱应用{target}的调试令牌")
RECEIVED = AuditVerb("developer.sandbox_received", "在沙箱应用{target}中代接收人操作：{reason}")
CLEARED = AuditVerb("developer.sandbox_cleared", "清除了沙箱应用{target}的数据")
ENDED = AuditVerb("developer.sandbox_ended", "结束了沙箱应用{target}")

VERBS = (ORDERED, SECRET_MADE, TOKEN_ISSUED, RECEIVED, CLEARED, ENDED)
