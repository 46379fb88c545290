"""Owners of attachments: who may read a file is decided by the thing it is attached to."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from yiwang.kernel.registry import Registry


@dataclass(frozen=True)
class FileOwner:
    """A kind of thing that bears attachments. key: its model's label such as documents.document.

    may_read: (principal, the thing's id as text) -> may he read its attachments?
    """

    key: str
    label: str
    may_read: Callable[[Any, str], bool]


file_owners: Registry[FileOwner] = Registry("file_owners", "Things that bear attachments")
