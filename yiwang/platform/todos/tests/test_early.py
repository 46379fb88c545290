"""Calls that overtake each other: completed before it is created, an older version after a newer (§6.2)."""

import datetime

import pytest
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.errors import Refused
from yiwang.platform.todos import jobs
from yiwang.platform.todos.actions import early, items
from yiwang.platform.todos.models import EarlyAct, Item
from yiwang.platform.todos.tests.factories import KEYS, kinds, push, state_of

__all__ = ["kinds"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kinds")]


def complete(person_id: int | None) -> Item | None:
    return early.complete_or_keep(**KEYS, person_id=person_id, actor=SYSTEM)


def test_a_completion_before_its_creation_is_joined(cast: Cast) -> None:
    li = cast.li.person.pk
    assert complete(li) is None and complete(li) is None
    assert EarlyAct.objects.count() == 1
    item = push(cast, "li", "qian")
    assert item.state == "finished"
    assert (state_of(item, cast, "li"), state_of(item, cast, "qian")) == ("done", "lapsed")
    assert push(cast, "li", "qian").pk == item.pk and Item.objects.count() == 1


def test_so_is_a_cancellation(cast: Cast) -> None:
    assert early.cancel_or_keep(**KEYS, actor=SYSTEM) is None
    item = push(cast, "li")
    assert item.state == "cancelled" and state_of(item, cast, "li") == "cancelled"


def test_after_ten_minutes_it_is_forgotten(cast: Cast) -> None:
    complete(cast.li.person.pk)
    old = timezone.now() - datetime.timedelta(minutes=10, seconds=1)
    EarlyAct.objects.update(said_at=old)
    assert push(cast, "li").state == "open"
    assert jobs.forget_early() == 1 and not EarlyAct.objects.exists()


def test_who_never_had_it_completes_nothing(cast: Cast) -> None:
    complete(cast.wang.person.pk)
    item = push(cast, "li")
    assert item.state == "open" and state_of(item, cast, "li") == "todo"


def test_what_is_there_is_completed_at_once(cast: Cast) -> None:
    push(cast, "li")
    item = complete(cast.li.person.pk)
    assert item is not None and item.state == "finished" and not EarlyAct.objects.exists()


def test_numbers_that_no_item_can_have_are_refused(cast: Cast) -> None:
    with pytest.raises(Refused) as refusal:
        early.complete_or_keep(app="todos", biz_id="", task_id="1", person_id=None, actor=SYSTEM)
    assert refusal.value.status == 422 and not EarlyAct.objects.exists()


def test_modules_are_told_that_it_does_not_exist(cast: Cast) -> None:
    with pytest.raises(Refused) as refusal:
        items.complete(**KEYS, person_id=None, actor=SYSTEM)
    assert refusal.value.status == 404 and not EarlyAct.objects.exists()


def test_an_older_version_changes_nothing(cast: Cast) -> None:
    push(cast, "li", title="新标题", app_version=5)
    for version in (3, 5):
        item = push(cast, "li", "qian", title="旧标题", app_version=version)
        assert (item.title, item.version, item.app_version) == ("新标题", 1, 5)
        assert state_of(item, cast, "qian") == ""
    item = push(cast, "li", "qian", title="更新的标题", app_version=6)
    assert (item.title, item.version, item.app_version) == ("更新的标题", 2, 6)
    assert state_of(item, cast, "qian") == "todo"
