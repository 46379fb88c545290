"""What the demonstration gives to the platform."""

from yiwang.kernel.extension.audit import audit_verbs
from yiwang.kernel.extension.messages import message_kinds
from yiwang.site.demo import vocabulary

audit_verbs.add_all(vocabulary.VERBS)
message_kinds.add_all(vocabulary.MESSAGES)
