"""添加联系人: asked, consented, refused, blocked, ended (R2-10, §3.3)."""

import datetime
from collections.abc import Callable

import pytest
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.platform.accounts.actions import sessions
from yiwang.platform.accounts.models import Account, Session
from yiwang.platform.accounts.queries.principals import Principal, digest, principal_of
from yiwang.platform.addressbook.actions import contacts
from yiwang.platform.addressbook.models import Contact
from yiwang.platform.addressbook.models.book import Mode
from yiwang.platform.addressbook.queries import cards, policy
from yiwang.platform.addressbook.tests import factories
from yiwang.platform.org.models import Person

pytestmark = pytest.mark.django_db

Act = Callable[..., Contact]


@pytest.fixture
def leader(cast: Cast) -> Person:
    return factories.person(cast, "陆怀瑾", unit="QP-02", title="副区长", duty_level="06")


def principal(person: Person) -> Principal:
    """Somebody beyond the cast, logged in."""
    account = Account.objects.create(person=person, login_name=f"p{person.pk}", state="active")
    token = sessions.open_session(account, address="127.0.0.1", agent="test")
    return principal_of(Session.objects.select_related("account__person").get(token_digest=digest(token)))


def mode(viewer: Person, target: Person) -> Mode:
    one = Person.objects.get(pk=target.pk)
    return policy.of(viewer.pk).mode(one.pk, one.sight, one.unit_path)


def refused(act: object, *arguments: object, **more: object) -> Refused:
    before = (Entry.objects.count(), list(Contact.objects.values_list("pk", "state")))
    with pytest.raises(Refused) as refusal:
        act(*arguments, **more)  # type: ignore[operator]
    assert (Entry.objects.count(), list(Contact.objects.values_list("pk", "state"))) == before
    return refusal.value


def test_after_consent_both_reach_each_other(cast: Cast, leader: Person) -> None:
    """§3 acceptance 2: after consent the card opens; the mobile stays masked."""
    shen = cast.shen.principal()
    contact = contacts.ask(leader, reason="数据治理专报", actor=shen)
    assert mode(cast.shen.person, leader) == Mode.SEARCH
    contacts.accept(contact, actor=principal(leader))
    assert mode(cast.shen.person, leader) == mode(leader, cast.shen.person) == Mode.DIRECT
    assert "****" in cards.card(shen, leader.pk).mobile


def test_whom_one_cannot_find_one_cannot_ask(cast: Cast, leader: Person) -> None:
    """§3 acceptance 1: for Q4 there is no request; it is 404, as if nobody were there."""
    assert refused(contacts.ask, leader, reason="请教", actor=cast.li.principal()).status == 404


def test_whom_one_reaches_anyway_one_need_not_ask(cast: Cast) -> None:
    assert refused(contacts.ask, cast.wang.person, reason="请教", actor=cast.li.principal()).status == 409


def test_a_reason_is_compulsory(cast: Cast, leader: Person) -> None:
    assert "reason" in refused(contacts.ask, leader, reason=" ", actor=cast.shen.principal()).fields


def test_asking_twice(cast: Cast, leader: Person) -> None:
    shen = cast.shen.principal()
    contacts.ask(leader, reason="专报", actor=shen)
    assert refused(contacts.ask, leader, reason="专报", actor=shen).message == "已有待处理的联系人申请"


def test_refused_for_a_while_blocked_for_good(cast: Cast, leader: Person) -> None:
    shen, lu = cast.shen.principal(), principal(leader)
    contact = contacts.refuse(contacts.ask(leader, reason="专报", actor=shen), actor=lu)
    assert "30天" in refused(contacts.ask, leader, reason="再试", actor=shen).message
    Contact.objects.filter(pk=contact.pk).update(decided_at=timezone.now() - datetime.timedelta(days=31))
    contacts.block(contacts.ask(leader, reason="再试", actor=shen), actor=lu)
    assert refused(contacts.ask, leader, reason="三试", actor=shen).status == 404


def test_only_the_two_may_act(cast: Cast, leader: Person) -> None:
    shen = cast.shen.principal()
    contact = contacts.ask(leader, reason="专报", actor=shen)
    assert refused(contacts.accept, contact, actor=cast.li.principal()).status == 404
    assert refused(contacts.accept, contact, actor=shen).status == 403
    contacts.accept(contact, actor=principal(leader))
    assert refused(contacts.accept, contact, actor=principal_again(leader)).code == "E-STATE-01"


principal_again = factories.again


def test_either_side_ends_it(cast: Cast, leader: Person) -> None:
    shen = cast.shen.principal()
    contact = contacts.accept(contacts.ask(leader, reason="专报", actor=shen), actor=principal(leader))
    contacts.remove(contact, actor=shen)
    assert mode(cast.shen.person, leader) == Mode.SEARCH
    assert refused(contacts.remove, contact, actor=shen).status == 409


def test_a_request_is_withdrawn_by_its_asker(cast: Cast, leader: Person) -> None:
    shen = cast.shen.principal()
    contact = contacts.ask(leader, reason="专报", actor=shen)
    assert contacts.remove(contact, actor=shen).state == Contact.State.WITHDRAWN


def inbox(person: Person) -> str:
    return factories.browser_of(person).get("/messages/all/").content.decode()


def test_who_is_asked_and_who_asked_are_told(cast: Cast, leader: Person) -> None:
    contact = contacts.ask(leader, reason="数据治理专报", actor=cast.shen.principal())
    asked = inbox(leader)
    assert "区数据局沈文清申请添加您为联系人" in asked and "申请理由：数据治理专报" in asked
    contacts.accept(contact, actor=principal_again(leader))
    assert "陆怀瑾同意了您的联系人申请" in inbox(cast.shen.person)


@pytest.mark.parametrize("act", [contacts.refuse, contacts.block])
def test_who_is_blocked_is_told_the_same_as_who_is_refused(cast: Cast, leader: Person, act: Act) -> None:
    contact = contacts.ask(leader, reason="专报", actor=cast.shen.principal())
    act(contact, actor=principal(leader))
    assert "陆怀瑾未同意您的联系人申请" in inbox(cast.shen.person)


def test_the_page_says_no_more_than_the_department_of_who_is_asked(cast: Cast, leader: Person) -> None:
    contacts.ask(leader, reason="专报", actor=cast.shen.principal())
    page = factories.browser(cast, "shen").get("/addressbook/contacts/").content.decode()
    assert "陆怀瑾" in page and "副区长" not in page
