"""What a person has by his account, for the checklist of who leaves; the roles of a unit, for previews."""

from collections.abc import Sequence

from django.db.models import Q

from yiwang.kernel.extension.holdings import Held
from yiwang.kernel.extension.permissions import permissions
from yiwang.platform.accounts.models import Grant, RoleGrant, Session
from yiwang.platform.accounts.queries import roles

_DISTRICT = "全区"


def roles_of(person_id: int, path: str) -> Sequence[Held]:
    """Roles he holds there, or for a post there; "" for all."""
    living = RoleGrant.objects.living().filter(account__person=person_id).select_related("unit", "post")
    if path:
        living = living.filter(Q(unit__path__startswith=path) | Q(post__unit__path__startswith=path))
    return [
        Held(str(one.pk), f"{one.unit.short_name if one.unit else _DISTRICT}{roles.label_of(one.role)}")
        for one in living.order_by("pk")
    ]


def roles_at(path: str, includes_below: bool, limit: int) -> tuple[int, Sequence[Held]]:
    """The roles granted for a unit: how many, and the first of them."""
    place = (
        {"unit__path__gte": path, "unit__path__lt": path + "~"} if includes_below else {"unit__path": path}
    )
    living = RoleGrant.objects.living().filter(**place)
    shown = living.select_related("unit", "account__person").order_by("unit__position", "pk")[:limit]
    return living.count(), [Held(str(one.pk), roles.called(one)) for one in shown]


def rights_of(person_id: int, path: str) -> Sequence[Held]:
    """Single rights that were granted to him there; "" for all."""
    living = Grant.objects.filter(account__person=person_id, ended_at=None).select_related("unit")
    if path:
        living = living.filter(unit__path__startswith=path)
    return [
        Held(str(one.pk), f"{_label(one.permission)}（{one.unit.short_name if one.unit else _DISTRICT}）")
        for one in living.order_by("pk")
    ]


def _label(permission: str) -> str:
    return permissions.get(permission).label if permission in permissions else permission


def devices_of(person_id: int, path: str) -> Sequence[Held]:
    """Where he is logged in; of concern only when he leaves altogether."""
    if path:
        return []
    living = Session.objects.filter(account__person=person_id, ended_at=None).order_by("-last_seen_at")
    return [Held(str(one.pk), one.device, one.address) for one in living]
