"""What the address book says to the platform: audit verbs."""

from yiwang.kernel.extension.audit import AuditVerb

HOT_PREFIXES_COUNTED = AuditVerb("addressbook.hot_prefixes_counted", "重新统计了通讯录的常用检索前缀")

VERBS = (HOT_PREFIXES_COUNTED,)
