"""What the organisation gives to the platform."""

from yiwang.kernel import database
from yiwang.kernel.extension.audit import audit_verbs
from yiwang.kernel.extension.file_owners import FileOwner, file_owners
from yiwang.kernel.extension.permissions import permissions
from yiwang.platform.org import vocabulary
from yiwang.platform.org.actions import codes
from yiwang.platform.org.queries import people

audit_verbs.add_all(vocabulary.VERBS)
permissions.add_all(vocabulary.PERMISSIONS)
file_owners.add(FileOwner("org.person", "人员照片", may_read=people.may_see))
database.migrated.add(codes.ship_codes)
