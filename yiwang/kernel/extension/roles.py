"""Roles: what people are in the office, as bundles of rights (domain reference §0.7)."""

from dataclasses import dataclass

from yiwang.kernel.extension.permissions import Permission, Scope
from yiwang.kernel.registry import Registry


@dataclass(frozen=True)
class Role:
    """A role granted for a part of the tree and a period; it ends with the post that it was granted for.

    permissions: the rights it brings. widest: the widest scope it may be granted for; a role of the district
    is never granted for less. exclusive: roles with the same word exclude each other on one account (19.2).
    least_per_unit: so many stay wherever there is one; most_per_unit: 0 for any number.
    is_administrative: its rights work in administration mode only (管理模式).
    needs_two: appointed by one person and confirmed by another (§29).
    """

    key: str
    label: str
    permissions: tuple[Permission, ...]
    widest: Scope
    exclusive: str = ""
    most_per_unit: int = 0
    order: int = 100
    least_per_unit: int = 0
    is_administrative: bool = False
    needs_two: bool = False


@dataclass(frozen=True)
class RoleExtra:
    """Rights that an app above adds to a role that one below ships. key: `<app>.<role's name>`."""

    key: str
    role: str
    permissions: tuple[Permission, ...]


roles: Registry[Role] = Registry("roles", "Roles that can be granted")
role_extras: Registry[RoleExtra] = Registry("role_extras", "Rights that modules add to roles")


def rights_of(role: str) -> tuple[Permission, ...]:
    """All rights that a role brings, its own and those that modules add; none for one that is not shipped."""
    own = roles.get(role).permissions if role in roles else ()
    return own + tuple(one for extra in role_extras if extra.role == role for one in extra.permissions)
