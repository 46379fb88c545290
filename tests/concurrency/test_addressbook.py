"""Several looks at the same moment: a day's budget of whole numbers is never overrun, and none is lost."""

from functools import partial

import pytest
from django.conf import LazySettings
from django.utils import timezone

from tests.cast import Cast, standing
from tests.concurrency.crowd import at_once, refusals
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.platform.addressbook.actions import contacts, looks, mobiles, watching
from yiwang.platform.addressbook.models import Look, MassView
from yiwang.platform.messages.models import Message

pytestmark = pytest.mark.django_db(transaction=True)

COLLEAGUES = ("tang", "qian", "zhou", "zhao")


@pytest.fixture
def crowd() -> Cast:
    return standing()


def test_a_budget_is_not_overrun_by_requests_at_once(crowd: Cast, settings: LazySettings) -> None:
    settings.ADDRESSBOOK_REVEALS_A_DAY = 2
    li = crowd.li.principal()
    works = [
        partial(mobiles.reveal, crowd.member(login).person.pk, purpose="公务联系", actor=li)
        for login in COLLEAGUES * 2
    ]
    results = at_once(*works)
    seen = set(Look.objects.filter(kind="reveal").values_list("target_id", flat=True))
    assert len(seen) == 2 and refusals(results) == [429] * 4
    shown = Entry.objects.filter(verb="addressbook.mobile_revealed", actor_account_id=li.account_id)
    assert Look.objects.filter(kind="reveal").count() == 4 <= shown.count()


def test_the_same_number_at_once_takes_one_from_the_budget(crowd: Cast, settings: LazySettings) -> None:
    settings.ADDRESSBOOK_REVEALS_A_DAY = 1
    li, tang = crowd.li.principal(), crowd.tang.person.pk
    works = [partial(mobiles.reveal, tang, purpose="公务联系", actor=li)] * 5
    assert at_once(*works) == ["13900000012"] * 5


def test_budgets_of_two_people_do_not_meet(crowd: Cast, settings: LazySettings) -> None:
    settings.ADDRESSBOOK_REVEALS_A_DAY = 1
    viewers = [crowd.member(login).principal() for login in ("li", "qian", "zhou")]
    works = [partial(mobiles.reveal, crowd.tang.person.pk, purpose="公务联系", actor=one) for one in viewers]
    assert refusals(at_once(*works)) == []


def test_the_alarm_is_raised_once_by_two_workers(crowd: Cast, settings: LazySettings) -> None:
    settings.ADDRESSBOOK_CARDS_A_DAY = 1
    for login in COLLEAGUES:
        looks.opened(crowd.member(login).person.pk, login, actor=crowd.li.principal())
    told = Message.objects.count()
    works = [partial(watching.note_mass_views, now=timezone.now(), actor=SYSTEM)] * 4
    assert sum(one for one in at_once(*works) if isinstance(one, int)) == 1
    assert MassView.objects.count() == 1 and Message.objects.count() == told + 1


def test_both_ask_each_other_at_once(crowd: Cast) -> None:
    """Whom one reaches directly one need not ask: both are refused, none waits for the other."""
    works = [
        partial(contacts.ask, crowd.wang.person, reason="对接", actor=crowd.li.principal()),
        partial(contacts.ask, crowd.li.person, reason="对接", actor=crowd.wang.principal()),
    ]
    assert refusals(at_once(*works)) == [409, 409]
