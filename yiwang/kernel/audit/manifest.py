"""What the audit log gives to the platform."""

from yiwang.kernel.audit import vocabulary
from yiwang.kernel.extension.audit import audit_verbs
from yiwang.kernel.extension.permissions import permissions

audit_verbs.add_all(vocabulary.VERBS)
permissions.add_all(vocabulary.PERMISSIONS)
