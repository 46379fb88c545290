"""试算 in the background: asked for, told of, broken off, done anew; it never holds a proposal up."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.test import TestCase
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.platform.addressbook import jobs
from yiwang.platform.addressbook.actions import proposals, trials
from yiwang.platform.addressbook.actions import trial as trying
from yiwang.platform.addressbook.models import PresetChange, Proposal, Rule, Trial
from yiwang.platform.addressbook.queries import trials as reading
from yiwang.platform.addressbook.tests import factories
from yiwang.platform.addressbook.tests.factories import body, browser

pytestmark = pytest.mark.django_db


def switch(cast: Cast, login: str = "sun", preset: str = "open") -> Proposal:
    """A draft whose trial waits for a worker."""
    actor = cast.member(login).principal()
    return trials.draft(
        "presets",
        lambda: proposals.propose_preset(preset=preset, reason="试", actor=actor, is_draft=True),
        actor=actor,
        addition="preset",
        typed={"preset": [preset], "reason": ["试"]},
    )


def work() -> None:
    """A worker takes what waits."""
    for one in Trial.objects.filter(state="waiting"):
        jobs.count_trial(one.pk, one.turn)


def refused(act: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as refusal:
        act()
    return refusal.value


def test_a_draft_is_counted_by_a_worker_and_then_submitted(cast: Cast) -> None:
    factories.person(cast, "陆怀瑾", unit="QP-02", title="副区长", duty_level="06")
    sun = cast.sun.principal()
    with TestCase.captureOnCommitCallbacks() as later:
        made = switch(cast)
    found = Trial.objects.get()
    assert (found.state, found.percent, len(later)) == ("waiting", 0, 1)
    assert refused(lambda: proposals.submit(made, actor=sun)).message == "正在试算，请在试算完成后提交"
    made.refresh_from_db()
    assert made.state == "draft"
    work()
    found.refresh_from_db()
    assert (found.state, found.percent) == ("done", 100) and found.finished_at is not None
    assert found.people > 0 and "将新看到" in str(found.result)
    proposals.submit(made, actor=sun)
    assert PresetChange.objects.get().state == "proposed"
    verbs = list(Entry.objects.order_by("id").values_list("verb", flat=True))
    assert verbs[-3:] == ["addressbook.drafted", "addressbook.tried", "addressbook.proposed"]


def test_a_dead_worker_holds_nothing_up(cast: Cast) -> None:
    made, sun = switch(cast), cast.sun.principal()
    long_ago = timezone.now() - datetime.timedelta(seconds=reading.SILENT_SECONDS + 1)
    Trial.objects.update(state="running", percent=20, alive_at=long_ago)
    page = body(browser(cast, "sun"), f"/addressbook/settings/presets/{made.pk}/")
    assert "试算中断" in page and "重新试算" in page and "every 1s" not in page
    trials.ask("presets", made, actor=sun)
    found = Trial.objects.get()
    assert (found.state, found.turn) == ("waiting", 2)
    jobs.count_trial(found.pk, 1)  # the former worker comes back to life
    found.refresh_from_db()
    assert found.state == "waiting", "who was overtaken writes nothing"
    Trial.objects.update(alive_at=long_ago)
    proposals.submit(made, actor=sun)
    assert PresetChange.objects.get().state == "proposed"


def test_asking_twice_leaves_it_to_the_worker(cast: Cast) -> None:
    made, sun = switch(cast), cast.sun.principal()
    entries = Entry.objects.count()
    assert trials.ask("presets", made, actor=sun).turn == 1
    assert Entry.objects.count() == entries


def test_a_fault_of_the_program_is_said(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    made = switch(cast)

    def breaks(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(trying, "deciding", breaks)
        with pytest.raises(ZeroDivisionError):
            work()
    page = body(browser(cast, "sun"), f"/addressbook/settings/presets/{made.pk}/")
    assert "试算未完成" in page and "系统异常" in page and "提交申请" in page
    proposals.submit(made, actor=cast.sun.principal())


def test_cancelled_while_it_is_counted(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    made, sun = switch(cast), cast.sun.principal()

    class CancelledMeanwhile(trials._Progress):
        def tell(self, done: int, total: int) -> None:
            trials.cancel(Trial.objects.get(), actor=sun)
            super().tell(done, total)

    with monkeypatch.context() as patch:
        patch.setattr(trials, "_Progress", CancelledMeanwhile)
        work()
    found = Trial.objects.get()
    assert (found.state, found.result) == ("cancelled", None)
    assert refused(lambda: trials.cancel(found, actor=sun)).status == 409
    assert "请先试算" in refused(lambda: proposals.submit(made, actor=sun)).message
    page = body(browser(cast, "sun"), f"/addressbook/settings/presets/{made.pk}/")
    assert "试算已取消" in page and "提交申请" not in page
    trials.ask("presets", made, actor=sun)
    work()
    assert Trial.objects.get().state == "done"


def test_cancelling_by_the_page(cast: Cast) -> None:
    made = switch(cast)
    page, sun = f"/addressbook/settings/presets/{made.pk}/", browser(cast, "sun")
    waiting = body(sun, f"{page}trial/", fragment=True)
    assert "every 1s" in waiting and "取消试算" in waiting and "提交申请" not in waiting
    answer = sun.post(f"{page}trial/cancel/", headers={"HX-Request": "true"})
    assert "试算已取消" in answer.content.decode()
    assert sun.post(f"{page}trial/cancel/").status_code == 409
    assert browser(cast, "an").post(f"{page}trial/cancel/").status_code == 404
    assert sun.get(f"{page}trial/")["Location"] == page


def test_only_his_own_is_cancelled(cast: Cast) -> None:
    switch(cast)
    assert refused(lambda: trials.cancel(Trial.objects.get(), actor=cast.luo.principal())).status == 403
    assert Trial.objects.get().state == "waiting"


def test_rules_that_change_meanwhile_make_it_stale(cast: Cast) -> None:
    made, sun, an = switch(cast), cast.sun.principal(), cast.an.principal()
    work()
    page = f"/addressbook/settings/presets/{made.pk}/"
    assert "规则已变化" not in body(browser(cast, "sun"), page)
    rule = proposals.propose_rule(
        viewer=cast.units["QP-0301"], target=cast.units["QP-02"], mode=2, reason="联系", actor=sun
    )
    assert "规则已变化" not in body(browser(cast, "sun"), page), "what waits is not in force"
    proposals.approve(rule, actor=an)
    shown = body(browser(cast, "sun"), page)
    assert "规则已变化" in shown and "重新试算" in shown and "提交申请" in shown
    trials.ask("presets", made, actor=sun)
    work()
    assert "规则已变化" not in body(browser(cast, "sun"), page)


def test_who_is_shown_whose_trial(cast: Cast) -> None:
    """A count tells of hidden people: only who sees everybody may read what another was told."""
    sun, qian, an = cast.sun.principal(), cast.qian.principal(), cast.an.principal()
    made = trials.draft(
        "hidings",
        lambda: proposals.propose_hiding(
            cast.units["QP-0301-01"], scope="everybody", reason="试", actor=sun, is_draft=True
        ),
        actor=sun,
        addition="unit-hiding",
        typed={},
    )
    work()
    proposals.submit(made, actor=sun)
    kept = Trial.objects.get()
    assert reading.shown("hidings", made, an) == kept == reading.shown("hidings", made, sun)
    made.refresh_from_db()
    assert reading.shown("hidings", made, qian) is None
    page = body(browser(cast, "qian"), f"/addressbook/settings/hidings/{made.pk}/")
    assert "尚未试算" in page and "将看不到" not in page
    trials.ask("hidings", made, actor=qian)
    work()
    shown = body(browser(cast, "qian"), f"/addressbook/settings/hidings/{made.pk}/")
    assert "只统计您可以看到的人员" in shown and "米思源" not in shown
    assert reading.shown("hidings", made, an) is not None


def test_ending_is_tried_on_demand(cast: Cast) -> None:
    sun, an = cast.sun.principal(), cast.an.principal()
    rule = proposals.propose_rule(
        viewer=cast.units["QP-0301"], target=cast.units["QP-02"], mode=0, reason="联系", actor=sun
    )
    proposals.approve(rule, actor=an)
    page = f"/addressbook/settings/rules/{rule.pk}/"
    assert "开始试算" in body(browser(cast, "an"), page)
    trials.ask("rules", rule, actor=an)
    work()
    assert "试算：结束后的变化" in body(browser(cast, "an"), page)
    assert Trial.objects.get().act == "end"
    proposals.end(Rule.objects.get(), reason="到期", actor=an)
    assert refused(lambda: trials.ask("rules", Rule.objects.get(), actor=an)).status == 409


def test_what_is_gone_meanwhile_is_said(cast: Cast) -> None:
    switch(cast)
    PresetChange.objects.update(state="refused")
    work()
    assert Trial.objects.get().failure == "该设置的状态已变化，不需要再试算"
    made = switch(cast, "luo")
    type(cast.luo.account).objects.filter(pk=cast.luo.account.pk).update(state="suspended")
    work()
    assert Trial.objects.get(proposal_id=made.pk).failure == "试算人的账号已停用"


def test_submitting_meets_what_came_first(cast: Cast) -> None:
    mine, other = switch(cast), switch(cast, "luo", "strict")
    work()
    proposals.submit(other, actor=cast.luo.principal())
    refusal = refused(lambda: proposals.submit(mine, actor=cast.sun.principal()))
    assert (refusal.status, refusal.message) == (409, "已有待审批的通讯规则切换")
    mine.refresh_from_db()
    assert mine.state == "draft"
    assert refused(lambda: switch(cast)).message == "已有待审批的通讯规则切换"


def test_only_the_author_submits_and_discards(cast: Cast) -> None:
    made = switch(cast)
    work()
    for act in (proposals.submit, proposals.discard):
        assert refused(lambda act=act: act(made, actor=cast.luo.principal())).status == 403  # type: ignore[misc]
    assert refused(lambda: proposals.approve(made, actor=cast.an.principal())).status == 409
    proposals.discard(made, actor=cast.sun.principal())
    assert not PresetChange.objects.exists() and not Trial.objects.exists()
    assert Entry.objects.latest("id").verb == "addressbook.discarded"


def test_discarding_by_the_page(cast: Cast) -> None:
    made, sun = switch(cast), browser(cast, "sun")
    address = f"/addressbook/settings/presets/{made.pk}/discard/"
    assert browser(cast, "an").post(address).status_code == 404
    assert sun.post(address).status_code == 303 and not PresetChange.objects.exists()


def test_old_drafts_are_forgotten(cast: Cast) -> None:
    old, _ = switch(cast), switch(cast, "luo", "strict")
    now = timezone.now()
    PresetChange.objects.filter(pk=old.pk).update(created_at=now - datetime.timedelta(days=8))
    assert trials.forget(now=now, actor=SYSTEM) == 1
    assert list(PresetChange.objects.values_list("preset", flat=True)) == ["strict"]
    assert Trial.objects.count() == 1
    assert jobs.forget_drafts() == 0
