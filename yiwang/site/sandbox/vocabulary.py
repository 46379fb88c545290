"""What the sandbox says in its own audit log."""

from yiwang.kernel.extension.audit import AuditVerb

LOADED = AuditVerb("sandbox.loaded", "装载了沙箱机构{target}")
CLEARED = AuditVerb("sandbox.cleared", "清除了沙箱应用{target}的数据")
RECEIVED = AuditVerb("sandbox.received", "在沙箱应用{target}中代接收人操作：{reason}")
RESET = AuditVerb("sandbox.reset", "每日重置了{target}的数据")

VERBS = (LOADED, CLEARED, RECEIVED, RESET)
