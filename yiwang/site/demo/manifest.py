"""What the demonstration gives to the platform."""

from yiwang.kernel.extension.audit import audit_verbs
from yiwang.site.demo import vocabulary

audit_verbs.add_all(vocabulary.VERBS)
