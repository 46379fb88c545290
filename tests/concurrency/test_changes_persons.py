"""Person operations under many hands: one at a time, entered once, in effect once."""

import pytest

from tests import cast as the_cast
from tests.cast import Cast
from tests.concurrency.crowd import at_once, refusals
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.changes.actions import person_effect
from yiwang.platform.changes.actions import person_operation as actions
from yiwang.platform.changes.models import PersonOperation
from yiwang.platform.changes.tests import applications as ask
from yiwang.platform.org.models import Person, Post

pytestmark = pytest.mark.django_db(transaction=True)
Kind, State = PersonOperation.Kind, PersonOperation.State


@pytest.fixture
def district() -> Cast:
    return the_cast.standing()


def test_two_units_enter_the_same_person_at_once(district: Cast) -> None:
    qian, gu = district.qian.principal(), district.gu.principal()
    here = ask.addition(district)
    there = ask.addition(district, unit="QP-0302-01", mobile="13900000079")
    results = at_once(
        lambda: actions.write(here, actor=qian, submits=True),
        lambda: actions.write(there, actor=gu, submits=True),
    )
    assert refusals(results) == [409]
    assert PersonOperation.objects.under_way().count() == 1


def test_two_operations_about_one_person_at_once(district: Cast) -> None:
    qian, tang, gu = (one.principal() for one in (district.qian, district.tang, district.gu))
    grade = ask.content(Kind.CORRECT, district.li, facts={"grade": "general-10"})
    results = at_once(
        lambda: actions.write(ask.transfer(district, district.li), actor=qian, submits=True),
        lambda: actions.write(grade, actor=tang, submits=True),
        lambda: actions.write(ask.transfer(district, district.li, to="QP-0302"), actor=gu, submits=True),
    )
    assert sorted(refusals(results)) == [409, 409]
    assert PersonOperation.objects.under_way().filter(person=district.li.person).count() == 1


def test_a_draft_is_submitted_once(district: Cast) -> None:
    draft = actions.write(ask.addition(district), actor=district.qian.principal())
    qian, tang = district.qian.principal(), district.tang.principal()
    results = at_once(
        lambda: actions.submit(draft, actor=qian),
        lambda: actions.submit(draft, actor=tang),
    )
    assert refusals(results) == [409]
    assert ask.fresh(draft).state == State.WAITING_UNIT


def test_it_takes_effect_once_whoever_applies_it(district: Cast) -> None:
    operation = ask.agree(
        ask.apply_for(ask.transfer(district, district.li), district.qian),
        district.tang,
        district.gu,
        district.sun,
    )
    results = at_once(*(lambda: person_effect.apply_one(operation.pk, today=ask.today(), actor=SYSTEM),) * 4)
    assert sorted(map(bool, results)) in ([False, False, False, True], [False, False, False, False])
    assert ask.fresh(operation).state == State.EFFECTIVE
    assert Post.objects.filter(person=district.li.person, is_living=True).count() == 1


def test_the_queue_is_applied_by_two_workers(district: Cast) -> None:
    members = [district.li, district.zhao, district.zhou]
    for member in members:
        said = ask.content(Kind.CORRECT, member, facts={"post_grade": "management-08"})
        ask.agree(ask.apply_for(said, district.qian), district.tang)
    PersonOperation.objects.filter(state=State.WAITING_DISTRICT).update(state=State.WAITING_DAY)
    results = at_once(*(lambda: person_effect.apply_due(today=ask.today(), actor=SYSTEM),) * 2)
    assert sum(one for one in results if isinstance(one, int)) <= 3
    assert PersonOperation.objects.filter(state=State.EFFECTIVE).count() == 3
    changed = Person.objects.filter(post_grade="management-08").count()
    assert changed == 3
