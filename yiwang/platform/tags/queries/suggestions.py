"""Tags in the search box of the top bar, for who may use or keep them (§3.1: tags for administrators)."""

from typing import Any

from django.urls import reverse

from yiwang.kernel.extension.search import Hit
from yiwang.platform.tags.models import Tag
from yiwang.platform.tags.vocabulary import MANAGE, MANAGE_DISTRICT, READ, USE

_RIGHTS = (MANAGE_DISTRICT, MANAGE, USE, READ)


def find_tags(viewer: Any, text: str, limit: int) -> list[Hit]:
    """By name, his own units' and what is shared with them; nothing is asked for who has no such right."""
    name = " ".join(text.split())
    if not name or not any(viewer.allows(right.key) for right in _RIGHTS):
        return []
    found = Tag.objects.visible_to(viewer).filter(name__contains=name).select_related("unit")
    return [
        Hit(one.name, " · ".join(filter(None, (one.owner_name, one.group))), _page(one), "tag")
        for one in found.order_by("name", "pk")[:limit]
    ]


def _page(tag: Tag) -> str:
    return reverse("tags:detail", args=[tag.pk])
