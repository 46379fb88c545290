"""The order of units below a unit (排序调整), and of people in one (部门内排序号): the same page for both.

The order is arranged in the browser; without scripts each move is a round trip that changes nothing yet.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yiwang.kernel.access import permission_required
from yiwang.kernel.errors import Refused, require, require_right
from yiwang.kernel.notices import notice
from yiwang.kernel.responses import render, seeother
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.console.queries import tree as reading
from yiwang.platform.console.views.tree import KEEPERS
from yiwang.platform.org import rules
from yiwang.platform.org.actions import ordering, units
from yiwang.platform.org.models import Post, Unit
from yiwang.platform.org.queries import people
from yiwang.platform.org.vocabulary import MANAGE_UNIT

_LEVEL_REFUSED = "一至三级节点由区级统一维护，请提交调整申请"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to be put in its place. group: items are moved inside their group only."""

    id: int
    name: str
    note: str = ""
    group: str = ""


@dataclass(frozen=True)
class Arrangement:
    """What is put in order, as it stands. keep: (order, order as he saw it) writes it."""

    name: str
    back: str
    breadcrumb: Sequence[tuple[str, str]]
    title: str
    hint: str
    measure: str
    items: Sequence[Item]
    keep: Callable[[list[int], list[int]], None]

    @property
    def ids(self) -> list[int]:
        return [one.id for one in self.items]

    def in_order(self, ids: Sequence[int]) -> list[tuple[str, list[Item]]]:
        """The items in that order, by group in the order in which groups stand now."""
        known = {one.id: one for one in self.items}
        groups: dict[str, list[Item]] = {one.group: [] for one in self.items}
        for pk in ids:
            groups[known[pk].group].append(known[pk])
        return list(groups.items())


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required(*KEEPERS)
def children(request: HttpRequest, pk: int) -> HttpResponse:
    """Units side by side; the order of the first three levels is the district's (R2-5)."""
    user = of_request(request)
    parent = reading.get(user, pk)
    may = rules.can_edit_level(user, level=parent.level + 1, at=parent.path)
    require(may, _LEVEL_REFUSED, status=403, code="E-ORG-02")
    below = Unit.objects.living().filter(parent=parent).order_by("sort", "pk")
    arrangement = Arrangement(
        *_of_unit(parent),
        "下级机构排序",
        "机构在组织架构、通讯录和各类名单中按此顺序排列",
        "个下级机构",
        [Item(one.pk, one.short_name, one.full_name) for one in below],
        lambda ids, seen: units.sort_children(parent, unit_ids=ids, seen=seen, actor=user),
    )
    return answer(request, arrangement)


@never_cache
@require_http_methods(["GET", "POST"])
@permission_required(*KEEPERS)
def members(request: HttpRequest, pk: int) -> HttpResponse:
    """People of one unit, leaders before the others (R2-8)."""
    user = of_request(request)
    unit = reading.get(user, pk)
    require_right(rules.can_manage_people(user, unit), MANAGE_UNIT.label)
    posts = list(people.ordered_posts(unit))
    has_leaders = any(one.is_leader for one in posts)
    items = [
        Item(
            one.pk,
            one.person.name,
            one.title if one.kind == Post.Kind.MAIN else f"{one.title}（{one.get_kind_display()}）",
            ("领导班子" if one.is_leader else "其他人员") if has_leaders else "",
        )
        for one in posts
    ]
    arrangement = Arrangement(
        *_of_unit(unit),
        "人员排序",
        "人员在通讯录和各类名单中按此顺序排列，领导班子成员在前",
        "人次",
        items,
        lambda ids, seen: ordering.sort_members(unit, post_ids=ids, seen=seen, actor=user),
    )
    return answer(request, arrangement)


def _of_unit(unit: Unit) -> tuple[str, str, Sequence[tuple[str, str]]]:
    """Its name, its address, and the way to it."""
    address = reverse("console:tree_unit", args=[unit.pk])
    return unit.short_name, address, [("组织架构管理", reverse("console:tree")), (unit.short_name, address)]


def answer(request: HttpRequest, arrangement: Arrangement) -> HttpResponse:
    """The page, a move on it without scripts, or the order kept."""
    if request.method == "GET":
        return _page(request, arrangement, arrangement.ids)
    ids, seen = _numbers(request.POST.getlist("item")), _numbers(request.POST.get("seen", "").split(","))
    if "move" in request.POST and sorted(ids) == sorted(arrangement.ids):
        ids = _moved(request, arrangement, ids)
        return _page(request, arrangement, ids)
    try:
        arrangement.keep(ids, seen)
    except Refused as refusal:
        if refusal.status not in (409, 422):
            raise
        return _page(request, arrangement, arrangement.ids, refusal=refusal)
    return notice(seeother(arrangement.back), "顺序已保存")


def _numbers(texts: Sequence[str]) -> list[int]:
    return [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19]


def _moved(request: HttpRequest, arrangement: Arrangement, ids: list[int]) -> list[int]:
    """The order after one move: up, down, first, or to a place; inside the item's group."""
    who, _, where = request.POST["move"].partition(":")
    groups = [[one.id for one in items] for _, items in arrangement.in_order(ids)]
    for group in groups:
        if who.isascii() and who.isdigit() and int(who) in group:
            at = group.index(int(who))
            asked = _numbers([request.POST.get(f"place-{who}", "")])
            places = {"up": at - 1, "down": at + 1, "first": 0, "to": asked[0] - 1 if asked else at}
            group.insert(max(0, min(places.get(where, at), len(group) - 1)), group.pop(at))
    return [pk for group in groups for pk in group]


def _page(
    request: HttpRequest, arrangement: Arrangement, ids: Sequence[int], *, refusal: Refused | None = None
) -> HttpResponse:
    context = {
        "arrangement": arrangement,
        "groups": arrangement.in_order(ids),
        "seen": ",".join(map(str, arrangement.ids)),
        "is_changed": list(ids) != arrangement.ids,
        "refusal": refusal,
    }
    return render(request, "console/tree/order.html", context, status=refusal.status if refusal else 200)
