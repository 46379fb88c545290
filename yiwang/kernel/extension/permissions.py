"""Permissions: rights that can be granted to an account for a part of the tree."""

from dataclasses import dataclass
from enum import StrEnum

from yiwang.kernel.registry import Registry


class Scope(StrEnum):
    """How far a grant of the permission can reach."""

    UNIT = "unit"
    SUBTREE = "subtree"
    DISTRICT = "district"


@dataclass(frozen=True)
class Permission:
    """A right. key: `<app>.<verb_noun>`; label: Chinese; widest: the widest scope it may be granted for."""

    key: str
    label: str
    widest: Scope


permissions: Registry[Permission] = Registry("permissions", "Rights that can be granted")
