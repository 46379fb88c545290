"""How stories are told: the same on the same day, each for itself, on any day of the calendar."""

import datetime

import pytest
from django.db import transaction
from django.utils import timezone

from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.platform.changes.models import PersonOperation
from yiwang.platform.org.models import Unit
from yiwang.site.demo import actions, stories
from yiwang.site.demo.stage import Stage
from yiwang.site.demo.tests.loading import loaded

__all__ = ["loaded"]
pytestmark = pytest.mark.django_db


def test_the_same_day_tells_the_same(loaded: actions.Loaded) -> None:
    """Also where people are lacking for the one or the other."""

    def summary() -> list[tuple[object, ...]]:
        with transaction.atomic():
            stories.tell(today=timezone.localdate())
            rows: list[tuple[object, ...]] = list(
                PersonOperation.objects.order_by("pk").values_list("person_name", "kind", "state")
            )
            transaction.set_rollback(True)
        return rows

    assert summary() == summary()


@pytest.mark.parametrize("day", [datetime.date(2026, 2, 16), datetime.date(2026, 10, 10)])
def test_on_days_off_and_days_moved_too(loaded: actions.Loaded, day: datetime.date) -> None:
    """Spring Festival, and a Saturday that is worked."""
    stage = Stage(day)
    assert stage.ago(3) < day < stage.ahead(3)


def test_a_story_that_breaks_keeps_no_other_back(
    loaded: actions.Loaded, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refused(stage: Stage) -> None:
        Unit.objects.filter(short_name="区水务局").update(fax="")
        raise Refused("不行", status=409)

    monkeypatch.setattr(stories, "STORIES", (refused, stories.newcomers))
    assert stories.tell(today=timezone.localdate()) == 1
    assert "story refused: 不行" in caplog.text and Stage.unit("区水务局").fax
    assert Entry.objects.latest("pk").verb == "demo.told"
