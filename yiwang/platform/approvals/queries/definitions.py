"""Finding the version of a procedure that is in force."""

from dataclasses import asdict
from typing import Any

from yiwang.kernel.extension.approvals import Procedure
from yiwang.platform.approvals.models import Definition


def latest(procedure: str) -> Definition | None:
    """The newest stored version."""
    return Definition.objects.filter(procedure=procedure).order_by("-version").first()


def columns_of(shipped: Procedure) -> dict[str, Any]:
    """The shipped procedure as a row keeps it."""
    return {
        "label": shipped.label,
        "subject": shipped.subject,
        "kind": str(shipped.kind),
        "steps": [asdict(step) | {"arguments": dict(step.arguments)} for step in shipped.steps],
        "may_skip_own": shipped.may_skip_own,
        "may_suspend": shipped.may_suspend,
    }
