"""What the console says to the platform."""

from yiwang.kernel.extension.permissions import Permission, Scope

READ_SYSTEM = Permission("console.read_system", "查看系统运行状态", Scope.DISTRICT)

PERMISSIONS = (READ_SYSTEM,)
