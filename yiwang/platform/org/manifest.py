"""What the organisation gives to the platform."""

from yiwang.kernel import database
from yiwang.kernel.extension.audit import audit_verbs
from yiwang.kernel.extension.permissions import permissions
from yiwang.platform.org import vocabulary
from yiwang.platform.org.actions import codes

audit_verbs.add_all(vocabulary.VERBS)
permissions.add_all(vocabulary.PERMISSIONS)
database.migrated.add(codes.ship_codes)
