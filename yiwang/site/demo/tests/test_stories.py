"""What is going on in the demonstration: every state is there, nobody is lost, each day tells the same."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from yiwang.kernel.actor import SYSTEM
from yiwang.platform.accounts.models import Account
from yiwang.platform.addressbook.models import (
    Contact,
    Hiding,
    Look,
    MassView,
    PresetChange,
    Rule,
    TierOverride,
)
from yiwang.platform.changes.models import (
    Handover,
    ImportBatch,
    PersonOperation,
    TemporaryRequest,
    UnitChange,
)
from yiwang.platform.clients.models import Client
from yiwang.platform.console.queries import home
from yiwang.platform.messages.models import ReachLine
from yiwang.platform.messages.models.reach import Level
from yiwang.platform.org.models import Person, Post
from yiwang.platform.sharing.models import Share, SharedPerson
from yiwang.platform.tags.models import Tag, TagUse
from yiwang.platform.upkeep.models import Correction, SampledPerson, UnitCheck
from yiwang.platform.upkeep.queries import due, figures, gaps
from yiwang.site.demo import actions, portraits, stories
from yiwang.site.demo.stage import Stage
from yiwang.site.demo.tests.loading import PASSWORD, empty_database

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[int]:
    """A district with enough people for every story, and all of them told."""
    with django_db_blocker.unblock(), transaction.atomic():
        empty_database()
        actions.load_district(people=10_000, password=PASSWORD)
        yield stories.tell(today=timezone.localdate())
        transaction.set_rollback(True)


def test_a_must_reach_notice_has_people_on_every_step(told: int) -> None:
    waiting = ReachLine.objects.filter(told_how="", receipt__confirmed_at=None)
    assert set(waiting.values_list("level", flat=True)) == set(Level.values)
    assert set(ReachLine.objects.values_list("told_how", flat=True)) == {"", "called", "relayed"}
    assert ReachLine.objects.exclude(receipt__confirmed_at=None).exists()


def test_every_state_of_persons_and_units_is_there(told: int) -> None:
    assert told == len(stories.STORIES)
    states = set(PersonOperation.objects.values_list("state", flat=True))
    assert states == set(PersonOperation.State.values)
    assert set(PersonOperation.objects.values_list("kind", flat=True)) == set(PersonOperation.Kind.values)
    assert {"draft", "in_review", "pending", "effective", "rejected", "failed"} <= set(
        UnitChange.objects.values_list("state", flat=True)
    )
    assert PersonOperation.objects.exclude(returned="").filter(state="draft").exists(), "one was returned"
    assert PersonOperation.objects.filter(applied_at=None, due_on__lt=timezone.localdate()).exists()
    assert PersonOperation.objects.filter(is_late=True, state="effective").exists()
    assert PersonOperation.objects.get(state="failed").failure.endswith("（实名认证未通过）")
    assert set(ImportBatch.objects.values_list("state", flat=True)) >= {"waiting_unit"}
    assert (
        Handover.objects.filter(state="working").exists()
        and Handover.objects.filter(occasion="secondment").exists()
    )
    assert set(Client.objects.values_list("state", flat=True)) == {"enabled", "trial", "disabled"}
    assert Client.objects.filter(state=Client.State.TRIAL, members__ended_at=None).exists()
    assert not Client.objects.filter(is_sandbox=True).exists(), "those are in the sandbox"
    assert TemporaryRequest.objects.exists()


def test_the_address_book_is_being_kept(told: int) -> None:
    """A quarter is checked, a change is late by a day, errors are reported, one unit shares with the city."""
    assert set(UnitCheck.objects.values_list("state", flat=True)) == {"waiting", "confirmed"}
    today = timezone.localdate()
    late = {row["title"]: due.late_text(row, today=today) for row in due.overdue(SYSTEM, today=today)}
    assert late["李叙言"] == "逾期1个工作日"
    assert set(Correction.objects.values_list("state", flat=True)) == {"waiting", "unfounded"}
    assert set(Correction.objects.values_list("source", flat=True)) == {"person", "sms"}
    share = Share.objects.get(state=Share.State.ACTIVE, unit_name="朱家角镇")
    assert SharedPerson.objects.filter(share=share).exists()
    assert SampledPerson.objects.filter(state="right").count() == 5


def test_nobody_of_the_cast_is_moved_and_nobody_lost(told: int) -> None:
    for login in ("qian", "tang", "li", "gu", "fang", "sun"):
        account = Account.objects.get_queryset().get(login_name=login)
        assert account.state == "active" and account.person.unit is not None
    serving = Person.objects.filter(status__in=Person.PRESENT, unit__isnull=False)
    main = Post.objects.filter(is_living=True, kind="main", person__in=serving)
    assert main.count() == serving.count()


def test_the_work_lists_of_the_town_are_not_empty(told: int) -> None:
    def numbers(login: str) -> dict[str, int]:
        user = Stage(timezone.localdate()).actor(login)
        return {one.work.key: one.number for _, many in home.waiting_for(user) for one in many}

    qian, sun = numbers("qian"), numbers("sun")
    for key in ("operations_failed", "operations_overdue", "operations_drafted"):
        assert qian[f"changes.{key}"] > 0, key
    assert sun["changes.units_to_review"] > 0 and sun["changes.units_failed"] > 0


def test_who_sees_whom_has_something_of_each_kind(told: int) -> None:
    """Rules, hidings and proposals in their states; nobody of the cast disappears by them."""
    assert set(Rule.objects.filter(state="active").values_list("kind", flat=True)) == set(Rule.Kind.values)
    assert Rule.objects.filter(kind="tag", state="active", valid_to__isnull=False).exists()
    states = {
        one.state for model in (Rule, Hiding, TierOverride, PresetChange) for one in model.objects.all()
    }
    assert states >= {"proposed", "active", "refused", "withdrawn", "ended"}
    hidings = Hiding.objects.filter(state="active")
    assert hidings.filter(unit__isnull=False, fields=[], passes__isnull=False).exists()
    assert hidings.filter(unit__isnull=False).exclude(fields=[]).exists()
    assert hidings.filter(person__isnull=False, fields=[]).exists()
    stage = Stage(timezone.localdate())
    for login in ("zhao", "qian", "zhou", "tang", "fang"):
        person = Account.objects.get_queryset().get(login_name=login).person
        assert Person.objects.visible_to(stage.actor("li")).filter(pk=person.pk).exists(), login


def test_people_know_and_look_at_each_other(told: int) -> None:
    assert set(Contact.objects.values_list("state", flat=True)) == {"asked", "accepted", "refused"}
    assert set(Look.objects.values_list("kind", flat=True)) >= {"card", "reveal"}
    li = Account.objects.get_queryset().get(login_name="li").person
    assert len({*Look.objects.filter(target_id=li.pk).values_list("viewer_name", flat=True)}) >= 4
    assert MassView.objects.get().settled_at is None
    photos = Person.objects.filter(photo__isnull=False)
    assert photos.count() == 12 and all(one.photo and one.photo.size < 5_000 for one in photos)


def test_shares_tags_and_gaps_are_true_to_life(told: int) -> None:
    assert set(Share.objects.values_list("state", flat=True)) == set(Share.State.values)
    assert Share.objects.exclude(returned="").filter(state="draft").exists()
    assert set(Tag.objects.values_list("kind", "state")) >= {
        ("static", "active"), ("dynamic", "active"), ("static", "suspended"),
    }  # fmt: skip
    assert TagUse.objects.filter(is_shared=True).exists()
    assert gaps.lacking(Stage(timezone.localdate()).actor("sun")).count() == 5
    assert figures.district(timezone.localdate()).complete < figures.district(timezone.localdate()).people


def test_a_portrait_is_a_small_picture() -> None:
    one = portraits.tile(3)
    assert one.startswith(b"\x89PNG") and len(one) < 5_000 and one != portraits.tile(4)
