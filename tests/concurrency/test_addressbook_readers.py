"""Who searches, opens a unit or a card while rules change is answered by the old rules or by the new, whole.

Each answer by itself: the same page may be asked for before and after a decision.
"""

import re
from collections.abc import Callable
from functools import partial
from threading import Event

import pytest
from django.test import Client

from tests import cast as the_cast
from tests.cast import Cast
from tests.concurrency.crowd import at_once
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.addressbook.actions import proposals
from yiwang.platform.addressbook.models import Group, Proposal, Rule
from yiwang.platform.addressbook.tests.factories import as_user
from yiwang.platform.tags.actions import member
from yiwang.platform.tags.models import Tag
from yiwang.platform.tags.tests.factories import tag

pytestmark = pytest.mark.django_db(transaction=True)

# What one person is answered: by the search, by a unit with its people and numbers, by a card.
Answers = tuple[object, object, object]
_PERSON = re.compile(r"/addressbook/persons/(\d+)/|(\d+)人")


@pytest.fixture
def district() -> Cast:
    return the_cast.standing()


def ask(client: Client, district: Cast, login: str) -> Answers:
    """The three as he asks for them, one after the other."""
    target = district.member(login)
    found = client.get("/api/v1/persons", {"q": target.person.name}).json()
    ids = frozenset(one["id"] for one in found["items"])
    unit = client.get(f"/addressbook/units/{target.person.unit_id}/")
    page = (unit.status_code, tuple(map("".join, _PERSON.findall(unit.content.decode()))))
    return ids, page, client.get(f"/addressbook/persons/{target.person.pk}/").status_code


def watched(district: Cast, viewer: str, target: str, change: Callable[[], object]) -> None:
    """Two browsers ask again and again while the change is made."""
    over = Event()
    browsers = [as_user(district, viewer) for _ in range(3)]
    before = ask(browsers[0], district, target)

    def read(client: Client) -> list[Answers]:
        found = []
        while not over.is_set():
            found.append(ask(client, district, target))
        return [*found, ask(client, district, target)]

    def act() -> list[Answers]:
        try:
            change()
        finally:
            over.set()
        return []

    results = at_once(lambda: read(browsers[1]), lambda: read(browsers[2]), act)
    found = [one for part in results if isinstance(part, list) for one in part]
    after = ask(browsers[0], district, target)
    assert before != after and len(found) > 2
    for place, what in enumerate(("search", "unit", "card")):
        assert {one[place] for one in found} <= {before[place], after[place]}, what
    assert found[-1] == after, "who asks after the decision is answered by it"


def both_ways(district: Cast, viewer: str, target: str, proposal: Proposal) -> None:
    """It comes into force, and is ended, while somebody reads."""
    an = district.an.principal()
    watched(district, viewer, target, lambda: proposals.approve(proposal, actor=an))
    proposal.refresh_from_db()
    watched(district, viewer, target, lambda: proposals.end(proposal, reason="到期", actor=an))


def group_of(district: Cast, *logins: str) -> tuple[Tag, Group]:
    """A tag with these members, as rules know it."""
    made, sun = tag(district, unit="QP"), district.sun.principal()
    persons = [district.member(login).person.pk for login in logins]
    if persons:
        member.add_members(made, persons=persons, actor=SYSTEM, viewer=sun)
    return made, Group.objects.get(source="tags.tag", reference=str(made.pk))


def test_a_person_rule(district: Cast) -> None:
    rule = proposals.propose_rule(
        viewer=district.li.person,
        target=district.wang.person,
        mode=0,
        reason="回避",
        actor=district.sun.principal(),
    )
    both_ways(district, "li", "wang", rule)


def test_a_tag_rule(district: Cast) -> None:
    _, group = group_of(district, "wang", "fang")
    rule = proposals.propose_rule(
        viewer=district.units["QP-0301"], target=group, mode=0, reason="试", actor=district.sun.principal()
    )
    both_ways(district, "li", "wang", rule)


def test_a_tag_rule_is_nothing_to_others(district: Cast) -> None:
    """The members get another class; who is no side of the rule sees them all the time."""
    _, group = group_of(district, "wang", "fang")
    sun, an = district.sun.principal(), district.an.principal()
    rule = proposals.propose_rule(
        viewer=district.units["QP-0301"], target=group, mode=0, reason="试", actor=sun
    )
    seen = ask(as_user(district, "shen"), district, "wang")
    found: list[Answers] = []
    over = Event()

    def read() -> None:
        client = as_user(district, "shen")
        while not over.is_set():
            found.append(ask(client, district, "wang"))

    def act() -> None:
        try:
            proposals.approve(rule, actor=an)
            proposals.end(Rule.objects.get(), reason="到期", actor=an)
        finally:
            over.set()

    at_once(read, read, act)
    assert found and set(found) == {seen}


def test_a_tag_that_looks(district: Cast) -> None:
    _, group = group_of(district, "li")
    rule = proposals.propose_rule(
        viewer=group, target=district.units["QP-0302"], mode=0, reason="试", actor=district.sun.principal()
    )
    both_ways(district, "li", "wang", rule)


def test_a_preset_switch(district: Cast) -> None:
    sun, an = district.sun.principal(), district.an.principal()
    for preset in ("strict", "graded"):
        change = proposals.propose_preset(preset=preset, reason="试", actor=sun)
        watched(district, "wang", "sun", partial(proposals.approve, change, actor=an))


def test_the_members_of_a_tag(district: Cast) -> None:
    made, group = group_of(district, "fang")
    sun, an = district.sun.principal(), district.an.principal()
    rule = proposals.propose_rule(
        viewer=district.units["QP-0301"], target=group, mode=0, reason="试", actor=sun
    )
    proposals.approve(rule, actor=an)
    wang = [district.wang.person.pk]
    watched(
        district,
        "li",
        "wang",
        lambda: member.add_members(made, persons=wang, actor=SYSTEM, viewer=sun),
    )
    watched(
        district,
        "li",
        "wang",
        lambda: member.remove_members(made, persons=wang, actor=SYSTEM, viewer=sun),
    )
