"""What may be done with a run, in which state."""

from yiwang.kernel.extension.imports import ImportKind
from yiwang.kernel.imports.models import ImportRun


def can_confirm(run: ImportRun, kind: ImportKind) -> bool:
    """Is there something to bring in, and, when it is all or nothing, nothing wrong?"""
    if run.state != ImportRun.State.READY or not run.to_apply:
        return False
    return not (kind.is_whole and run.wrong)


def can_cancel(run: ImportRun) -> bool:
    """Until it is confirmed, nothing has happened yet."""
    return run.state in (ImportRun.State.CHECKING, ImportRun.State.READY)
