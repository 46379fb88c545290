"""What the working calendar gives to the platform."""

from yiwang.kernel.extension.audit import audit_verbs
from yiwang.kernel.extension.permissions import permissions
from yiwang.kernel.workdays import vocabulary

permissions.add(vocabulary.MANAGE)
audit_verbs.add(vocabulary.YEAR_IMPORTED)
