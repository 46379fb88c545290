"""An approved 调动 on its day, and what follows (domain §2, acceptance 2; §33, stories 6 and 10)."""

import datetime

import pytest
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.accounts.actions import roles
from yiwang.platform.accounts.models import RoleGrant
from yiwang.platform.changes.actions import handover as acts
from yiwang.platform.changes.actions import handover_leaving, person_effect
from yiwang.platform.changes.models import Handover, HandoverItem
from yiwang.platform.changes.rules import handover as rules
from yiwang.platform.changes.tests import applications as ask
from yiwang.platform.changes.tests.shelves import shelf
from yiwang.platform.org.models import Post
from yiwang.platform.todos.tests.factories import kinds, push, state_of

__all__ = ["kinds"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kinds")]


def test_a_transfer_on_its_day(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    groups = shelf(monkeypatch, "changes.test_groups", "工作群", can_give=False, can_leave=True)
    groups.put("g1", "g2", person_id=cast.li.person.pk)
    post = Post.objects.get(person=cast.li.person, is_living=True)
    roles.grant_role(
        cast.li.account,
        role="accounts.clerk",
        unit=cast.units["QP-0301"],
        post=post,
        actor=SYSTEM,
        reason="任命",
    )
    first, second = (push(cast, "li", task=task) for task in "12")
    day = timezone.localdate() + datetime.timedelta(days=8)
    said = ask.transfer(cast, cast.li, effective_on=day)
    operation = ask.agree(ask.apply_for(said, cast.qian), cast.tang, cast.gu, cast.sun)
    assert operation.state == "waiting_day"

    sheet = Handover.objects.get()
    assert (sheet.occasion, sheet.effective_on, sheet.post) == ("transfer", day, post)
    listed = {(rules.label_of(one), one.title) for one in sheet.items.all()}
    assert {
        ("未办结待办", first.title),
        ("工作群", "工作群g1"),
        ("担任的角色", "朱家角镇文秘（收发员）"),
    } <= listed

    item = sheet.items.get(title=first.title, held_id=str(first.assignments.get().pk))
    acts.decide(
        sheet, {item.pk: acts.Choice("successor", cast.zhao.person.pk)}, revision=1, actor=cast.li.principal()
    )
    person_effect.apply_due(today=day)
    handover_leaving.carry_out_due(today=day)

    post.refresh_from_db()
    assert not post.is_living
    (new,) = Post.objects.filter(person=cast.li.person, is_living=True)
    assert new.unit == cast.units["QP-0302-01"]
    assert not RoleGrant.objects.living().filter(account=cast.li.account).exists()
    assert (state_of(first, cast, "li"), state_of(first, cast, "zhao")) == ("passed", "todo")
    assert (state_of(second, cast, "li"), state_of(second, cast, "tang")) == ("passed", "todo")
    sheet.refresh_from_db()
    exits = [one for one in sheet.items.all() if rules.is_membership(rules.holding_of(one))]
    assert [(one.held_id, one.decision) for one in exits] == [("g1", ""), ("g2", "")]
    assert groups.of(cast.li.person.pk) == {"g1", "g2"}, "he has ten working days to answer"


def test_a_retirement_leaves_nothing_behind(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Story 10: open tasks to the office, groups left, those he maintained handed over, the record stays."""
    groups = shelf(monkeypatch, "changes.test_groups", "工作群", can_give=False, can_leave=True)
    groups.put("g1", person_id=cast.li.person.pk)
    kept = shelf(monkeypatch, "changes.test_kept", "群维护", can_leave=True)
    kept.put("k1", person_id=cast.li.person.pk)
    todo = push(cast, "li")
    operation = ask.agree(ask.apply_for(ask.departure(cast.li), cast.qian), cast.tang, cast.sun)
    person_effect.apply_due(today=operation.effective_on)
    assert state_of(todo, cast, "tang") == "todo" and groups.of(cast.li.person.pk) == set()
    assert kept.of(cast.tang.person.pk) == {"k1"}
    waiting = HandoverItem.objects.exclude(state=HandoverItem.State.DONE)
    assert not waiting.exists()
    assert ask.reread(cast.li).status == "retired"
