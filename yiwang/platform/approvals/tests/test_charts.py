"""What the chart of an instance shows: where it stands, who decided, where it was returned."""

import pytest

from tests.cast import Cast
from yiwang.platform.approvals.actions import flows, signers, tasks
from yiwang.platform.approvals.models import Instance
from yiwang.platform.approvals.queries import charts, panels
from yiwang.platform.approvals.queries.charts import Chart
from yiwang.platform.approvals.tests import papers
from yiwang.platform.approvals.tests.conftest import Submit, TaskOf, Who
from yiwang.platform.approvals.tests.test_deputies import give

pytestmark = pytest.mark.django_db


def drawn(one: Instance) -> Chart:
    one.refresh_from_db()
    tasks_of_it = list(one.tasks.select_related("person", "owner").order_by("id"))
    return charts.of_instance(one, tasks_of_it, list(one.trail.order_by("id")))


def states(chart: Chart) -> list[str]:
    return [node.state for node in chart.nodes]


def test_from_the_beginning_to_the_end(submit: Submit, task_of: TaskOf, who: Who) -> None:
    one = submit(check=["qian"], issue=["zhao"])
    assert states(drawn(one)) == ["done", "now", "next", "next", "next"]
    assert drawn(one).nodes[1].lines == ["钱玉芬 待办理"]
    tasks.agree(task_of("qian", one), actor=who("qian"))
    assert states(drawn(one)) == ["done", "done", "skipped", "now", "next"]
    assert drawn(one).nodes[1].lines[0].startswith("钱玉芬 同意 ")
    tasks.agree(task_of("zhao", one), actor=who("zhao"))
    assert states(drawn(one)) == ["done", "done", "skipped", "done", "done"]
    assert drawn(one).nodes[-1].lines[0].startswith("已通过 ")


def test_returned_paths(submit: Submit, task_of: TaskOf, who: Who) -> None:
    one = submit(check=["qian"], issue=["zhao"])
    tasks.agree(task_of("qian", one), actor=who("qian"))
    tasks.send_back(task_of("zhao", one), to_step="check", opinion="再核", actor=who("zhao"))
    tasks.send_back(task_of("qian", one), to_step=None, opinion="补", actor=who("qian"))
    chart = drawn(one)
    assert [arc.label for arc in chart.arcs] == ["由领导批准退回单位审核", "由单位审核退回提交"]
    assert states(chart)[0] == "returned" and chart.nodes[0].lines[-1] == "李四 已退回，待重新提交"
    assert states(chart)[3] == "returned"


def test_what_was_ended_shows_what_was_never_reached(submit: Submit, who: Who) -> None:
    one = submit()
    flows.terminate(one, reason="不办", actor=who("li"))
    assert states(drawn(one)) == ["done", "skipped", "skipped", "skipped", "returned"]


def test_own_steps_deputies_and_those_who_wait(submit: Submit, who: Who, cast: Cast, task_of: TaskOf) -> None:
    one = submit(papers.OWN.key, check=["li"], issue=["zhao"])
    assert drawn(one).nodes[1].lines == ["提交人本人的步骤，自动通过"]
    give(who, cast, "qian", "zhou")
    two = submit(papers.ORDERED.key, pk=2, sign=["qian", "an"], issue=["zhao"])
    assert drawn(two).nodes[1].lines == ["周月娥（代 钱玉芬） 待办理", "安若兰 待前一人办理"]
    signers.add_signer(task_of("zhou", two), person_id=cast.tang.person.pk, place="beside", actor=who("zhou"))
    assert len(drawn(two).nodes[1].lines) == charts.LONGEST


def test_many_lines_are_counted(submit: Submit, task_of: TaskOf, who: Who) -> None:
    one = submit(check=["qian"], issue=["zhao"])
    for _ in range(4):
        tasks.agree(task_of("qian", one), actor=who("qian"))
        tasks.send_back(task_of("zhao", one), to_step="check", opinion="再核", actor=who("zhao"))
    assert drawn(one).nodes[3].lines[0] == "此前2次办理"


def test_what_the_bar_offers(submit: Submit, task_of: TaskOf, who: Who, cast: Cast) -> None:
    def offered(login: str) -> list[str]:
        one.refresh_from_db()
        return [act.key for act in panels.panel(one, who(login)).acts]

    one = submit(papers.OWN.key, check=["qian"], issue=["zhao"])
    assert offered("li") == ["withdraw", "urge", "notify", "circulate", "terminate"]
    assert offered("qian") == ["agree", "disagree", "return", "add", "pass", "notify", "circulate", "suspend"]
    assert offered("wang") == []
    signers.add_signer(task_of("qian", one), person_id=cast.an.person.pk, place="beside", actor=who("qian"))
    assert offered("an")[:2] == ["agree", "disagree"] and "return" not in offered("an")
    flows.suspend(one, reason="等", actor=who("qian"))
    assert offered("qian") == ["notify", "circulate", "resume"]
    flows.resume(one, actor=who("qian"))
    tasks.send_back(task_of("qian", one), to_step=None, opinion="补", actor=who("qian"))
    assert "withdraw" in offered("qian") and "urge" in offered("qian")
    assert offered("li") == ["notify", "circulate", "terminate"]
    flows.terminate(one, reason="不办", actor=who("li"))
    assert offered("li") == [] == offered("qian")


def test_the_panel_of_an_object(submit: Submit, who: Who) -> None:
    assert panels.panel_of(papers.Paper(pk=1), who("li")) is None
    one = submit()
    panel = panels.panel_of(papers.Paper(pk=1), who("li"))
    assert panel is not None and panel.instance == one and panel.step_label == "单位审核"
    assert [lying.name for lying in panel.lying] == ["钱玉芬", "周月娥"]
