"""What the cryptography module says to the platform: its audit verbs."""

from yiwang.kernel.extension.audit import AuditVerb

MASTER_ROTATED = AuditVerb("crypto.master_rotated", "轮换了密钥加密密钥")
KEY_RENEWED = AuditVerb("crypto.key_renewed", "启用了{target}的新版本数据密钥")
KEY_RETIRED = AuditVerb("crypto.key_retired", "完成了{target}的数据密钥轮换")

VERBS = (MASTER_ROTATED, KEY_RENEWED, KEY_RETIRED)
