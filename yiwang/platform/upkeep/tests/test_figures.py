"""The four rates by the formulas of §3.8, counted as sets; samples; no ranking (§0.3 #1)."""

import datetime
from fractions import Fraction
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel import badges
from yiwang.platform.accounts.models import Account
from yiwang.platform.changes.models import PersonOperation
from yiwang.platform.changes.tests import applications as ask
from yiwang.platform.org.models import Person, Unit
from yiwang.platform.upkeep.actions import corrections, samples
from yiwang.platform.upkeep.actions import figures as actions
from yiwang.platform.upkeep.models import DayFigures, Sample, SampledPerson
from yiwang.platform.upkeep.queries import figures as queries
from yiwang.platform.upkeep.queries import gaps
from yiwang.platform.upkeep.queries import samples as drawn
from yiwang.platform.upkeep.tests.people import refused

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
GRADED = {"establishment": "administrative", "grade": "general-12"}


@pytest.fixture
def town(cast: Cast) -> list[Person]:
    """The five of 朱家角镇, with nothing missing."""
    path = cast.units["QP-0301"].path
    own = Person.objects.filter(unit_path__startswith=path)
    own.update(**GRADED)
    return list(own)


def of_qian(cast: Cast) -> queries.Figures:
    return queries.live(cast.qian.principal(), today=TODAY)


def test_completeness(cast: Cast, town: list[Person]) -> None:
    assert of_qian(cast).completeness == 1
    Person.objects.filter(pk=cast.li.person.pk).update(office_phone="5972")
    Person.objects.filter(pk=cast.zhou.person.pk).update(grade="", title="")
    found = of_qian(cast)
    assert found.completeness == Fraction(3, 5)
    assert found.lacking == [("title", "职务", 1), ("grade", "职级", 1), ("office_phone", "办公电话", 1)]


@pytest.mark.parametrize(
    ("changed", "label"),
    [
        ({"name": ""}, "姓名"),
        ({"title": ""}, "职务"),
        ({"grade": ""}, "职级"),
        ({"office_phone": "没有"}, "办公电话"),
        ({"mobile_index": None}, "手机号码"),
        ({"id_number_index": None}, "证件号码"),
        ({"unit": None}, "单位"),
    ],
)
def test_each_required_field(cast: Cast, town: list[Person], changed: dict[str, object], label: str) -> None:
    Person.objects.filter(pk=cast.li.person.pk).update(**changed)
    assert gaps.missing_of(cast.li.person) == [label]
    assert badges.numbers(cast.li.person.pk)["upkeep_own"] == 1


def test_who_lacks_something_is_found_along_the_index(cast: Cast, town: list[Person]) -> None:
    """Migration 0003 says the same as queries.gaps; else the whole district is read for twenty rows."""
    statement = gaps.lacking(cast.sun.principal()).order_by("position")[:21]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "upkeep_lacking" in statement.explain()


def test_people_of_units_out_of_use_are_found_too(cast: Cast, town: list[Person]) -> None:
    sun = cast.sun.principal()
    before = set(gaps.lacking(sun))
    Unit.objects.filter(pk=cast.units["QP-0301-01"].pk).update(status="suspended")
    serving = set(Person.objects.filter(unit=cast.units["QP-0301-01"]))
    assert set(gaps.lacking(sun)) == before | serving and not before & serving
    assert set(gaps.lacking(sun)) == set(gaps.counted().filter(gaps.ANY)), "the list and the rate agree"


def test_a_grade_is_not_asked_of_who_has_none(cast: Cast, town: list[Person]) -> None:
    own = Person.objects.filter(pk=cast.li.person.pk)
    for values in (
        {"category": "contracted", "establishment": "contract", "grade": ""},
        {"category": "established", "establishment": "enterprise", "grade": ""},
        {"category": "established", "establishment": "institution_full", "grade": "", "post_grade": "g-9"},
        {"category": "established", "establishment": "administrative", "grade": "", "duty_level": "county"},
    ):
        own.update(**values)
        assert gaps.missing_of(cast.li.person) == []
        assert badges.numbers(cast.li.person.pk)["upkeep_own"] == 0


def test_who_has_left_does_not_count(cast: Cast, town: list[Person]) -> None:
    Person.objects.filter(pk=cast.li.person.pk).update(status=Person.Status.RETIRED, office_phone="")
    assert of_qian(cast).people == 4 and of_qian(cast).completeness == 1


def test_activation(cast: Cast, town: list[Person]) -> None:
    assert of_qian(cast).activation == 1
    Account.objects.filter(pk=cast.li.account.pk).update(activated_at=None)
    Account.objects.filter(pk=cast.zhou.account.pk).update(state="closed")
    Person.objects.filter(pk=cast.zhao.person.pk).update(category="contracted")  # need not have one
    assert of_qian(cast).activation == Fraction(2, 4)


def test_timeliness(cast: Cast, town: list[Person]) -> None:
    assert of_qian(cast).timeliness is None
    said = partial(ask.content, PersonOperation.Kind.CORRECT, facts={"grade": "general-10"})
    ask.take_effect(ask.agree(ask.apply_for(said(cast.li), cast.qian), cast.tang))
    assert of_qian(cast).timeliness == 1
    late = TODAY - datetime.timedelta(days=40)
    ask.take_effect(ask.agree(ask.apply_for(said(cast.zhou, change_date=late), cast.qian), cast.tang))
    assert of_qian(cast).timeliness == Fraction(1, 2)
    waiting = ask.apply_for(said(cast.zhao, change_date=late), cast.qian)  # overdue and not applied
    assert of_qian(cast).timeliness == Fraction(1, 3)
    PersonOperation.objects.filter(pk=waiting.pk).update(due_on=TODAY)  # its last day is not over
    assert of_qian(cast).timeliness == Fraction(1, 2)


def test_accuracy(cast: Cast, town: list[Person]) -> None:
    sample = samples.draw(share=20, least=50, actor=cast.sun.principal())
    own = SampledPerson.objects.filter(sample=sample, unit=cast.units["QP-0301"])
    first, second, third, fourth, fifth = own.order_by("place")
    sun = cast.sun.principal()
    for one in (first, second, third):
        samples.check(one, result="right", actor=sun)
    samples.check(fourth, result="wrong", field="title", words="已任副科长", actor=sun)
    samples.check(fifth, result="unreached", words="出差在外", actor=sun)
    assert of_qian(cast).accuracy == 1  # four checked, the error is not confirmed yet
    fourth.refresh_from_db()
    assert fourth.correction is not None and fourth.correction.source == "sample"
    corrections.answer_corrected(fourth.correction, words="", actor=cast.qian.principal())
    found = of_qian(cast)
    assert (found.sampled, found.sampled_wrong) == (4, 1) and found.accuracy == Fraction(3, 4)


def test_an_unfounded_error_of_a_sample_does_not_count(cast: Cast, town: list[Person]) -> None:
    sample = samples.draw(share=20, least=50, actor=cast.sun.principal())
    one = SampledPerson.objects.get(sample=sample, person=cast.li.person)
    samples.check(one, result="wrong", field="title", words="不对", actor=cast.sun.principal())
    one.refresh_from_db()
    assert one.correction is not None
    corrections.answer_unfounded(one.correction, reason="无误", actor=cast.qian.principal())
    assert of_qian(cast).accuracy == 1


def test_totals_of_the_district_are_the_sums_of_the_day(cast: Cast, town: list[Person]) -> None:
    assert actions.count_day(today=TODAY) == 4
    assert actions.count_day(today=TODAY) == 4  # again: the same rows
    district = queries.district(TODAY)
    live = queries.live(cast.sun.principal(), today=TODAY)
    assert district == live and district.people == 14
    own = queries.of_unit(cast.units["QP-0301"].pk, TODAY)
    assert own == of_qian(cast)
    assert queries.trend(None) == [(TODAY, district)]


def test_the_day_is_counted_in_a_few_statements(cast: Cast) -> None:
    """As sets: as many statements for four units as for eighty."""
    actions.count_day(today=TODAY)
    with CaptureQueriesContext(connection) as statements:
        queries.by_department(today=TODAY)
    assert len(statements) == 5


def test_old_figures_are_forgotten(cast: Cast) -> None:
    actions.count_day(today=TODAY - datetime.timedelta(days=actions.KEPT_DAYS + 1))
    actions.count_day(today=TODAY)
    assert set(DayFigures.objects.values_list("day", flat=True)) == {TODAY}


def test_a_draw_can_be_repeated_by_its_seed(cast: Cast) -> None:
    one = samples.draw(share=1, least=1, actor=cast.sun.principal(), seed="青浦2026Q4")
    again, population = drawn.draw("青浦2026Q4", share=1, least=1)
    assert drawn.digest_of(again) == one.digest and population == one.population == 14
    assert one.size == 4 and one.number == f"核〔{one.drawn_on.year}〕1号"
    seeds = {samples.draw(share=1, least=1, actor=cast.sun.principal()).seed for _ in range(2)}
    assert len(seeds) == 2
    other, _ = drawn.draw("另一个种子", share=20, least=50)
    assert len(other) == 14


def test_who_may_draw_and_check(cast: Cast) -> None:
    refused(
        partial(samples.draw, share=1, least=1, actor=cast.qian.principal()),
        status=403,
        words="您没有“通讯录维护督促”权限",
    )
    refused(
        partial(samples.draw, share=50, least=1, actor=cast.sun.principal()), status=422, words="应为1至20"
    )
    assert not Sample.objects.exists()
    sample = samples.draw(share=1, least=1, actor=cast.sun.principal())
    one = sample.persons.order_by("place").first()
    assert one is not None
    wrong = partial(samples.check, one, result="wrong", actor=cast.sun.principal())
    refused(partial(wrong, words="不对"), status=422, words="请选择有误的内容")
    refused(partial(wrong, field="title"), status=422, words="请说明哪里有误")
    samples.check(one, result="right", actor=cast.sun.principal())
    refused(
        partial(samples.check, one, result="right", actor=cast.luo.principal()),
        status=409,
        words="该数据已被孙建国于",
        code="E-CONC-01",
    )
