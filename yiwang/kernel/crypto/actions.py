"""Rotating keys. Each step can be broken off and taken up again; meanwhile everything opens and is found."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from yiwang.kernel import database
from yiwang.kernel.actor import Actor
from yiwang.kernel.crypto import columns, hooks, keys, rings, vocabulary
from yiwang.kernel.crypto.models import DataKey
from yiwang.kernel.errors import require

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Rotation:
    """Where the rotation of a data key stands.

    ready_at: when the values can be renewed, None when they have been. rows: values looked at in this call.
    broken: `table.column:row_key` of values that do not open; they keep the old version from being retired.
    """

    purpose: str
    version: int
    ready_at: datetime | None
    rows: int = 0
    broken: tuple[str, ...] = ()


@transaction.atomic
def rotate_key_encryption_key(*, actor: Actor | None) -> int:
    """Begin a new key encryption key and wrap every data key anew; how many there are."""
    database.lock("crypto.keys")
    provider = keys.provider()
    version = provider.renew()
    data_keys = list(DataKey.objects.select_for_update())
    for key in data_keys:
        context = rings.context_of(key.purpose, key.version)
        key.wrapped = provider.wrap(provider.unwrap(bytes(key.wrapped), context), context)
    DataKey.objects.bulk_update(data_keys, ["wrapped"])
    hooks.key_changed(verb=vocabulary.MASTER_ROTATED, purpose="kek", version=version, actor=actor)
    return len(data_keys)


def rotate_data_key(purpose: str, *, actor: Actor | None, progress: Progress | None = None) -> Rotation:
    """Take the rotation of a purpose's key one step on: begin a new version, or renew all values under it.

    Between the two steps every process must have learned of the new version: call again at `ready_at`.
    Purposes without columns (files, the audit log) only begin a new version; what they sealed stays as it is.
    progress: called with (rows done, rows in all).
    """
    known = DataKey.objects.filter(purpose=purpose).exists()
    require(known, f"没有用途为“{purpose}”的数据密钥", status=404)
    depending = columns.of_purpose(purpose)
    live = DataKey.objects.filter(purpose=purpose, retired_at=None).order_by("-version")
    if not depending or live.count() < 2:
        _begin(purpose, actor=actor)
    newest = live[0]
    if not depending:
        return Rotation(purpose, newest.version, None)
    ready_at = newest.created_at + timedelta(seconds=rings.SETTLED_SECONDS)
    # The ring goes by the database's clock: where the two disagree, the later one counts.
    if timezone.now() < ready_at or rings.ring(purpose, fresh=True).current != newest.version:
        return Rotation(purpose, newest.version, ready_at)
    rows, broken = _renew(depending, newest.version, progress or (lambda done, total: None))
    if not broken:
        _retire(purpose, newest.version, actor=actor)
    return Rotation(purpose, newest.version, None, rows, tuple(broken))


@transaction.atomic
def _begin(purpose: str, *, actor: Actor | None) -> None:
    version = max(rings.renew(purpose).keys)
    hooks.key_changed(verb=vocabulary.KEY_RENEWED, purpose=purpose, version=version, actor=actor)


def _renew(depending: list[columns.Column], version: int, progress: Progress) -> tuple[int, list[str]]:
    """Bring all values to the version; how many were looked at, and which would not open."""
    total = sum(columns.count_old(column, version) for column in depending)
    done = 0
    broken: list[str] = []
    progress(0, total)
    for column in depending:
        for rows, unreadable in columns.renew(column, version):
            done += rows
            broken += unreadable
            progress(done, max(done, total))
    return done, broken


@transaction.atomic
def _retire(purpose: str, version: int, *, actor: Actor | None) -> None:
    """Note that nothing known is sealed under the older versions any more."""
    DataKey.objects.filter(purpose=purpose, version__lt=version, retired_at=None).update(
        retired_at=timezone.now()
    )
    hooks.key_changed(verb=vocabulary.KEY_RETIRED, purpose=purpose, version=version, actor=actor)
