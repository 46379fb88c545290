"""试算: what it counts is what would happen, and nothing stays of it."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import Cast
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.addressbook.actions import proposals, sight, trial
from yiwang.platform.addressbook.models import Book, Hiding, Proposal, Rule
from yiwang.platform.addressbook.queries import rulebook, trial_report
from yiwang.platform.addressbook.queries import trial as comparing
from yiwang.platform.addressbook.tests import test_policy as policies
from yiwang.platform.addressbook.tests.oracle import DIRECT, NONE, SEARCH, Oracle
from yiwang.platform.addressbook.tests.test_policy import DECISIONS, district  # noqa: F401
from yiwang.platform.org.models import Person, Unit

pytestmark = pytest.mark.django_db

_KINDS = {
    (DIRECT, SEARCH): comparing.LOST,
    (DIRECT, NONE): comparing.LOST,
    (SEARCH, DIRECT): comparing.GAINED,
    (NONE, DIRECT): comparing.GAINED,
    (SEARCH, NONE): comparing.LESS_FOUND,
    (NONE, SEARCH): comparing.FOUND,
}


class Expected:
    """What the oracle says of every pair before and after."""

    def __init__(self) -> None:
        self.oracle = Oracle()
        rows = Person.objects.filter(sight__gt=0)
        self.viewers = list(rows.values_list("pk", flat=True))

    def compare(self, after: Oracle) -> dict[str, tuple[int, int, int]]:
        pairs: dict[str, set[tuple[int, int]]] = defaultdict(set)
        for viewer in self.viewers:
            for target in self.oracle.persons:
                was, becomes = self.oracle.mode(viewer, target), after.mode(viewer, target)
                kind = _KINDS.get((was, becomes), "")
                if was == becomes == DIRECT and self.oracle.persons[target].sight:
                    before = self.oracle.hidden_fields(viewer, target)
                    veiled = after.hidden_fields(viewer, target)
                    kind = (
                        comparing.VEILED if veiled - before else comparing.UNVEILED if before - veiled else ""
                    )
                if kind:
                    pairs[kind].add((viewer, target))
            for unit in self.oracle.units.values():
                was, becomes = self.oracle.sees_into(viewer, unit), after.sees_into(viewer, unit)
                if was != becomes:
                    pairs["units lost" if was else "units gained"].add((viewer, unit.pk))
        return {
            kind: (len({one for one, _ in both}), len({other for _, other in both}), len(both))
            for kind, both in pairs.items()
        }


CHANGES = st.one_of(
    st.tuples(st.just(policies._unit_rule), policies.UNIT, policies.UNIT, policies.MODES, st.integers(1, 3)),
    st.tuples(st.just(policies._tag_looks), policies.MEMBER, policies.UNIT, policies.MODES),
    st.tuples(st.just(policies._tag_is_seen), policies.UNIT, policies.MEMBER, policies.MODES),
    st.tuples(st.just(policies._person_rule), policies.MEMBER, policies.MEMBER, policies.MODES),
    st.tuples(
        st.just(policies._hide),
        st.sampled_from((*policies.UNITS, *policies.VIEWERS)),
        policies.SCOPES,
        policies.PASSING,
    ),
    st.tuples(
        st.just(policies._veil),
        st.sampled_from((*policies.UNITS, *policies.VIEWERS)),
        policies.SCOPES,
        policies.PASSING,
        policies.FIELDS,
    ),
    st.tuples(st.just(policies._set_tier), policies.MEMBER, st.integers(1, 4)),
    st.tuples(st.just(policies._choose), st.sampled_from(("graded", "open", "strict"))),
)


def _ordinary(decisions: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Without 应急模式: a trial tells of ordinary times, and that mode is over in two hours."""
    return [one for one in decisions if one[0] is not policies._open_emergency]


@given(standing=DECISIONS.map(_ordinary), change=CHANGES)
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_it_counts_what_would_happen(
    district: Cast,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    standing: list[tuple[Any, ...]],
    change: tuple[Any, ...],
) -> None:
    found: dict[str, tuple[int, int, int]] = {}

    def keep(comparison: Any, moved: Any, asker: Any, tell: Any) -> trial_report.Report:
        for one in comparison.effects():
            found[one.kind] = (one.viewers, one.targets, one.pairs)
        for one in trial_report._unit_effects(comparison, moved):
            found[f"units {one.kind}"] = (one.viewers, one.targets, one.pairs)
        return trial_report.Report((), is_partial=False)

    monkeypatch.setattr(trial_report, "report", keep)
    sun = district.sun.principal()
    point = transaction.savepoint()
    try:
        for decide, *choices in standing:
            decide(district, *choices)
        sight.follow_rules()
        expected = Expected()
        decide, *choices = change
        trial._attempt(lambda: decide(district, *choices), sun).report(sun)
        decide(district, *choices)
        sight.follow_rules()
        assert found == expected.compare(Oracle())
    finally:
        transaction.savepoint_rollback(point)
        rulebook.listener._on_news("")


def tried(propose: Callable[[], Proposal], actor: Principal) -> trial_report.Report:
    return trial._attempt(lambda: trial._put_in_force(propose()), actor).report(actor)


def counted() -> tuple[int, ...]:
    return Entry.objects.count(), Rule.objects.count(), Hiding.objects.count()


def test_a_hidden_unit(cast: Cast) -> None:
    """1,204人将看不到3个单位: with names of some, and nothing stays."""
    unit, sun = cast.units["QP-0301"], cast.sun.principal()
    was, book = counted(), rulebook.current_version()

    def hide() -> Proposal:
        return proposals.propose_hiding(unit, scope="everybody", reason="试", actor=sun)

    report = tried(hide, sun)
    units, people = report.lines
    outside = Person.objects.filter(sight__gt=0).exclude(unit_path__startswith=unit.path).count()
    inside = Person.objects.filter(sight__gt=0, unit_path__startswith=unit.path).count()
    below = Unit.objects.living().filter(path__startswith=unit.path).count()
    assert (
        units.text == f"{outside}人将看不到{below}个单位" and people.text == f"{outside}人将看不到{inside}人"
    )
    assert units.is_loss and "朱家角镇" in units.targets and not report.is_partial
    assert all("朱家角镇" in one for one in people.targets)
    assert (counted(), rulebook.current_version()) == (was, book)
    assert not Unit.objects.filter(zone=unit.pk).exists()


def test_the_approver_sees_the_state_of_now(cast: Cast) -> None:
    sun, an = cast.sun.principal(), cast.an.principal()
    change = proposals.propose_preset(preset="strict", reason="收紧", actor=sun)
    assert "将看不到" in trial.deciding(change, actor=an).report(an).summary
    Book.objects.update(preset="strict")
    sight.announce()
    assert trial.deciding(change, actor=an).report(an).summary == "没有人看到的范围会变化"
    change.refresh_from_db()
    assert change.state == Proposal.State.PROPOSED


def test_ending_is_tried_as_well(cast: Cast) -> None:
    sun, an = cast.sun.principal(), cast.an.principal()
    hiding = proposals.propose_hiding(cast.units["QP-0302-01"], scope="everybody", reason="试", actor=sun)
    proposals.approve(hiding, actor=an)
    report = trial.ending(hiding, actor=an).report(an)
    assert [one.is_loss for one in report.lines] == [False, False]
    assert "将新看到1个单位" in report.summary
    hiding.refresh_from_db()
    assert hiding.state == Proposal.State.ACTIVE


def test_a_graded_administrator_counts_whom_he_may_see(cast: Cast) -> None:
    """Members of the hidden unit would lose sight as well; qian is not told of them."""
    qian, town = cast.qian.principal(), cast.units["QP-0301-01"]

    def hide() -> Proposal:
        return proposals.propose_hiding(town, scope="everybody", reason="试", actor=qian)

    report = tried(hide, qian)
    outside = Person.objects.visible_to(qian).filter(sight__gt=0).exclude(unit_path__startswith=town.path)
    assert report.is_partial and report.summary.startswith(f"{outside.count()}人将看不到")
    assert "米思源" not in str(report)


def test_what_may_not_be_proposed_is_not_tried(cast: Cast) -> None:
    qian, was = cast.qian.principal(), counted()

    def hide() -> Proposal:
        return proposals.propose_hiding(cast.units["QP-0302"], scope="everybody", reason="试", actor=qian)

    with pytest.raises(Refused) as refusal:
        tried(hide, qian)
    assert refusal.value.status == 403 and counted() == was
