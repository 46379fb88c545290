"""Handovers and batches under many hands: nobody signs what he did not see, nothing is done twice."""

from typing import Any

import pytest
from django.utils import timezone

from tests import cast as the_cast
from tests.cast import Cast
from tests.concurrency.crowd import at_once, refusals
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.errors import Refused
from yiwang.kernel.extension.imports import import_kinds
from yiwang.kernel.imports import actions as runs
from yiwang.kernel.imports.models import ImportRun
from yiwang.platform.changes.actions import handover as acts
from yiwang.platform.changes.actions import handover_leaving as leaving
from yiwang.platform.changes.actions import people_batch, people_import
from yiwang.platform.changes.actions.handover import Choice
from yiwang.platform.changes.models import Handover, HandoverItem, ImportBatch
from yiwang.platform.changes.tests.shelves import Shelf, shelf
from yiwang.platform.changes.tests.test_people_batch import agree
from yiwang.platform.changes.tests.workbooks import crowd, read, row
from yiwang.platform.org.actions import people as org_people
from yiwang.platform.org.models import Person, Post
from yiwang.platform.org.queries.people import with_id_number

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Cast:
    """The cast; each test sweeps it away."""
    return the_cast.standing()


@pytest.fixture
def papers(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    made = shelf(monkeypatch, "changes.test_papers", "承办文件")
    made.put("1", "2", "3", person_id=cast.li.person.pk)
    return made


def submitted(cast: Cast) -> Handover:
    """All of li's things are for qian, and li has signed."""
    post = Post.objects.select_related("unit").get(person=cast.li.person, is_living=True)
    handover = acts.start(
        cast.li.person, post=post, occasion="transfer", effective_on=timezone.localdate(),
        actor=cast.qian.principal(),
    )  # fmt: skip
    li = cast.li.principal()
    handover = acts.assign_all(
        handover, decision="successor", successor_id=cast.qian.person.pk, revision=1, actor=li
    )
    return acts.submit(handover, revision=handover.revision, actor=li)


def test_the_receiver_signs_while_the_administrator_reassigns(cast: Cast, papers: Shelf) -> None:
    """Either he takes all over and nothing is reassigned, or it is reassigned and he must look again."""
    handover = submitted(cast)
    qian, tang = cast.qian.principal(), cast.tang.principal()
    first = handover.items.get(held_id="1")
    choice = {first.pk: Choice("successor", cast.zhao.person.pk)}
    seen = handover.revision
    results = at_once(
        lambda: acts.receive(handover, revision=seen, actor=qian),
        lambda: acts.decide(handover, choice, revision=seen, actor=tang),
    )
    assert refusals(results) == [409]
    first.refresh_from_db()
    if isinstance(results[0], Refused):
        assert papers.of(cast.li.person.pk) == {"1", "2", "3"} and first.successor_id == cast.zhao.person.pk
        assert handover.signatures.count() == 1
    else:
        assert papers.of(cast.qian.person.pk) == {"1", "2", "3"}
        assert first.successor_id == cast.qian.person.pk and handover.signatures.count() == 2


def test_signed_twice_at_once_counts_once(cast: Cast, papers: Shelf) -> None:
    handover = submitted(cast)
    qian, seen = cast.qian.principal(), handover.revision
    results = at_once(*(lambda: acts.receive(handover, revision=seen, actor=qian),) * 3)
    assert refusals(results) == [409, 409]
    assert handover.signatures.filter(part="receiver").count() == 1


def test_he_leaves_while_the_receiver_signs(cast: Cast, papers: Shelf) -> None:
    """Each thing is given once, to the receiver."""
    handover = submitted(cast)
    qian, seen = cast.qian.principal(), handover.revision
    results: list[Any] = at_once(
        lambda: leaving.carry_out(handover),
        lambda: acts.receive(handover, revision=seen, actor=qian),
    )
    assert refusals(results) == []
    assert papers.of(cast.qian.person.pk) == {"1", "2", "3"}
    assert not handover.items.exclude(state=HandoverItem.State.DONE).exists()
    assert handover.signatures.filter(part="receiver").count() == 1


def test_one_handover_for_one_post(cast: Cast, papers: Shelf) -> None:
    post = Post.objects.select_related("unit").get(person=cast.li.person, is_living=True)
    starts = [
        lambda actor=actor: acts.start(
            cast.li.person, post=post, occasion="transfer", effective_on=timezone.localdate(), actor=actor
        )
        for actor in (cast.qian.principal(), cast.tang.principal())
    ]
    assert refusals(at_once(*starts)) == [409]
    assert Handover.objects.count() == 1


def test_two_confirm_the_same_import_at_once(cast: Cast) -> None:
    """Two windows of one administrator: one batch."""
    qian = cast.qian.principal()
    run = runs.receive(import_kinds.get("changes.people"), read(crowd(5)), file_name="人员.xlsx", actor=qian)
    runs.judge(run.pk, actor=qian)
    results = at_once(*(lambda: runs.confirm(run, actor=qian),) * 2)
    assert refusals(results) == [409]
    at_once(*(lambda: runs.apply(run.pk, actor=qian),) * 2)
    assert ImportBatch.objects.count() == 1
    assert ImportRun.objects.get().done == 5


def test_two_units_apply_for_the_same_people(cast: Cast) -> None:
    """One batch goes in as a whole, the other is refused as a whole."""
    qian, gu = cast.qian.principal(), cast.gu.principal()
    theirs = read([row(1), row(2, name="张三")])
    others = read([row(1, unit="QP-0302-01"), row(3, name="李三", unit="QP-0302-01")])
    results = at_once(
        lambda: people_import.submit(theirs, actor=qian),
        lambda: people_import.submit(others, actor=gu),
    )
    assert refusals(results) == [409]
    assert ImportBatch.objects.count() == 1
    assert ImportBatch.objects.get().operations.count() == 2


def test_two_workers_carry_out_the_same_batch(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people_batch, "CHUNK", 4)
    batch = agree(people_import.submit(read(crowd(20)), actor=cast.qian.principal()), cast.tang)
    today = timezone.localdate()
    results = at_once(*(lambda: people_batch.apply(batch.pk, today=today),) * 2)
    assert refusals(results) == []
    batch.refresh_from_db()
    assert (batch.state, batch.applied, batch.failed) == ("done", 20, 0)
    people = list(batch.operations.values_list("person", flat=True))
    assert len(set(people)) == 20 == Post.objects.filter(person__in=people, is_living=True).count()


def test_somebody_of_a_batch_is_entered_singly_at_the_same_moment(cast: Cast) -> None:
    batch = agree(people_import.submit(read(crowd(3)), actor=cast.qian.principal()), cast.tang)
    number = batch.operations.order_by("pk")[0].id_number or ""
    today = timezone.localdate()
    results: list[Any] = at_once(
        lambda: people_batch.apply(batch.pk, today=today),
        lambda: org_people.add_person(
            unit=cast.units["QP-0302-01"], name="赵一", id_number=number, mobile="13500000001",
            category=Person.Category.CONTRACTED, title="干事", actor=SYSTEM,
        ),
    )  # fmt: skip
    batch.refresh_from_db()
    assert with_id_number(number).count() == 1
    assert (batch.applied, batch.failed) in {(3, 0), (2, 1)}
    assert refusals(results) == ([409] if batch.applied == 3 else [])
