"""The day somebody leaves: nothing stays with him, nothing is with nobody (domain §0.6, §2, §15)."""

import datetime

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.extension.holdings import holdings
from yiwang.kernel.workdays import queries as workdays
from yiwang.platform.accounts.actions import lifecycle
from yiwang.platform.accounts.actions import roles as role_acts
from yiwang.platform.accounts.models import Account, RoleGrant
from yiwang.platform.changes import jobs
from yiwang.platform.changes.actions import handover as acts
from yiwang.platform.changes.actions import handover_leaving as leaving
from yiwang.platform.changes.actions.handover import Choice
from yiwang.platform.changes.models import Handover, HandoverItem
from yiwang.platform.changes.tests.shelves import Shelf, shelf
from yiwang.platform.changes.tests.test_handover import groups, items, open_todos, papers, post_of, start
from yiwang.platform.messages.models import Message, Receipt
from yiwang.platform.org.actions import people
from yiwang.platform.org.models import Post
from yiwang.platform.todos.models import Assignment

__all__ = ["groups", "papers"]  # fixtures

pytestmark = pytest.mark.django_db


def leave(cast: Cast, login: str = "li") -> None:
    """His main post ends today."""
    people.end_post(post_of(cast, login), actor=SYSTEM, reason="调动")


def told(cast: Cast, login: str) -> list[str]:
    own = Receipt.objects.filter(person=cast.member(login).person)
    return list(
        Message.objects.filter(pk__in=own.values("message")).order_by("pk").values_list("title", flat=True)
    )


def test_what_nobody_was_named_for_goes_to_the_office(cast: Cast, papers: Shelf) -> None:
    handover = start(cast, in_days=0)
    acts.decide(
        handover, {items(handover)["1"].pk: Choice("successor", cast.zhao.person.pk)}, revision=1,
        actor=cast.li.principal(),
    )  # fmt: skip
    leave(cast)
    assert papers.of(cast.zhao.person.pk) == {"1"}
    assert papers.of(cast.tang.person.pk) == {"2", "3"}
    handover.refresh_from_db()
    assert handover.carried_out_at is not None and handover.state == Handover.State.RECEIVING
    assert open_todos(cast, "li") == []
    assert open_todos(cast, "zhao") == ["changes.receive"]
    assert "李四同志离岗，2项工作已转交您办理" in told(cast, "tang")

    acts.receive(handover, revision=handover.revision, actor=cast.zhao.principal())
    handover = acts.countersign(handover, revision=handover.revision, actor=cast.tang.principal())
    assert handover.state == Handover.State.DONE


def test_who_left_without_a_sheet_gets_one(cast: Cast, papers: Shelf) -> None:
    leave(cast)
    handover = Handover.objects.get()
    assert (handover.occasion, handover.started_by_name) == ("leaving", "系统")
    assert papers.of(cast.tang.person.pk) == {"1", "2", "3"}
    assert open_todos(cast, "tang") == ["changes.countersign"]


def test_who_held_nothing_needs_none(cast: Cast) -> None:
    leave(cast, "wang")
    assert not Handover.objects.exists()


def test_what_came_since_goes_over_too(cast: Cast, papers: Shelf) -> None:
    handover = start(cast, in_days=0)
    papers.put("late", person_id=cast.li.person.pk)
    leave(cast)
    assert papers.of(cast.li.person.pk) == set()
    assert items(handover)["late"].is_late and items(handover)["late"].state == HandoverItem.State.DONE


def test_only_what_belongs_to_the_unit_he_leaves(cast: Cast, papers: Shelf) -> None:
    """He also serves in another town: what he does there stays with him."""
    elsewhere = cast.units["QP-0302-01"]
    people.start_post(cast.li.person, unit=elsewhere, title="办事员", kind="concurrent", actor=SYSTEM)
    papers.put("there", person_id=cast.li.person.pk, path=elsewhere.path)
    papers.put("here", person_id=cast.li.person.pk, path=cast.units["QP-0301-01"].path)
    leave(cast)
    assert papers.of(cast.li.person.pk) == {"there"}
    assert "here" in papers.of(cast.tang.person.pk)


def test_who_stays_in_the_town_leaves_his_section_only(cast: Cast, papers: Shelf) -> None:
    village = cast.units["QP-0301-0201"]
    people.start_post(cast.li.person, unit=village, title="委员", kind="concurrent", actor=SYSTEM)
    papers.put("village", person_id=cast.li.person.pk, path=village.path)
    handover = start(cast, in_days=0)
    assert handover.leaves == cast.units["QP-0301-01"]
    leave(cast)
    assert papers.of(cast.li.person.pk) == {"village"}


def test_the_old_units_roles_end_and_groups_wait_for_his_answer(
    cast: Cast, papers: Shelf, groups: Shelf
) -> None:
    """Acceptance 2 of §2, but for the to-dos, which are in test_handover_todos."""
    role_acts.grant_role(
        cast.li.account, role="accounts.clerk", unit=cast.units["QP-0301"], post=post_of(cast, "li"),
        actor=SYSTEM, reason="任命",
    )  # fmt: skip
    handover = start(cast, in_days=0)
    leave(cast)
    assert not Post.objects.filter(person=cast.li.person, is_living=True).exists()
    assert not RoleGrant.objects.living().filter(account=cast.li.account).exists()
    assert papers.of(cast.tang.person.pk) == {"1", "2", "3"}
    handover.refresh_from_db()
    waiting = {key for key, one in items(handover).items() if one.decision == ""}
    assert waiting == {"g1", "g2"} == groups.of(cast.li.person.pk)
    assert handover.state == Handover.State.WORKING and open_todos(cast, "li") == ["changes.hand_over"]
    assert Assignment.objects.open().get(person=cast.li.person).post is None, "not for the post that ended"
    assert handover.due_on == workdays.add_workdays(timezone.localdate(), 10)


def test_groups_without_an_answer_are_left_after_ten_working_days(cast: Cast, groups: Shelf) -> None:
    handover = start(cast, in_days=0)
    leave(cast)
    handover.refresh_from_db()
    acts.decide(
        handover, {items(handover)["g2"].pk: Choice("keep", reason="牵头专项")}, revision=handover.revision,
        actor=cast.li.principal(),
    )  # fmt: skip
    assert leaving.carry_out_due(today=handover.due_on) == 0
    assert groups.of(cast.li.person.pk) == {"g1", "g2"}
    leaving.carry_out_due(today=handover.due_on + datetime.timedelta(days=1))
    assert groups.of(cast.li.person.pk) == {"g2"}
    handover.refresh_from_db()
    assert handover.state == Handover.State.RECEIVING and open_todos(cast, "tang") == ["changes.countersign"]


def test_a_closed_account_leaves_all_at_once(cast: Cast, papers: Shelf, groups: Shelf) -> None:
    lifecycle.close(cast.li.account, reason="退休", actor=SYSTEM)
    handover = Handover.objects.get()
    assert handover.leaves_all and handover.occasion == Handover.Occasion.DEREGISTRATION
    assert papers.of(cast.tang.person.pk) == {"1", "2", "3"} and groups.of(cast.li.person.pk) == set()


def test_a_successor_who_is_gone_by_then_is_replaced_by_the_office(cast: Cast, papers: Shelf) -> None:
    handover = start(cast, in_days=0)
    handover = acts.assign_all(
        handover, decision="successor", successor_id=cast.zhao.person.pk, revision=1,
        actor=cast.li.principal(),
    )  # fmt: skip
    Account.objects.get_queryset().filter(pk=cast.zhao.account.pk).update(state="suspended")
    leave(cast)
    assert papers.of(cast.tang.person.pk) == {"1", "2", "3"}


def test_one_thing_that_is_refused_does_not_hold_up_the_others(cast: Cast, papers: Shelf) -> None:
    handover = start(cast, in_days=0)
    papers.refused = {"2"}
    leave(cast)
    assert papers.of(cast.tang.person.pk) == {"1", "3"}
    second = items(handover)["2"]
    assert (second.state, second.fault) == (HandoverItem.State.FAILED, "该事项正在办理，暂不能移交")
    assert f"交接单{handover.number}有1项工作未能移交" in told(cast, "tang")

    papers.refused = set()
    assert jobs.carry_out_handovers() == 1
    assert papers.of(cast.tang.person.pk) == {"1", "2", "3"}
    assert jobs.carry_out_handovers() == 0


def test_a_module_that_breaks_does_not_break_the_change(
    cast: Cast, papers: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = shelf(monkeypatch, "changes.test_cars", "车辆")
    other.put("c", person_id=cast.li.person.pk)
    other.broken = {"c"}
    handover = start(cast, in_days=0)
    leave(cast)
    assert papers.of(cast.tang.person.pk) == {"1", "2", "3"}
    assert items(handover)["c"].fault == "办理时发生错误，请联系系统管理员"


def test_a_module_that_forgets_is_found_out(cast: Cast, papers: Shelf) -> None:
    handover = start(cast, in_days=0)
    papers.lost = {"3"}
    leave(cast)
    assert items(handover)["3"].fault == "所属应用未能移交，请重新办理"
    papers.lost = set()
    jobs.carry_out_handovers()
    assert papers.of(cast.li.person.pk) == set()


def test_a_module_that_is_gone(cast: Cast, papers: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    handover = start(cast, in_days=0)
    monkeypatch.delitem(holdings._items, papers.key)
    leave(cast)
    assert {one.decision for one in handover.items.all()} == {"office"}
    assert {one.fault for one in handover.items.all()} == {"所属应用已停用，无法移交"}


def test_where_there_is_no_office_it_waits_and_the_district_is_told(cast: Cast, papers: Shelf) -> None:
    RoleGrant.objects.filter(unit=cast.units["QP-0301"]).update(ended_at=timezone.now())
    leave(cast)
    handover = Handover.objects.get()
    assert {one.fault for one in handover.items.all()} == {leaving.NOBODY}
    assert f"交接单{handover.number}有3项工作未能移交" in told(cast, "sun")
    role_acts.grant_role(
        cast.zhao.account,
        role="accounts.office_director",
        unit=cast.units["QP-0301"],
        actor=SYSTEM,
        reason="任命",
    )
    assert jobs.carry_out_handovers() == 1
    assert papers.of(cast.zhao.person.pk) == {"1", "2", "3"}


def test_the_clock_carries_out_what_no_act_did(cast: Cast, papers: Shelf) -> None:
    """A handover that an administrator started without any change of posts."""
    handover = start(cast, in_days=1)
    today = timezone.localdate()
    assert leaving.carry_out_due(today=today) == 0 and papers.of(cast.li.person.pk)
    assert leaving.carry_out_due(today=today + datetime.timedelta(days=1)) == 1
    assert papers.of(cast.li.person.pk) == set()
    assert leaving.carry_out_due(today=today + datetime.timedelta(days=1)) == 0
    handover.refresh_from_db()
    assert handover.is_open


def test_who_leaves_before_signing_is_replaced_on_the_sheet(cast: Cast, papers: Shelf) -> None:
    """zhao was to take over from li, and leaves himself: the office signs for it."""
    handover = start(cast)
    handover = acts.assign_all(
        handover,
        decision="successor",
        successor_id=cast.zhao.person.pk,
        revision=1,
        actor=cast.li.principal(),
    )
    handover = acts.submit(handover, revision=handover.revision, actor=cast.li.principal())
    leave(cast, "zhao")
    assert {one.successor_id for one in handover.items.all()} == {cast.tang.person.pk}
    assert open_todos(cast, "zhao") == []
    assert "changes.receive" in open_todos(cast, "tang")
    handover.refresh_from_db()
    acts.receive(handover, revision=handover.revision, actor=cast.tang.principal())
    assert papers.of(cast.tang.person.pk) == {"1", "2", "3"}


def test_a_reminder_on_the_working_day_before(cast: Cast, papers: Shelf) -> None:
    handover = start(cast)
    friday = datetime.date(2026, 11, 20)
    Handover.objects.filter(pk=handover.pk).update(due_on=datetime.date(2026, 11, 23))
    assert leaving.remind(today=friday - datetime.timedelta(days=1)) == 0
    assert leaving.remind(today=friday + datetime.timedelta(days=1)) == 0, "not on a Saturday"
    assert leaving.remind(today=friday) == 1
    assert f"请办理工作交接（{handover.number}）" in told(cast, "li")
    summary = Message.objects.get(kind="changes.handover_due").summary
    assert summary == "李四同志调动，请于11月23日前确定3项工作的去向"


DECISIONS = st.sampled_from(["", "zhao", "qian", "zhou", "office"])


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    choices=st.lists(DECISIONS, min_size=1, max_size=6),
    late=st.integers(0, 2),
    refused=st.sets(st.integers(0, 5)),
    gone=st.sets(st.sampled_from(["zhao", "qian", "tang"])),
    submits=st.booleans(),
)
def test_nothing_is_orphaned(
    cast: Cast,
    *,
    choices: list[str],
    late: int,
    refused: set[int],
    gone: set[str],
    submits: bool,
) -> None:
    """Whatever was decided, whoever is there: in the end each thing lies with somebody who can do it."""
    with pytest.MonkeyPatch.context() as patch, transaction.atomic():
        things = shelf(patch, "changes.test_things", "事项")
        ids = [f"{number}" for number in range(len(choices))]
        things.put(*ids, person_id=cast.li.person.pk)
        handover = start(cast, in_days=0)
        _decide(handover, cast, dict(zip(ids, choices, strict=True)))
        handover.refresh_from_db()
        if submits and "" not in choices:
            acts.submit(handover, revision=handover.revision, actor=cast.li.principal())
        things.put(*(f"late{number}" for number in range(late)), person_id=cast.li.person.pk)
        things.refused = {f"{number}" for number in refused}
        for login in gone:
            Account.objects.get_queryset().filter(pk=cast.member(login).account.pk).update(state="suspended")
        leave(cast)
        held = things.of(cast.li.person.pk)
        failed = {one.held_id for one in handover.items.filter(state=HandoverItem.State.FAILED)}
        assert held == failed, "what could not be moved is on the list, with its reason"
        things.refused = set()
        for login in gone:
            Account.objects.get_queryset().filter(pk=cast.member(login).account.pk).update(state="active")
        jobs.carry_out_handovers()
        assert things.of(cast.li.person.pk) == set()
        assert not handover.items.exclude(state=HandoverItem.State.DONE).exists()
        transaction.set_rollback(True)


def _decide(handover: Handover, cast: Cast, wanted: dict[str, str]) -> None:
    chosen = {}
    for item in handover.items.all():
        choice = wanted[item.held_id]
        if choice == "office":
            chosen[item.pk] = Choice("office")
        elif choice:
            chosen[item.pk] = Choice("successor", cast.member(choice).person.pk)
    acts.decide(handover, chosen, revision=handover.revision, actor=cast.li.principal())
