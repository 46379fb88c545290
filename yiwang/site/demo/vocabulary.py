"""What the demonstration says to the platform, and the mark it leaves on the root of its tree."""

from yiwang.kernel.extension.audit import AuditVerb

LOADED = AuditVerb("demo.loaded", "装载了{target}")

VERBS = (LOADED,)

# The root's 数据来源说明 in a database with the demonstration district.
MARK = "演示数据，人员信息均为虚构"
