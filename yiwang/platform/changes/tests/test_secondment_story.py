"""借调 from the application to the return (domain §33, story 6): the work is handed over, the post stays."""

import datetime

import pytest

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.accounts.actions import roles
from yiwang.platform.accounts.models import RoleGrant
from yiwang.platform.changes.actions import handover as acts
from yiwang.platform.changes.actions import handover_leaving, person_effect, person_trouble
from yiwang.platform.changes.models import Handover, HandoverItem, PersonOperation
from yiwang.platform.changes.rules import handover as rules
from yiwang.platform.changes.tests import applications as ask
from yiwang.platform.changes.tests.shelves import Shelf, shelf
from yiwang.platform.org.actions import posts
from yiwang.platform.org.models import Person, Post
from yiwang.platform.todos.tests.factories import kinds, push, state_of

__all__ = ["kinds"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kinds")]


@pytest.fixture
def groups(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    made = shelf(monkeypatch, "changes.test_groups", "工作群", can_give=False, can_leave=True)
    made.put("g1", person_id=cast.wang.person.pk)
    return made


def in_days(days: int) -> datetime.date:
    return ask.today() + datetime.timedelta(days=days)


def approved(cast: Cast, *, ahead: int = 6) -> PersonOperation:
    """朱家角镇 borrows wang of 徐泾镇; everybody has agreed."""
    said = ask.content(
        "second", cast.wang, to_unit=cast.units["QP-0301-01"], duty={"title": "专班工作人员"},
        effective_on=in_days(ahead), until=in_days(ahead + 90), reason="进博会服务保障",
    )  # fmt: skip
    return ask.agree(ask.apply_for(said, cast.qian), cast.tang, cast.gu, cast.sun)


def by_title(sheet: Handover) -> dict[str, HandoverItem]:
    return {one.title: one for one in sheet.items.all()}


def test_the_sheet_is_made_when_it_is_approved(cast: Cast, groups: Shelf) -> None:
    post = Post.objects.get(person=cast.wang.person, kind="main")
    roles.grant_role(
        cast.wang.account, role="accounts.clerk", unit=cast.units["QP-0302"], post=post, actor=SYSTEM,
        reason="任命",
    )  # fmt: skip
    todo = push(cast, "wang")
    operation = approved(cast)
    sheet = Handover.objects.get()
    assert (sheet.occasion, sheet.post, sheet.effective_on) == ("secondment", post, operation.effective_on)
    assert sheet.unit == cast.units["QP-0302-01"] and str(operation.number) in sheet.reason
    things = by_title(sheet)
    assert things[todo.title].decision == "" and things["工作群g1"].decision == ""
    role = things["徐泾镇文秘（收发员）"]
    assert (role.decision, role.reason) == ("keep", "主职仍在原单位")


def test_on_the_day_the_work_moves_and_the_post_stays(cast: Cast, groups: Shelf) -> None:
    first, second, third = (push(cast, "wang", task=task) for task in "123")
    operation = approved(cast)
    sheet = Handover.objects.get()
    things = {one.held_id: one.pk for one in sheet.items.all()}
    to_gu = things[str(first.assignments.get().pk)]
    kept = things[str(second.assignments.get().pk)]
    choices = {
        to_gu: acts.Choice("successor", cast.gu.person.pk),
        kept: acts.Choice("keep", reason="延续办理"),
    }
    acts.decide(sheet, choices, revision=1, actor=cast.wang.principal())
    day = operation.effective_on
    person_effect.apply_due(today=day)
    handover_leaving.carry_out_due(today=day)

    assert state_of(first, cast, "gu") == "todo" and state_of(second, cast, "wang") == "todo"
    assert state_of(third, cast, "fang") == "todo", "to the office: nothing is left lying"
    sheet.refresh_from_db()
    exits = [one for one in sheet.items.all() if rules.is_membership(rules.holding_of(one))]
    assert [one.decision for one in exits] == [""] and groups.of(cast.wang.person.pk) == {"g1"}
    assert ask.living(cast.wang.person) == {
        ("QP-0302-01", "办事员", "main"), ("QP-0301-01", "专班工作人员", "secondment"),
    }  # fmt: skip


def test_roles_of_the_own_unit_are_not_lost(cast: Cast) -> None:
    post = Post.objects.get(person=cast.wang.person, kind="main")
    given = roles.grant_role(
        cast.wang.account, role="accounts.clerk", unit=cast.units["QP-0302"], post=post, actor=SYSTEM,
        reason="任命",
    )  # fmt: skip
    operation = approved(cast)
    person_effect.apply_due(today=operation.effective_on)
    handover_leaving.carry_out_due(today=operation.effective_on)
    assert RoleGrant.objects.living().filter(pk=given.pk).exists()


def test_who_is_lent_today_gets_his_sheet_too(cast: Cast) -> None:
    approved(cast, ahead=0)
    assert Handover.objects.get().effective_on == ask.today()


def test_an_extension_needs_none(cast: Cast) -> None:
    operation = approved(cast, ahead=0)
    ask.take_effect(operation)
    post = ask.fresh(operation).begun_post
    assert post is not None
    said = ask.content("second", cast.wang, post=post, until=in_days(150), reason="任务未完成")
    ask.agree(ask.apply_for(said, cast.qian), cast.tang, cast.gu, cast.sun)
    assert Handover.objects.count() == 1


def test_a_cancelled_secondment_takes_its_sheet_back(cast: Cast) -> None:
    operation = approved(cast)
    person_trouble.cancel(operation, reason="任务取消", actor=cast.qian.principal())
    assert Handover.objects.get().state == Handover.State.CANCELLED


def test_back_again_what_he_had_there_is_handed_over(cast: Cast, groups: Shelf) -> None:
    operation = ask.take_effect(approved(cast, ahead=0))
    groups.put("borrower", person_id=cast.wang.person.pk, path=cast.units["QP-0301"].path)
    assert operation.until is not None
    posts.end_due_posts(today=operation.until + datetime.timedelta(days=1), actor=SYSTEM)
    assert ask.reread(cast.wang).status == Person.Status.ON_POST
    back = Handover.objects.exclude(occasion="secondment").get()
    assert back.unit == cast.units["QP-0301-01"] and "工作群borrower" in by_title(back)


def test_who_leaves_for_good_while_lent_gets_another_sheet(cast: Cast) -> None:
    """The sheet of the secondment is still open when his own post ends: it gives way, nothing is orphaned."""
    operation = ask.take_effect(approved(cast, ahead=0))
    handover_leaving.carry_out_due(today=ask.today())
    todo = push(cast, "wang")
    lent = Handover.objects.get()
    assert lent.is_open and operation.state == "effective"
    post = Post.objects.get(person=cast.wang.person, kind="main")
    posts.transfer_person(
        cast.wang.person, to=cast.units["QP-0301-01"], title="科员", day=ask.today(), actor=SYSTEM
    )
    lent.refresh_from_db()
    assert lent.state == Handover.State.CANCELLED and "另行交接" in lent.cancel_reason
    assert Handover.objects.get(post=post, occasion="leaving").carried_out_at is not None
    assert state_of(todo, cast, "fang") == "todo"
