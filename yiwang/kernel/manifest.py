"""What the kernel itself gives to the platform."""

from yiwang.kernel.extension.audit import audit_verbs
from yiwang.kernel.listing import vocabulary

audit_verbs.add(vocabulary.EXPORTED)
