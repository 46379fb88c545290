"""What to-dos say to the platform: audit verbs."""

from yiwang.kernel.extension.audit import AuditVerb

PUSHED = AuditVerb("todos.pushed", "推送了待办{target}")
CHANGED = AuditVerb("todos.changed", "更新了待办{target}")
COMPLETED = AuditVerb("todos.completed", "办结了待办{target}")
CANCELLED = AuditVerb("todos.cancelled", "撤销了待办{target}")
PASSED_ON = AuditVerb("todos.passed_on", "转办了待办{target}")
MOVED = AuditVerb("todos.moved", "将待办{target}归入新的单位")

VERBS = (PUSHED, CHANGED, COMPLETED, CANCELLED, PASSED_ON, MOVED)
