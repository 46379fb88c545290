"""The life of an import: judged, confirmed, applied; and everything that may go wrong on the way."""

import datetime
from collections.abc import Sequence
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.kernel.extension.imports import ImportKind, Incoming, import_kinds
from yiwang.kernel.imports import actions, jobs, queries
from yiwang.kernel.imports.models import ImportRow, ImportRun
from yiwang.kernel.imports.tests import years
from yiwang.kernel.imports.tests.years import Keeper
from yiwang.kernel.workdays.models import Year

pytestmark = pytest.mark.django_db
LI, WANG = Keeper(), Keeper(account_id=8, name="王海涛")


def rows(*cells: tuple[str, str]) -> list[Incoming]:
    return [
        Incoming(line, {"year": year, "source": source, "sort": "", "number": "310199198001010017"})
        for line, (year, source) in enumerate(cells, 2)
    ]


class Bring:
    """Receives rows, and lets the jobs run that this asks for."""

    def __init__(self, capture: DjangoCaptureOnCommitCallbacks) -> None:
        self.capture = capture

    def __call__(self, kind: ImportKind, incoming: Sequence[Incoming], actor: Any = LI) -> ImportRun:
        with self.capture(execute=True):
            run = actions.receive(kind, incoming, file_name="年度.xlsx", actor=actor)
        run.refresh_from_db()
        return run

    def confirm(self, run: ImportRun, actor: Any = LI) -> ImportRun:
        with self.capture(execute=True):
            actions.confirm(run, actor=actor)
        run.refresh_from_db()
        return run


@pytest.fixture
def bring(django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> Bring:
    return Bring(django_capture_on_commit_callbacks)


@pytest.fixture
def known() -> Year:
    return Year.objects.create(year=2048, source_doc="旧文", imported_at=timezone.now())


FILE = rows(("2048", "新文"), ("2050", "通知"), ("", "通知"), ("2051", "作废"))


def counts(run: ImportRun) -> tuple[int, ...]:
    return run.new, run.changed, run.unchanged, run.wrong


def test_every_row_is_judged_and_nothing_has_happened_yet(
    each: ImportKind, bring: Bring, known: Year
) -> None:
    run = bring(each, FILE)
    assert (run.state, run.total, run.checked) == ("ready", 4, 4)
    assert counts(run) == (2, 1, 0, 1)
    assert list(run.rows.order_by("line").values_list("outcome", "title", "errors")) == [
        ("changed", "2048年", ""),
        ("new", "2050年", ""),
        ("wrong", "", "“年份”不能为空"),
        ("new", "2051年", ""),
    ]
    assert not Year.objects.filter(year=2050).exists()
    assert str(Entry.objects.latest("id")) == "李四校验了年度安排导入“年度.xlsx”"


def test_cells_lie_sealed_in_the_database(each: ImportKind, bring: Bring) -> None:
    run = bring(each, rows(("2050", "通知")))
    row = run.rows.get()
    assert "310199198001010017" in row.content
    stored = ImportRow.objects.values_list("content", flat=True).get(pk=row.pk)
    assert b"310199198001010017" not in bytes(stored)


def test_row_by_row_sound_ones_go_in_and_refused_ones_say_why(
    each: ImportKind, bring: Bring, known: Year
) -> None:
    run = bring.confirm(bring(each, FILE))
    assert (run.state, run.done, run.failed) == ("done", 2, 1)
    assert set(Year.objects.filter(year__gte=2048).values_list("year", "source_doc")) == {
        (2048, "新文"),
        (2050, "通知"),
    }
    assert [(row.line, text) for row, text in queries.faults(run, each)] == [
        (4, "“年份”不能为空"),
        (5, "该通知已作废"),
    ]
    assert Entry.objects.latest("id").changed_fields == {"done": [None, 2], "failed": [None, 1]}


def test_all_or_nothing_wants_every_row_right(whole: ImportKind, bring: Bring) -> None:
    run, lines = bring(whole, FILE), Entry.objects.count()
    with pytest.raises(Refused, match="有错误的行须先改正，再重新上传"):
        actions.confirm(run, actor=LI)
    run.refresh_from_db()
    assert run.state == "ready" and Entry.objects.count() == lines


def test_all_or_nothing_takes_everything_back(whole: ImportKind, bring: Bring) -> None:
    run = bring.confirm(bring(whole, rows(("2050", "通知"), ("2051", "作废"))))
    assert (run.state, run.message, run.done) == ("failed", "该通知已作废", 0)
    assert not Year.objects.filter(year__in=(2050, 2051)).exists()
    assert str(Entry.objects.latest("id")) == "系统未能完成年度安排导入“年度.xlsx”，原因：该通知已作废"


def test_all_or_nothing_brings_all(whole: ImportKind, bring: Bring) -> None:
    run = bring.confirm(bring(whole, rows(("2050", "通知"), ("2051", "通知"))))
    assert (run.state, run.done) == ("done", 2)
    assert Year.objects.filter(year__in=(2050, 2051)).count() == 2


def test_it_is_confirmed_once(each: ImportKind, bring: Bring) -> None:
    run = bring.confirm(bring(each, rows(("2050", "通知"))))
    with pytest.raises(Refused, match="当前状态为“已完成”，不能执行“确认导入”"):
        actions.confirm(run, actor=LI)


def test_nothing_new_is_nothing_to_confirm(each: ImportKind, bring: Bring, known: Year) -> None:
    run = bring(each, rows(("2048", "旧文")))
    with pytest.raises(Refused, match="没有可导入的行"):
        actions.confirm(run, actor=LI)


def test_cancelled_it_never_happens(each: ImportKind, bring: Bring) -> None:
    run = actions.cancel(bring(each, rows(("2050", "通知"))), actor=LI)
    with pytest.raises(Refused, match="当前状态为“已取消”"):
        actions.confirm(run, actor=LI)
    with pytest.raises(Refused, match="当前状态为“已取消”，不能执行“取消”"):
        actions.cancel(run, actor=LI)
    assert not Year.objects.filter(year=2050).exists()


def test_who_lost_his_rights_meanwhile_imports_nothing(
    each: ImportKind, bring: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = bring(each, rows(("2050", "通知")))
    kind = years.kind(actor_of=lambda account_id: Keeper(may=False))
    monkeypatch.setitem(import_kinds._items, kind.key, kind)
    run = bring.confirm(run)
    assert (run.state, run.message) == ("failed", "导入人的账号已不能办理导入")
    assert not Year.objects.filter(year=2050).exists()


def test_whose_account_is_closed_is_not_even_judged(each: ImportKind, bring: Bring) -> None:
    assert bring(each, rows(("2050", "通知")), actor=WANG).state == "failed"


def test_without_the_right_nothing_is_received(each: ImportKind) -> None:
    before = Entry.objects.count()
    with pytest.raises(Refused) as refused:
        actions.receive(each, rows(("2050", "通知")), file_name="年度.xlsx", actor=Keeper(may=False))
    assert refused.value.status == 403
    assert not ImportRun.objects.exists() and Entry.objects.count() == before


def test_a_job_that_runs_twice_applies_once(each: ImportKind, bring: Bring) -> None:
    run = bring.confirm(bring(each, rows(("2050", "通知"))))
    ImportRun.objects.filter(pk=run.pk).update(state=ImportRun.State.APPLYING)
    Year.objects.filter(year=2050).delete()
    jobs.apply(str(run.pk))
    run.refresh_from_db()
    assert (run.state, run.done) == ("done", 1)
    assert not Year.objects.filter(year=2050).exists()  # it was in already: not a second time


def test_a_fault_of_the_program_is_said_on_the_page(
    each: ImportKind, bring: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    def burst(incoming: Sequence[Incoming], *, actor: Any) -> None:
        raise ZeroDivisionError

    run = bring(each, rows(("2050", "通知")))
    kind = years.kind(apply=burst)
    monkeypatch.setitem(import_kinds._items, kind.key, kind)
    with pytest.raises(ZeroDivisionError):
        bring.confirm(run)
    run.refresh_from_db()
    assert run.state == "failed" and run.message.startswith("系统异常")


def test_rows_are_forgotten_after_a_week_and_counts_stay(each: ImportKind, bring: Bring) -> None:
    run = bring(each, rows(("2050", "通知")))
    now = timezone.now()
    assert actions.forget(now=now + datetime.timedelta(days=6), actor=SYSTEM) == 0
    assert actions.forget(now=now + datetime.timedelta(days=8), actor=SYSTEM) == 1
    run.refresh_from_db()
    assert (run.rows.count(), run.new, run.state) == (0, 1, "cancelled")
    assert actions.forget(now=now + datetime.timedelta(days=9), actor=SYSTEM) == 0
    assert jobs.forget() == 0


def test_everybody_sees_his_own_runs(each: ImportKind, bring: Bring) -> None:
    run = bring(each, rows(("2050", "通知")))
    assert list(ImportRun.objects.visible_to(LI)) == [run]
    assert not ImportRun.objects.visible_to(WANG).exists()
    assert not ImportRun.objects.visible_to(None).exists()


def test_what_is_reviewed_is_applied_for_instead(bring: Bring, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sound rows make one application, wrong ones wait; the page leads to it."""
    taken: list[str] = []

    def take(read: Sequence[Incoming], actor: Any) -> tuple[str, str]:
        if any(one.cells["source"] == "作废" for one in read):
            raise Refused("该通知已作废")
        taken.extend(one.cells["year"] for one in read)
        return "批〔2026〕1号", "/changes/batches/1/"

    kind = years.kind(apply=None, take=take)
    monkeypatch.setitem(import_kinds._items, kind.key, kind)
    wrong = Incoming(9, {"year": "2053", "source": "文", "sort": "", "number": ""}, ("“年份”是公式",))
    run = bring.confirm(bring(kind, [*rows(("2050", "新文"), ("2051", "新文")), wrong]))
    assert taken == ["2050", "2051"] and not Year.objects.filter(year=2050).exists()
    assert (run.state, run.done, run.wrong) == (ImportRun.State.DONE, 2, 1)
    assert (run.result, run.result_url) == ("批〔2026〕1号", "/changes/batches/1/")

    refused = bring.confirm(bring(kind, rows(("2052", "作废"))))
    assert (refused.state, refused.message, refused.result) == (ImportRun.State.FAILED, "该通知已作废", "")
