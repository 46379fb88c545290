"""The seal of a role grant: whoever alters what it says outside of the platform is found out (§19.3 b)."""

import json

from yiwang.kernel.crypto.keys import provider
from yiwang.platform.accounts.models import RoleGrant

_KEY = "accounts.role"


def seal(given: RoleGrant) -> bytes:
    """HMAC-SM3 over whom the grant gives what, where, from when to when, by whom, and whether it lives."""
    says = (
        given.account_id,
        given.role,
        given.unit_id,
        given.includes_below,
        given.post_id,
        given.valid_from.isoformat(),
        given.valid_to.isoformat() if given.valid_to else None,
        given.basis,
        given.granted_by_id,
        given.is_pending,
        given.confirmed_by_id,
        given.ended_at.timestamp() if given.ended_at else None,
    )
    return provider().mac(_KEY, json.dumps(says, ensure_ascii=False).encode())


def is_intact(given: RoleGrant) -> bool:
    """Does the row still say what it said when it was sealed?"""
    return bytes(given.seal) == seal(given)


def altered() -> list[RoleGrant]:
    """Every grant, living or ended, that says something else than when it was sealed."""
    return [
        given
        for given in RoleGrant.objects.select_related("account", "unit").order_by("pk").iterator()
        if not is_intact(given)
    ]
