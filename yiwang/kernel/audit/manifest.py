"""What the audit log gives to the platform."""

from yiwang.kernel.audit import actions, jobs, vocabulary
from yiwang.kernel.crypto.hooks import key_changed
from yiwang.kernel.extension.audit import audit_verbs
from yiwang.kernel.extension.jobs import every, schedules
from yiwang.kernel.extension.permissions import permissions

audit_verbs.add_all(vocabulary.VERBS)
permissions.add_all(vocabulary.PERMISSIONS)
schedules.add(every("audit.extend_chain", "锚定审计日志", minutes=1, run=jobs.extend_chain))
key_changed.add(actions.record_key_change)
