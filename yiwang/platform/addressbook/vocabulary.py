"""What the address book says to the platform: audit verbs."""

from yiwang.kernel.extension.audit import AuditVerb

HOT_PREFIXES_COUNTED = AuditVerb("addressbook.hot_prefixes_counted", "重新统计了通讯录的常用检索前缀")

DAY_BEGUN = AuditVerb("addressbook.day_begun", "按日期更新了通讯录的可见范围")

VERBS = (HOT_PREFIXES_COUNTED, DAY_BEGUN)
