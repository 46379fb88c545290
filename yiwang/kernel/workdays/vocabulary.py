"""What the working calendar says to the platform."""

from yiwang.kernel.extension.audit import AuditVerb
from yiwang.kernel.extension.permissions import Permission, Scope

MANAGE = Permission("workdays.manage", "维护工作日历", Scope.DISTRICT)
YEAR_IMPORTED = AuditVerb("workdays.imported", "导入了{target}")
