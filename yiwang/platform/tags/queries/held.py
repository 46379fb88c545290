"""Tags as what a unit holds: they go to its successor when it is dissolved."""

from collections.abc import Sequence

from django.urls import reverse

from yiwang.kernel.extension.holdings import Held
from yiwang.platform.tags.models import Tag


def of_unit(path: str, includes_below: bool, limit: int) -> tuple[int, Sequence[Held]]:
    """How many tags the unit owns, and the first of them."""
    rows = Tag.objects.living().select_related("unit").order_by("unit__position", "name")
    found = (
        rows.filter(unit__path__gte=path, unit__path__lt=path + "~")
        if includes_below
        else rows.filter(unit__path=path)
    )
    held = [
        Held(
            str(one.pk),
            one.name,
            f"{one.owner_name} · {one.get_state_display()}",
            reverse("tags:detail", args=[one.pk]),
        )
        for one in found[:limit]
    ]
    return found.count(), held
