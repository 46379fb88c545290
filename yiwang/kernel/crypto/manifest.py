"""What the cryptography module gives to the platform."""

from yiwang.kernel.crypto import vocabulary
from yiwang.kernel.extension.audit import audit_verbs

audit_verbs.add_all(vocabulary.VERBS)
