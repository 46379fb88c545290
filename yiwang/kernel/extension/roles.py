"""Roles: what people are in the office, as bundles of rights (domain reference §0.7)."""

from dataclasses import dataclass

from yiwang.kernel.extension.permissions import Permission, Scope
from yiwang.kernel.registry import Registry


@dataclass(frozen=True)
class Role:
    """A role granted for a part of the tree and a period; it ends with the post that it was granted for.

    permissions: the rights it brings. widest: the widest scope it may be granted for. exclusive: roles with
    the same word exclude each other on one account (19.2). most_per_unit: 0 for any number.
    """

    key: str
    label: str
    permissions: tuple[Permission, ...]
    widest: Scope
    exclusive: str = ""
    most_per_unit: int = 0
    order: int = 100


roles: Registry[Role] = Registry("roles", "Roles that can be granted")
