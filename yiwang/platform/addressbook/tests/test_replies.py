"""The right to write and to answer (§3.3, §3.5): asked by whatever carries private messages."""

import datetime

import pytest
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.errors import Refused
from yiwang.platform.accounts.models import Account
from yiwang.platform.addressbook.actions import contacts, conversations, sight
from yiwang.platform.addressbook.models import Conversation, Rule
from yiwang.platform.addressbook.models.book import Mode
from yiwang.platform.addressbook.queries import cards, replies
from yiwang.platform.addressbook.tests import factories
from yiwang.platform.addressbook.tests.test_contacts import principal
from yiwang.platform.org.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def leader(cast: Cast) -> Person:
    return factories.person(cast, "陆怀瑾", unit="QP-02", title="副区长", duty_level="06")


def test_who_is_reached_directly_may_be_written_to(cast: Cast) -> None:
    li = cast.li.principal()
    assert replies.may_begin(li, cast.wang.person.pk) and replies.may_write(li, cast.wang.person.pk)
    assert not replies.may_begin(li, cast.li.person.pk)  # nobody writes to himself


def test_below_may_answer_but_not_begin(cast: Cast, leader: Person) -> None:
    li, lu = cast.li.principal(), principal(leader)
    assert not replies.may_write(li, leader.pk)
    with pytest.raises(Refused) as refused:
        conversations.write_to(leader.pk, actor=li)
    assert refused.value.status == 404 and not Conversation.objects.exists()

    conversations.write_to(cast.li.person.pk, actor=lu)
    assert replies.may_write(li, leader.pk) and not replies.may_begin(li, leader.pk)
    with pytest.raises(Refused):  # without opening the card
        cards.card(li, leader.pk)
    assert conversations.write_to(leader.pk, actor=li).beginner_id == leader.pk
    assert Conversation.objects.count() == 1


def test_a_conversation_that_rests_cannot_be_answered_any_more(cast: Cast, leader: Person) -> None:
    li, now = cast.li.principal(), timezone.now()
    conversations.write_to(cast.li.person.pk, actor=principal(leader), now=now)
    conversations.write_to(leader.pk, actor=li, now=now + datetime.timedelta(days=29))
    assert replies.may_write(li, leader.pk, now=now + datetime.timedelta(days=58))
    assert not replies.may_write(li, leader.pk, now=now + datetime.timedelta(days=60))


def test_another_s_conversation_gives_no_right(cast: Cast, leader: Person) -> None:
    conversations.write_to(cast.li.person.pk, actor=principal(leader))
    assert not replies.may_write(cast.zhou.principal(), leader.pk)


def test_a_rule_for_these_two_is_stronger(cast: Cast, leader: Person) -> None:
    conversations.write_to(cast.li.person.pk, actor=principal(leader))
    Rule.objects.create(
        kind="person",
        viewer_person=cast.li.person,
        target_person=leader,
        mode=Mode.NONE,
        state="active",
        reason="回避",
        valid_from=timezone.localdate(),
    )
    sight.follow_rules()
    assert not replies.may_write(cast.li.principal(), leader.pk)


def test_a_contact_may_be_written_to(cast: Cast, leader: Person) -> None:
    shen = cast.shen.principal()
    assert not replies.may_write(shen, leader.pk)
    contacts.accept(contacts.ask(leader, reason="专报", actor=shen), actor=principal(leader))
    assert replies.may_begin(shen, leader.pk)


def test_administration_gives_no_right_to_write(cast: Cast) -> None:
    assert not replies.may_write(cast.sun.principal(), cast.mi.person.pk)


def test_temporary_accounts_and_who_has_gone(cast: Cast) -> None:
    assert not replies.may_write(cast.temp.principal(), cast.qian.person.pk)
    assert not replies.may_write(cast.li.principal(), cast.temp.person.pk)
    conversations.write_to(cast.li.person.pk, actor=cast.wang.principal())
    Account.objects.filter(pk=cast.wang.account.pk).update(state="closed")
    sight.follow_account(account=cast.wang.account)
    assert not replies.may_write(cast.li.principal(), cast.wang.person.pk)
