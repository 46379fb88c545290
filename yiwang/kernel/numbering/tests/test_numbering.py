"""Numbers: continuous per series, year and scope; void ones stay; a rolled-back act leaves no hole."""

import pytest
from django.db import IntegrityError, transaction

from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.kernel.extension.numbering import Series, number_series
from yiwang.kernel.numbering import actions, queries
from yiwang.kernel.numbering.models import Counter, Number

ITEM = Series("numbering.test_item", "督办事项", "督〔{year}〕{n}号")
MEETING = Series("numbering.test_meeting", "会议", "会{year}-{n:04d}")
DOCUMENT = Series("numbering.test_document", "发文", "{scope}〔{year}〕{n}号", is_scoped=True)
RECEIPT = Series("numbering.test_receipt", "收文", "收〔{year}〕{n:04d}", is_scoped=True)


@pytest.fixture(autouse=True)
def _registered(monkeypatch: pytest.MonkeyPatch) -> None:
    for series in (ITEM, MEETING, DOCUMENT, RECEIPT):
        monkeypatch.setitem(number_series._items, series.key, series)


@pytest.fixture
def target(db: None) -> Counter:
    """Any saved row can bear a number."""
    return Counter.objects.create(pk=2026, series="numbering.test_target", year=2026, last=9)


def take(series: Series, target: Counter, scope: str = "", year: int = 2026) -> str:
    return actions.issue(series, year=year, scope=scope, target=target, actor=SYSTEM).text


def test_each_series_year_and_scope_counts_for_itself(target: Counter) -> None:
    assert [take(ITEM, target) for _ in range(3)] == ["督〔2026〕1号", "督〔2026〕2号", "督〔2026〕3号"]
    assert take(ITEM, target, year=2027) == "督〔2027〕1号"
    assert take(MEETING, target) == "会2026-0001"
    assert take(DOCUMENT, target, "青数") == "青数〔2026〕1号"
    assert take(DOCUMENT, target, "青政务") == "青政务〔2026〕1号"
    assert take(DOCUMENT, target, "青数") == "青数〔2026〕2号"
    assert [take(RECEIPT, target, unit) for unit in ("QP-0201", "QP-0301")] == ["收〔2026〕0001"] * 2
    assert queries.by_text(RECEIPT, "收〔2026〕0001", scope="QP-0301") is not None
    assert queries.last_value(DOCUMENT, year=2026, scope="青数") == 2
    assert queries.last_value(MEETING, year=2030) == 0


def test_a_block_is_consecutive_and_one_line_in_the_log(target: Counter) -> None:
    take(ITEM, target)
    with transaction.atomic():
        texts = actions.issue_many(
            ITEM, [("numbering.counter", 7, "甲"), ("numbering.counter", 8, "乙")], year=2026, actor=SYSTEM
        )
    assert texts == ["督〔2026〕2号", "督〔2026〕3号"]
    assert take(ITEM, target) == "督〔2026〕4号" and queries.holes(ITEM, year=2026) == []
    second = Number.objects.get(text="督〔2026〕3号")
    assert (second.target_type, second.target_id, second.target_title) == ("numbering.counter", "8", "乙")
    line = Entry.objects.filter(target_title="督〔2026〕2号至督〔2026〕3号（共2个）")
    assert line.count() == 1
    assert actions.issue_many(ITEM, [], year=2026, actor=SYSTEM) == []
    with pytest.raises(ValueError, match="a scope is needed"):
        actions.issue_many(DOCUMENT, [("numbering.counter", 7, "甲")], year=2026, actor=SYSTEM)


def test_two_clerks_after_number_47(target: Counter) -> None:
    """§7, acceptance 2: with last number 47 one gets 48 and the other 49."""
    Counter.objects.create(series=DOCUMENT.key, year=2026, scope="青数", last=47)
    assert [take(DOCUMENT, target, "青数") for _ in range(2)] == ["青数〔2026〕48号", "青数〔2026〕49号"]


def test_the_number_remembers_whose_it_is(target: Counter) -> None:
    number = actions.issue(ITEM, year=2026, target=target, actor=None)
    assert (number.target_type, number.target_id) == ("numbering.counter", "2026")
    assert (number.issued_by_name, number.state, number.series_label) == ("系统", "valid", "督办事项")
    assert queries.by_text(ITEM, "督〔2026〕1号") == number
    assert queries.by_text(ITEM, "督〔2026〕2号") is None
    entry = Entry.objects.get(verb="numbering.issued")
    assert entry.target_title == f"督〔2026〕1号（{target}）"


def test_a_rolled_back_act_leaves_no_hole(target: Counter) -> None:
    take(ITEM, target)
    with pytest.raises(RuntimeError), transaction.atomic():
        assert take(ITEM, target) == "督〔2026〕2号"
        raise RuntimeError
    assert take(ITEM, target) == "督〔2026〕2号"
    assert queries.holes(ITEM, year=2026) == []


def test_a_void_number_stays_and_is_never_reused(target: Counter) -> None:
    number = actions.issue(ITEM, year=2026, target=target, actor=SYSTEM)
    actions.void(number, reason=" 领导撤回签发 ", actor=SYSTEM)
    assert take(ITEM, target) == "督〔2026〕2号"
    (kept,) = queries.voided(ITEM, year=2026, scope="")
    assert (kept.text, kept.void_reason, kept.voided_by_name) == ("督〔2026〕1号", "领导撤回签发", "系统")
    assert kept.voided_at is not None
    assert list(queries.voided(ITEM, year=2025)) == []
    assert list(queries.voided(MEETING)) == []
    assert queries.holes(ITEM, year=2026) == []
    assert Entry.objects.get(verb="numbering.voided").reason == "领导撤回签发"


def test_voiding_is_refused_twice_and_without_reason(target: Counter) -> None:
    number = actions.issue(ITEM, year=2026, target=target, actor=SYSTEM)
    with pytest.raises(Refused) as refused:
        actions.void(number, reason="  ", actor=SYSTEM)
    assert refused.value.fields == {"reason": "请填写作废原因"}
    number.refresh_from_db()
    assert number.state == Number.State.VALID
    actions.void(number, reason="重复取号", actor=SYSTEM)
    entries = Entry.objects.count()
    with pytest.raises(Refused) as refused:
        actions.void(number, reason="再次", actor=SYSTEM)
    assert refused.value.message == "当前状态为“作废”，不能执行“作废”"
    assert Entry.objects.count() == entries
    number.refresh_from_db()
    assert number.void_reason == "重复取号"


def test_holes_are_found(target: Counter) -> None:
    for _ in range(4):
        take(ITEM, target)
    Number.objects.filter(value__in=[2, 4]).delete()
    assert queries.holes(ITEM, year=2026) == [2, 4]


def test_the_database_refuses_what_the_code_should_never_do(target: Counter) -> None:
    number = actions.issue(ITEM, year=2026, target=target, actor=SYSTEM)
    for change in ({"value": 0}, {"state": "void"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Number.objects.filter(pk=number.pk).update(**change)
    number.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        number.save()


def test_misuse_is_a_programming_error(target: Counter) -> None:
    with pytest.raises(ValueError, match="no scope"):
        take(ITEM, target, "青数")
    with pytest.raises(ValueError, match="a scope"):
        take(DOCUMENT, target)
    with pytest.raises(LookupError):
        take(Series("numbering.unknown", "无", "{year}{n}"), target)
    for pattern in ("督{n}号", "督{year}号", "督{year}{n}{unit}", "{scope}{year}{n}"):
        with pytest.raises(ValueError, match="the pattern"):
            Series("numbering.wrong", "错", pattern)
    assert not Counter.objects.exclude(pk=target.pk).exists()
