"""Applications for tests: who applies for what, and how it is brought to its day."""

import datetime
from typing import Any

import pytest
from django.utils import timezone

from tests.cast import Cast, Member, with_check_digit
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.platform.accounts.actions import verification
from yiwang.platform.accounts.gateways.realname import Answer
from yiwang.platform.accounts.models import Verification
from yiwang.platform.approvals.actions import flows, tasks
from yiwang.platform.approvals.models import Task
from yiwang.platform.changes.actions import person_effect, person_operation
from yiwang.platform.changes.models import PersonOperation
from yiwang.platform.changes.queries import operation_facts
from yiwang.platform.changes.rules.operation_content import Content
from yiwang.platform.org.models import Person, Post

Kind, State = PersonOperation.Kind, PersonOperation.State
NEW_ID = with_check_digit("31019919930303011")
WATER_ID = "31011819900101001X"  # of domain reference §2, example 1


def today() -> datetime.date:
    return timezone.localdate()


def addition(cast: Cast, *, unit: str = "QP-0301-01", **facts: Any) -> Content:
    """A new clerk for 朱家角镇."""
    return Content(
        kind=Kind.ADD,
        change_date=today(),
        effective_on=today(),
        to_unit=cast.units[unit],
        facts={
            "name": "单思齐",
            "id_number": NEW_ID,
            "mobile": "13900000077",
            "category": "established",
            "establishment": "administrative",
            "office_phone": "021-59720001",
            **facts,
        },
        duty={"title": "科员"},
        basis="朱委组〔2026〕3号",
    )


def content(kind: str, person: Member, **more: Any) -> Content:
    given: dict[str, Any] = {"change_date": today(), "effective_on": today(), "basis": "朱委组〔2026〕8号"}
    return Content(kind=kind, person=person.person, **{**given, **more})


def transfer(cast: Cast, person: Member, to: str = "QP-0302-01", **more: Any) -> Content:
    return content(Kind.TRANSFER, person, to_unit=cast.units[to], duty={"title": "副科长"}, **more)


def apply_for(said: Content, by: Member) -> PersonOperation:
    """Written and submitted."""
    return person_operation.write(said, actor=by.principal(), submits=True)


def open_task(operation: PersonOperation, by: Member) -> Task:
    return Task.objects.get(
        instance__subject_id=str(operation.pk),
        instance__subject_type="changes.personoperation",
        person=by.person,
        state=Task.State.OPEN,
    )


def agree(operation: PersonOperation, *reviewers: Member) -> PersonOperation:
    """Each agrees in turn."""
    for one in reviewers:
        tasks.agree(open_task(operation, one), opinion="同意", actor=one.principal())
    return fresh(operation)


def withdraw(operation: PersonOperation, by: Member) -> PersonOperation:
    """Taken back through its approval (撤回)."""
    instance = operation_facts.instance_of(operation)
    assert instance is not None
    flows.withdraw(instance, actor=by.principal())
    return fresh(operation)


def fresh(operation: PersonOperation) -> PersonOperation:
    return PersonOperation.objects.get(pk=operation.pk)


def take_effect(operation: PersonOperation, day: datetime.date | None = None) -> PersonOperation:
    person_effect.apply_due(today=day or today())
    return fresh(operation)


def answer(operation: PersonOperation, outcome: str) -> PersonOperation:
    """What the identity service says of the person."""
    question = Verification.objects.get(account__person=operation.person, outcome="")
    verification.settle(question, Answer(Verification.Outcome(outcome)))
    return fresh(operation)


def living(person: Person) -> set[tuple[str, str, str]]:
    posts = Post.objects.filter(person=person, is_living=True)
    return set(posts.values_list("unit__code", "title", "kind"))


def reread(member: Member) -> Person:
    return Person.objects.get(pk=member.person.pk)


def counted() -> tuple[int, ...]:
    """What a refusal leaves as it was; logging in to be refused is remembered."""
    lines = Entry.objects.exclude(verb="accounts.logged_in")
    return PersonOperation.objects.count(), lines.count(), Person.objects.count()


def assert_refused(what: Any, *, status: int, text: str, code: str = "") -> Refused:
    """Refused, and nothing was written."""
    before = counted()
    with pytest.raises(Refused) as refused:
        what()
    told = "；".join([refused.value.message, *refused.value.fields.values()])
    assert refused.value.status == status and text in told, told
    assert not code or refused.value.code == code
    assert counted() == before
    return refused.value


def departure(member: Member, why: str = "retired", **more: Any) -> Content:
    """Somebody leaves the district."""
    return content(Kind.DEREGISTER, member, departure=why, **more)
