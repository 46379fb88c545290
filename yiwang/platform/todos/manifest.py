"""What todos give to the platform."""

from yiwang.kernel.extension.audit import audit_verbs
from yiwang.platform.todos import vocabulary

audit_verbs.add_all(vocabulary.VERBS)
