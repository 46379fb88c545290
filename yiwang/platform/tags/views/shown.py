"""What all pages of a tag show alike: who may see it, its tabs, what may be done."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from yiwang.kernel.access import permission_required
from yiwang.kernel.errors import not_found
from yiwang.platform.accounts.queries.principals import Principal, of_request
from yiwang.platform.addressbook.queries import picks
from yiwang.platform.tags.models import Tag
from yiwang.platform.tags.rules import tag as rules
from yiwang.platform.tags.vocabulary import MANAGE, MANAGE_DISTRICT, READ, USE

may_enter = permission_required(MANAGE.key, MANAGE_DISTRICT.key, USE.key, READ.key)
may_make = permission_required(MANAGE.key, MANAGE_DISTRICT.key)


def visible(request: HttpRequest, pk: int) -> Tag:
    """The tag, if he may know of it."""
    tag: Tag = get_object_or_404(Tag.objects.visible_to(of_request(request)).select_related("unit"), pk=pk)
    return tag


def kept(request: HttpRequest, pk: int) -> Tag:
    """The tag, if he keeps it; to others its pages of care do not exist."""
    tag = visible(request, pk)
    if not rules.can_keep(of_request(request), tag):
        raise not_found()
    return tag


def sees_list(user: Principal, tag: Tag) -> bool:
    """May he see how the list came about, and the uses? Who may only use the tag may not."""
    return rules.can_keep(user, tag) or user.allows(READ.key)


def frame(user: Principal, tag: Tag, current: str) -> dict[str, Any]:
    """What _frame.html needs. current: the tab that is open."""
    keeps = rules.can_keep(user, tag)
    is_active = tag.state == Tag.State.ACTIVE
    return {
        "tag": tag,
        "current": current,
        "sees_list": sees_list(user, tag),
        "may_keep": keeps,
        "may_edit": keeps and is_active,
        "may_suspend": keeps and is_active,
        "may_resume": keeps and tag.state == Tag.State.SUSPENDED,
        "may_delete": keeps and tag.state == Tag.State.SUSPENDED,
        "may_add": keeps and is_active and not tag.is_dynamic,
    }


def picker(user: Principal, ids: list[int], *, is_unit: bool) -> dict[str, Any]:
    """What a picker shows at first: whom one chose before, and somebody to begin with."""
    named, find = (picks.named_units, picks.find_units) if is_unit else (picks.named, picks.find)
    chosen = named(user, ids) if ids else []
    return {"chosen": chosen, "found": [one for one in find(user, "") if one.id not in ids]}


def ids_of(form: Any, name: str) -> list[int]:
    """Ids that stand in a picker's field, bound or not."""
    field = form.fields[name]
    given = form.data.getlist(form.add_prefix(name)) if form.is_bound else form.initial.get(name, [])
    return [int(one) for one in given if field.valid_value(one)]
