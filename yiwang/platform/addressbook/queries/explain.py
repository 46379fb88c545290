"""Why somebody is shown or hidden: the deciding step of §3.5 in words, for administrators (看谁的视角)."""

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass

from yiwang.kernel.errors import not_found
from yiwang.platform.addressbook import rules
from yiwang.platform.addressbook.models import Hiding, Rule
from yiwang.platform.addressbook.models.book import Mode, Preset
from yiwang.platform.addressbook.queries import policy, rulebook
from yiwang.platform.addressbook.queries.policy import Target, View
from yiwang.platform.org.models import Person, Post, Unit


@dataclass(frozen=True, slots=True)
class Reason:
    """step: number in §3.5; mode: what it decides; text: in words; rule_id, hiding_id: 0 when it is none."""

    step: int
    mode: Mode
    text: str
    rule_id: int = 0
    hiding_id: int = 0


@dataclass(frozen=True, slots=True)
class UnitReason:
    """is_seen: is the unit in his tree? text: why, in words; hiding_id: 0 when none; no rule decides."""

    is_seen: bool
    text: str
    hiding_id: int = 0
    rule_id: int = 0


def of(viewer_id: int, target_id: int) -> Reason:
    """The first step that decides for this pair."""
    return of_all(viewer_id, [target_id])[target_id]


def of_all(viewer_id: int, target_ids: Collection[int]) -> dict[int, Reason]:
    """Target -> the first step that decides for him; the viewer's rules are worked out once."""
    people = {one.pk: one for one in Person.objects.filter(pk__in=target_ids)}
    if len(people) < len(set(target_ids)) or not Person.objects.filter(pk=viewer_id).exists():
        raise not_found()
    paths: dict[int, list[str]] = defaultdict(list)
    living = Post.objects.filter(person__in=people, is_living=True)
    for person_id, path in living.values_list("person_id", "unit__path"):
        paths[person_id].append(path)
    book = rulebook.book()
    view = View(book, policy.viewer_of(viewer_id))
    if policy.is_in_emergency(book, viewer_id):
        return {pk: _in_emergency(view, one) for pk, one in people.items()}
    return {pk: _decided(view, one, tuple(paths[pk])) for pk, one in people.items()}


def units(viewer_id: int, wanted: Collection[Unit]) -> dict[int, UnitReason]:
    """Unit -> whether he sees it, and by which hidden unit above it not (step 4)."""
    book = rulebook.book()
    if policy.is_in_emergency(book, viewer_id):
        return {one.pk: UnitReason(is_seen=True, text="总值班室应急模式") for one in wanted}
    zones = View(book, policy.viewer_of(viewer_id)).zones
    closed = {one.zone for one in wanted} - zones
    names = dict(Unit.objects.filter(pk__in=closed).values_list("pk", "short_name"))
    living = Hiding.objects.filter(unit__in=closed, state=Hiding.State.ACTIVE, fields=[])
    hidings = dict(living.values_list("unit_id", "pk"))
    found = {}
    for one in wanted:
        if one.zone in zones:
            text = "未隐藏" if not one.zone else "隐藏机构，但查看人在其中或在白名单"
            found[one.pk] = UnitReason(is_seen=True, text=text)
        else:
            text = "本机构已隐藏" if one.zone == one.pk else f"上级机构“{names[one.zone]}”已隐藏"
            found[one.pk] = UnitReason(
                is_seen=False, text=f"{text}，查看人不在白名单", hiding_id=hidings.get(one.zone, 0)
            )
    return found


def _decided(view: View, person: Person, paths: tuple[str, ...]) -> Reason:
    target = Target(person.pk, person.sight, person.unit_path, paths)
    if target.sight not in view.book.sights and person.pk != view.viewer.person_id:
        return _absent(person)
    found = (step(view, target) for step in (_self, *_STEPS))
    return next((reason for reason in found if reason is not None), None) or _matrix(view, target)


def _in_emergency(view: View, person: Person) -> Reason:
    if person.pk == view.viewer.person_id or person.sight in view.book.sights:
        return Reason(4, Mode.DIRECT, "总值班室应急模式，隐藏和层级不起作用")
    return _absent(person)


def _self(view: View, target: Target) -> Reason | None:
    return Reason(2, Mode.DIRECT, "本人") if target.person_id == view.viewer.person_id else None


def _absent(person: Person) -> Reason:
    if person.status not in Person.PRESENT:
        return Reason(1, Mode.NONE, f"人员状态为“{person.get_status_display()}”")
    if person.unit_id is None:
        return Reason(1, Mode.NONE, "没有现任主职")
    return Reason(1, Mode.NONE, "账号未处于正常状态，或为外部临时人员")


def _person_rule(view: View, target: Target) -> Reason | None:
    mode = view.viewer.person_rules.get(target.person_id)
    if mode is None:
        return None
    rule = (
        Rule.objects.filter(
            viewer_person_id=view.viewer.person_id,
            target_person_id=target.person_id,
            state=Rule.State.ACTIVE,
            mode=mode,
        )
        .order_by("id")
        .first()
    )
    return Reason(3, mode, f"人员规则：{mode.label}", rule_id=rule.pk if rule else 0)


def _hidden_unit(view: View, target: Target) -> Reason | None:
    zone = view.book.sights[target.sight].zone
    if zone in view.zones:
        return None
    unit = Unit.objects.get(pk=zone)
    hiding = Hiding.objects.filter(unit=unit, state=Hiding.State.ACTIVE, fields=[]).first()
    text = f"所在机构“{unit.short_name}”已隐藏，查看人不在白名单"
    return Reason(4, Mode.NONE, text, hiding_id=hiding.pk if hiding else 0)


def _reserved(view: View, target: Target) -> Reason | None:
    sight = view.book.sights[target.sight]
    if view.is_free(target, sight):
        return None
    living = Hiding.objects.filter(person_id=target.person_id, state=Hiding.State.ACTIVE, fields=[])
    hiding = living.first()
    return Reason(
        5, Mode.NONE, "本人设为不可搜不可加，查看人不在白名单", hiding_id=hiding.pk if hiding else 0
    )


def _colleague(view: View, target: Target) -> Reason | None:
    return Reason(6, Mode.DIRECT, "同一单位") if view.is_colleague(target) else None


def _contact(view: View, target: Target) -> Reason | None:
    return Reason(7, Mode.DIRECT, "已互加联系人") if target.person_id in view.viewer.contacts else None


def _rule(view: View, target: Target) -> Reason | None:
    groups = view.book.sights[target.sight].groups
    spoken = rules.strongest(view.spoken, target.path, groups)
    if spoken is None:
        return None
    label = Rule.Kind(spoken.kind).label
    return Reason(8, spoken.mode, f"{label}第{spoken.id}号：{spoken.mode.label}", rule_id=spoken.id)


def _matrix(view: View, target: Target) -> Reason:
    tier = view.book.sights[target.sight].tier
    mode = rules.by_matrix(view.book.preset, view.viewer.tier, tier)
    preset = Preset(view.book.preset).label
    return Reason(9, mode, f"通讯规则“{preset}”：Q{view.viewer.tier}对Q{tier}为{mode.label}")


_STEPS: tuple[Callable[[View, Target], Reason | None], ...] = (
    _person_rule,
    _hidden_unit,
    _reserved,
    _colleague,
    _contact,
    _rule,
)
