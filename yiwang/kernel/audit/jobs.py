"""Work of the audit log by the clock."""

from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit import actions


def extend_chain() -> None:
    """Anchor what was recorded since the last run."""
    actions.extend_chain(actor=SYSTEM)
