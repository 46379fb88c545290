"""What the sandbox gives to its platform; the clock runs in the sandbox alone."""

from django.conf import settings

from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.extension.audit import audit_verbs
from yiwang.kernel.extension.jobs import daily, schedules
from yiwang.site.sandbox import actions, vocabulary


def _reset() -> None:
    actions.reset(actor=SYSTEM)


audit_verbs.add_all(vocabulary.VERBS)
if settings.SANDBOX:
    schedules.add(daily("sandbox.reset", "重置沙箱数据", at="03:30", run=_reset))
