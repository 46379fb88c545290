"""What the console says to the platform."""

from yiwang.kernel.audit.vocabulary import READ as READ_LOG
from yiwang.kernel.extension.audit import AuditVerb
from yiwang.kernel.extension.permissions import Permission, Scope
from yiwang.kernel.extension.roles import RoleExtra
from yiwang.kernel.parameters.vocabulary import MANAGE as MANAGE_PARAMETERS
from yiwang.kernel.workdays.vocabulary import MANAGE as MANAGE_WORKDAYS
from yiwang.platform.accounts.vocabulary import (
    CONFIRM,
    GRADED_ADMINISTRATOR,
    GRANT,
    MANAGE,
    SECURITY_ADMINISTRATOR,
    SYSTEM_ADMINISTRATOR,
)
from yiwang.platform.changes.vocabulary import APPLY, REVIEW_DISTRICT, REVIEW_UNIT
from yiwang.platform.org.vocabulary import MANAGE_CODES, MANAGE_TREE, MANAGE_UNIT

UNITS_IMPORTED = AuditVerb("console.units_imported", "批量导入了{target}")

UNIT_LOG_READ = AuditVerb("console.unit_log_read", "查看了本单位管理操作记录")

VERBS = (UNITS_IMPORTED, UNIT_LOG_READ)

READ_SYSTEM = Permission("console.read_system", "查看系统运行状态", Scope.DISTRICT)

READ_UNIT_LOG = Permission("console.read_unit_log", "查看本单位管理操作记录", Scope.SUBTREE)

PERMISSIONS = (READ_SYSTEM, READ_UNIT_LOG)
ROLE_EXTRAS = (
    RoleExtra(
        "console.system_administrator",
        SYSTEM_ADMINISTRATOR.key,
        (READ_SYSTEM, MANAGE_WORKDAYS, MANAGE_PARAMETERS),
    ),
    RoleExtra("console.graded_administrator", GRADED_ADMINISTRATOR.key, (READ_UNIT_LOG,)),
    RoleExtra("console.security_administrator", SECURITY_ADMINISTRATOR.key, (READ_SYSTEM,)),
)

# Who holds one of these reads the code lists; their keeper alone changes them.
READS_CODES = tuple(one.key for one in (MANAGE_CODES, READ_SYSTEM, READ_LOG))
# The same of the parameters (§29).
READS_PARAMETERS = tuple(one.key for one in (MANAGE_PARAMETERS, READ_SYSTEM, READ_LOG))

# Who holds one of these enters the console; what he finds there is decided by each page. The office director
# (办公室主任) comes by what he applies for and reviews.
ADMINISTRATORS = tuple(
    one.key
    for one in (
        *(MANAGE_TREE, MANAGE_UNIT, MANAGE, GRANT, CONFIRM, READ_LOG, READ_SYSTEM, MANAGE_WORKDAYS),
        *(APPLY, REVIEW_UNIT, REVIEW_DISTRICT),
    )
)
