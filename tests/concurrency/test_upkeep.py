"""Upkeep under many hands: a matter is begun once, answered once; a list is confirmed once."""

import datetime

import pytest

from tests import cast as the_cast
from tests.cast import Cast
from tests.concurrency.crowd import at_once, refusals
from yiwang.platform.messages.models import Message
from yiwang.platform.upkeep.actions import corrections, figures, quarter
from yiwang.platform.upkeep.models import Correction, DayFigures, Quarter, UnitCheck
from yiwang.platform.upkeep.queries import quarter as queries

pytestmark = pytest.mark.django_db(transaction=True)

DAY = datetime.date(2027, 1, 4)


@pytest.fixture
def district() -> Cast:
    return the_cast.standing()


def test_two_report_the_same_at_once(district: Cast) -> None:
    zhao, wang, zhou = (one.principal() for one in (district.zhao, district.wang, district.zhou))
    person = district.li.person
    results = at_once(
        *(
            lambda actor=actor: corrections.report(person, field="title", wrong="不对", actor=actor)
            for actor in (zhao, wang, zhou)
        )
    )
    assert refusals(results) == []
    made = Correction.objects.get()
    assert made.reports == made.given.count() == 3


def test_two_administrators_answer_at_once(district: Cast) -> None:
    made = corrections.report(
        district.li.person, field="title", wrong="不对", actor=district.wang.principal()
    )
    qian, tang = district.qian.principal(), district.tang.principal()
    results = at_once(
        lambda: corrections.answer_corrected(made, words="", actor=qian),
        lambda: corrections.answer_unfounded(made, reason="无误", actor=tang),
    )
    assert refusals(results) == [409]
    assert Message.objects.filter(kind="upkeep.correction_answered").count() == 1


def test_two_administrators_confirm_at_once(district: Cast) -> None:
    quarter.open_due(today=DAY)
    check = UnitCheck.objects.select_related("unit", "quarter").get(unit__code="QP-0301")
    digest = queries.digest_of(queries.roll_of(check))
    qian, tang = district.qian.principal(), district.tang.principal()
    results = at_once(
        *(
            lambda actor=actor: quarter.confirm(check, digest=digest, note="已核对", actor=actor, today=DAY)
            for actor in (qian, tang)
        )
    )
    assert refusals(results) == [409]
    check.refresh_from_db()
    assert check.signer_name in {"钱玉芬", "唐静宜"}


def test_two_workers_open_a_quarter_once(district: Cast) -> None:
    results = at_once(*(lambda: quarter.open_due(today=DAY) for _ in range(3)))
    assert refusals(results) == []
    assert Quarter.objects.count() == 1 and UnitCheck.objects.count() == 4


def test_two_workers_count_a_day_once(district: Cast) -> None:
    at_once(*(lambda: figures.count_day(today=DAY) for _ in range(3)))
    assert DayFigures.objects.filter(day=DAY).count() == 4
