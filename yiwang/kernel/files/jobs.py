"""Cleaning up after uploads, each night."""

from datetime import timedelta

from django.utils import timezone

from yiwang.kernel.files import actions

# Old enough that no upload of that day can still be under way.
_STRAY_DAYS = (2, 3, 4)


def clean_up() -> None:
    """Remove loose files, contents of deleted ones, and contents that no row knows."""
    actions.remove_loose_files()
    actions.erase_contents()
    for days in _STRAY_DAYS:
        actions.remove_stray_contents(timezone.localdate() - timedelta(days))
