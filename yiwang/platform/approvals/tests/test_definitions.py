"""Versions of procedures, and who the resolvers find."""

import logging

import pytest

from tests.cast import Cast
from yiwang.kernel.errors import Refused
from yiwang.kernel.extension.approvals import Procedure, procedures, resolvers
from yiwang.platform.approvals.actions import definitions, flows
from yiwang.platform.approvals.models import Definition
from yiwang.platform.approvals.queries import charts, monitor
from yiwang.platform.approvals.queries import definitions as known
from yiwang.platform.approvals.tests import papers
from yiwang.platform.approvals.tests.conftest import Submit, Who
from yiwang.platform.approvals.tests.papers import Paper

pytestmark = pytest.mark.django_db


def test_what_is_shipped_is_stored_once_for_each_version(monkeypatch: pytest.MonkeyPatch) -> None:
    stored = {one.procedure for one in definitions.store_shipped()}
    assert stored == {one.key for one in procedures}
    before = Definition.objects.count()
    definitions.store_shipped()
    assert Definition.objects.count() == before


def test_steps_changed_without_a_new_version_take_effect_for_nobody(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    definitions.in_force(papers.PLAIN.key)
    changed = Procedure(papers.PLAIN.key, "文件审批", papers.KEY, (papers.step("other", "别的步骤"),))
    monkeypatch.setitem(papers.procedures_items(), papers.PLAIN.key, changed)
    with caplog.at_level(logging.ERROR):
        assert [step.key for step in definitions.in_force(papers.PLAIN.key).plan] == [
            "check",
            "sign",
            "issue",
        ]
    assert "raise its version" in caplog.text


def test_a_procedure_is_for_its_own_subject_only(who: Who, cast: Cast) -> None:
    with pytest.raises(LookupError):
        flows.submit(papers.PLAIN.key, subject=cast.li.account, title="", context={}, actor=who("li"))


def test_a_procedure_that_is_shipped_no_more_is_still_listed(
    submit: Submit, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit()
    monkeypatch.delitem(papers.procedures_items(), papers.PLAIN.key)
    assert papers.PLAIN.key in {row.key for row in known.overview()}
    assert (papers.PLAIN.key, "文件审批") in known.labels()
    with pytest.raises(Refused):
        known.versions_of("nothing.there")


def test_who_holds_a_role(cast: Cast) -> None:
    town = {"unit": cast.units["QP-0301-0201"].path}
    find = resolvers.get("approvals.role").resolve
    seats = find(town, {"role": "accounts.office_director", "unit": "unit"})
    assert [seat.person_id for seat in seats] == [cast.tang.person.pk]
    director = resolvers.get("approvals.office_director").resolve
    assert director(town, {"unit": "unit"}) == seats
    assert director({"unit": "nowhere"}, {"unit": "unit"}) == [] == director({}, {"unit": "unit"})
    of_district = find({}, {"role": "accounts.system_administrator"})
    assert cast.sun.person.pk in {seat.person_id for seat in of_district}


def test_persons_named_in_the_context(cast: Cast) -> None:
    find = resolvers.get("approvals.person").resolve
    assert [seat.person_id for seat in find({"who": 7}, {"key": "who"})] == [7]
    assert [seat.person_id for seat in find({"who": [7, "8"]}, {"key": "who"})] == [7, 8]
    assert find({}, {"key": "who"}) == []


def test_the_chart_of_a_procedure() -> None:
    chart = charts.of_definition(definitions.in_force(papers.PLAIN.key))
    assert [node.label for node in chart.nodes] == ["提交", "单位审核", "部门会签", "领导批准", "办结"]
    assert chart.nodes[1].note == "一人办理 · 2个工作日" and chart.nodes[2].note == "会签 · 按条件"
    assert all(
        above.y + above.height < below.y for above, below in zip(chart.nodes, chart.nodes[1:], strict=False)
    )


def test_the_console_counts_what_stands_still(submit: Submit, cast: Cast, who: Who) -> None:
    submit(check=["zhou"], issue=["zhao"])
    assert monitor.count_stuck(who("sun")) == 0
    type(cast.zhou.account).objects.filter(pk=cast.zhou.account.pk).update(state="suspended")
    assert monitor.count_stuck(who("sun")) == 1


def test_paper_has_no_table() -> None:
    assert str(Paper(pk=7)) == "文件7"
