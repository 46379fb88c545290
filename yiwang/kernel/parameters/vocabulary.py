"""What parameters say to the platform."""

from yiwang.kernel.extension.audit import AuditVerb
from yiwang.kernel.extension.permissions import Permission, Scope

MANAGE = Permission("parameters.manage", "维护运行参数", Scope.DISTRICT)
CHANGED = AuditVerb("parameters.changed", "修改了运行参数{target}，依据：{reason}")
RESTORED = AuditVerb("parameters.restored", "将运行参数{target}恢复为默认值")
