"""What an operator asks about keys. Gives no key away."""

from dataclasses import dataclass
from datetime import datetime

from yiwang.kernel.crypto import columns
from yiwang.kernel.crypto.models import DataKey


@dataclass(frozen=True)
class KeyStatus:
    """One version of a purpose's data key. columns: what depends on the purpose, as `table.column`."""

    purpose: str
    version: int
    created_at: datetime
    retired_at: datetime | None
    columns: tuple[str, ...]


def key_status() -> list[KeyStatus]:
    """All data keys, by purpose and version."""
    return [
        KeyStatus(
            purpose=key.purpose,
            version=key.version,
            created_at=key.created_at,
            retired_at=key.retired_at,
            columns=tuple(str(column) for column in columns.of_purpose(key.purpose)),
        )
        for key in DataKey.objects.order_by("purpose", "version")
    ]
