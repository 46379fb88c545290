"""Several administrators at the same tag at once, in real transactions."""

from functools import partial

import pytest

from tests.cast import Cast, standing
from tests.concurrency.crowd import at_once, refusals
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.addressbook.tests import factories as people
from yiwang.platform.org.actions import departures
from yiwang.platform.tags.actions import member, share
from yiwang.platform.tags.actions import tag as acts
from yiwang.platform.tags.models import Tag, TagMember, TagShare
from yiwang.platform.tags.tests.factories import mark, tag

pytestmark = pytest.mark.django_db(transaction=True)

LOGINS = ("li", "zhou", "zhao", "wang", "tang", "fang")


@pytest.fixture
def crowd() -> Cast:
    return standing()


def _people(crowd: Cast) -> list[int]:
    return [crowd.member(login).person.pk for login in LOGINS]


def test_the_same_people_added_at_once_stand_there_once(crowd: Cast) -> None:
    one, sun = tag(crowd), crowd.sun.principal()
    add = partial(member.add_members, one, persons=_people(crowd), actor=SYSTEM, viewer=sun)
    added = at_once(*[add] * 4)
    assert refusals(added) == []
    assert sum(number for number in added if isinstance(number, int)) == len(LOGINS)
    assert TagMember.objects.filter(tag=one, removed_at=None).count() == len(LOGINS)


def test_the_limit_is_not_overrun(crowd: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(member, "MOST_MEMBERS", 4)
    one, sun = tag(crowd), crowd.sun.principal()
    works = [
        partial(member.add_members, one, persons=[person], actor=SYSTEM, viewer=sun)
        for person in _people(crowd)
    ]
    assert refusals(at_once(*works)) == [422, 422]
    assert TagMember.objects.filter(tag=one).count() == 4


def test_of_two_tags_of_one_name_one_is_made(crowd: Cast) -> None:
    make = partial(acts.make_tag, crowd.units["QP-0301"], name="信息员", actor=SYSTEM)
    assert refusals(at_once(*[make] * 4)) == [422] * 3
    assert Tag.objects.filter(name="信息员").count() == 1


def test_sharing_at_once_shares_once(crowd: Cast) -> None:
    one, sun = tag(crowd), crowd.sun.principal()
    act = partial(share.share_tag, one, units=[crowd.units["QP-0302"].pk], actor=SYSTEM, viewer=sun)
    assert refusals(at_once(*[act] * 4)) == []
    assert TagShare.objects.filter(tag=one, ended_at=None).count() == 1


def _add(one: Tag, persons: list[int], viewer: Principal) -> object:
    return member.add_members(one, persons=persons, actor=SYSTEM, viewer=viewer)


def test_leaving_and_taking_off_at_once(crowd: Cast) -> None:
    """Whichever comes first, the person is off the list once, and nobody waits for ever."""
    one, sun = tag(crowd), crowd.sun.principal()
    gone = people.person(crowd, "将退休", unit="QP-0301-01")
    mark(crowd, one, "li")
    _add(one, [gone.pk], sun)
    leave = partial(
        departures.deregister_person, gone, departure="retired", day=gone.posts.get().valid_from, actor=SYSTEM
    )
    off = partial(member.remove_members, one, persons=[gone.pk], actor=SYSTEM, viewer=sun)
    results = at_once(leave, off)
    assert set(refusals(results)) <= {422}
    rows = TagMember.objects.filter(tag=one, person=gone)
    assert rows.count() == 1 and rows.get().removed_at is not None
    assert acts.drop_tag(one, actor=SYSTEM).state == Tag.State.DELETED
