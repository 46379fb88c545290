"""What numbering gives to the platform."""

from yiwang.kernel.extension.audit import audit_verbs
from yiwang.kernel.numbering import vocabulary

audit_verbs.add_all(vocabulary.VERBS)
