"""Pages of approvals: the way to a task, the acts, deputies, the pages of administrators."""

from pathlib import Path

import pytest
from django.conf import settings as project
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import engines
from django.test import Client
from pytest_django import Settings

from tests.cast import Cast
from yiwang.kernel.errors import Refused
from yiwang.kernel.extension.approvals import Procedure, Subject
from yiwang.kernel.files.queries import attachments
from yiwang.platform.approvals.actions import flows, readers, tasks
from yiwang.platform.approvals.models import Deputy, Instance, Task, Trail
from yiwang.platform.approvals.queries import panels
from yiwang.platform.approvals.tests import papers
from yiwang.platform.approvals.tests.conftest import Submit, TaskOf, Who
from yiwang.platform.approvals.tests.papers import lying
from yiwang.platform.approvals.tests.test_deputies import days

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


def as_member(cast: Cast, login: str) -> Client:
    client = Client()
    client.cookies[project.SESSION_COOKIE] = cast.member(login).token()
    return client


def test_the_way_to_a_task_opens_it(submit: Submit, task_of: TaskOf, cast: Cast) -> None:
    one = submit(check=["qian"], issue=["zhao"])
    task = task_of("qian", one)
    answer = as_member(cast, "qian").get(f"/approvals/tasks/{task.pk}/")
    assert answer.status_code == 302 and answer["Location"] == f"/approvals/instances/{one.pk}/"
    task.refresh_from_db()
    assert task.opened_at is not None
    assert as_member(cast, "wang").get(f"/approvals/tasks/{task.pk}/").status_code == 404
    assert as_member(cast, "wang").get(f"/approvals/instances/{one.pk}/").status_code == 404


def test_the_page_shows_chart_trail_and_what_one_can_do(
    submit: Submit, cast: Cast, task_of: TaskOf, who: Who
) -> None:
    one = submit()
    page = as_member(cast, "qian").get(f"/approvals/instances/{one.pk}/").content.decode()
    for text in (
        "关于添置设备的请示",
        "文件审批",
        "单位审核",
        "部门会签",
        "流转记录",
        "不同意",
        "加签",
        "转办",
        "知会",
    ):
        assert text in page
    assert "撤回" not in page and 'style="' not in page
    own = as_member(cast, "li").get(f"/approvals/instances/{one.pk}/").content.decode()
    assert "催办" in own and "撤回" not in own  # qian has opened it
    tasks.send_back(task_of("qian", one), to_step=None, opinion="请补充依据", actor=who("qian"))
    page = as_member(cast, "li").get(f"/approvals/instances/{one.pk}/").content.decode()
    assert "由单位审核退回提交" in page and "请补充依据" in page and "提交人修改" not in page


def test_the_panel_tells_that_it_was_seen(submit: Submit, task_of: TaskOf, cast: Cast, who: Who) -> None:
    one = submit(check=["qian"], issue=["zhao"])
    task = task_of("qian", one)
    page = engines["jinja2"].from_string(
        '{% from "approvals/parts.html" import action_bar %}{{ action_bar(panel) }}'
    )

    def bar(login: str) -> str:
        return page.render({"panel": panels.panel(one, who(login))})

    told = f'hx-post="/approvals/tasks/{task.pk}/seen/"'
    assert told in bar("qian") and told not in bar("li")
    assert as_member(cast, "li").post(f"/approvals/tasks/{task.pk}/seen/").status_code == 404
    assert as_member(cast, "qian").post(f"/approvals/tasks/{task.pk}/seen/").status_code == 204
    assert told not in bar("qian")
    with pytest.raises(Refused, match="对方已签收，不能撤回，请联系对方退回"):
        flows.withdraw(one, actor=who("li"))


def test_agreeing_by_the_dialog(submit: Submit, cast: Cast, task_of: TaskOf) -> None:
    one = submit(check=["qian"], issue=["zhao"])
    url, qian = f"/approvals/tasks/{task_of('qian', one).pk}/agree/", as_member(cast, "qian")
    dialog = qian.get(url, headers=HTMX).content.decode()
    assert "data-show-dialog" in dialog and "<html" not in dialog and "常用意见" in dialog
    assert "<html" in qian.get(url).content.decode()
    answer = qian.post(url, {"opinion": "同意"}, headers=HTMX)
    assert answer["HX-Redirect"] == f"/approvals/instances/{one.pk}/"
    assert lying(one) == [("赵明远", "issue")]
    assert qian.post(url, {"opinion": "同意"}).status_code == 409


def test_a_fault_in_the_form_changes_nothing(submit: Submit, cast: Cast, task_of: TaskOf) -> None:
    one = submit(check=["qian"], issue=["zhao"])
    pk, qian = task_of("qian", one).pk, as_member(cast, "qian")
    for act, given, message in (
        ("disagree", {}, "请填写意见"),
        ("return", {"opinion": "退"}, "请选择退回到哪一步"),
        ("return", {"to_step": "drafter"}, "请填写退回意见"),
        ("add", {"place": "before"}, "请选择人员"),
        ("add", {"place": "before", "person_id": cast.li.person.pk}, "不能由提交人或当事人本人办理"),
        ("pass", {"person_id": cast.sun.person.pk}, "只能转办给本单位人员"),
    ):
        answer = qian.post(f"/approvals/tasks/{pk}/{act}/", given, headers=HTMX)
        assert answer.status_code == 422 and message in answer.content.decode()
    assert lying(one) == [("钱玉芬", "check")]
    assert qian.get(f"/approvals/tasks/{pk}/eat/").status_code == 404
    assert as_member(cast, "zhao").post(f"/approvals/tasks/{pk}/agree/").status_code == 404


def test_every_act_by_its_page(submit: Submit, cast: Cast, task_of: TaskOf) -> None:
    one = submit(check=["qian"], issue=["zhao"])
    clients = {login: as_member(cast, login) for login in ("qian", "zhou", "zhao", "li", "an", "wang", "sun")}

    def post(login: str, address: str, **given: object) -> None:
        answer = clients[login].post(f"/approvals/{address}/", given)
        assert answer.status_code == 303, answer.content.decode()

    task = task_of("qian", one).pk
    post("qian", f"tasks/{task}/add", place="before", person_id=cast.an.person.pk)
    post("an", f"tasks/{task_of('an', one).pk}/agree", opinion="可行")
    post("qian", f"tasks/{task_of('qian', one).pk}/pass", person_id=cast.zhou.person.pk)
    post("li", f"instances/{one.pk}/urge", opinion="请抓紧")
    assert clients["li"].post(f"/approvals/instances/{one.pk}/urge/").status_code == 429
    post("zhou", f"tasks/{task_of('zhou', one).pk}/agree")
    post("zhou", f"instances/{one.pk}/withdraw")
    post("zhou", f"tasks/{task_of('zhou', one).pk}/agree")
    post("zhao", f"tasks/{task_of('zhao', one).pk}/return", to_step="check", opinion="请核实")
    post("zhou", f"tasks/{task_of('zhou', one).pk}/agree", straight_back="on")
    post("zhao", f"instances/{one.pk}/notify", person_ids=[cast.wang.person.pk])
    assert clients["wang"].get(f"/approvals/tasks/{task_of('wang', one).pk}/").status_code == 302
    post("zhao", f"instances/{one.pk}/circulate", person_ids=[cast.shen.person.pk], is_ordered="on")
    post("zhao", f"tasks/{task_of('shen', one).pk}/recall")
    post("sun", f"instances/{one.pk}/suspend", reason="等待上级文件")
    post("sun", f"instances/{one.pk}/resume")
    post("zhao", f"tasks/{task_of('zhao', one).pk}/return", to_step="drafter", opinion="请重拟")
    post("li", f"instances/{one.pk}/void", reason="不再需要")
    one.refresh_from_db()
    assert one.state == Instance.State.VOIDED and not Task.objects.filter(state="open").exists()
    two = submit(pk=2, check=["qian"], issue=["zhao"])
    post("li", f"instances/{two.pk}/terminate", reason="误提交")
    assert clients["li"].get(f"/approvals/instances/{two.pk}/").status_code == 200


def test_opening_is_reading(submit: Submit, cast: Cast, who: Who) -> None:
    one = submit(check=["qian"], issue=["zhao"])
    (task,) = readers.notify_readers(one, person_ids=[cast.wang.person.pk], actor=who("li"))
    page = as_member(cast, "wang").get(f"/approvals/instances/{one.pk}/").content.decode()
    assert "王海涛" in page and "同意</a>" not in page
    task.refresh_from_db()
    assert task.outcome == Task.Outcome.READ
    assert "阅知情况" in as_member(cast, "li").get(f"/approvals/instances/{one.pk}/").content.decode()


def test_attachments_of_an_opinion(
    submit: Submit, cast: Cast, task_of: TaskOf, settings: Settings, tmp_path: Path
) -> None:
    settings.FILES_FOLDER = tmp_path
    one = submit(check=["qian"], issue=["zhao"])
    url, qian = f"/approvals/tasks/{task_of('qian', one).pk}/return/", as_member(cast, "qian")
    given = {"to_step": "drafter", "opinion": "见附件"}
    wrong = SimpleUploadedFile("意见.exe", b"MZ")
    answer = qian.post(url, given | {"attachments": wrong})
    assert answer.status_code == 422 and "不支持的文件类型" in answer.content.decode()
    assert lying(one) == [("钱玉芬", "check")]
    notes = [SimpleUploadedFile(f"意见{number}.txt", "请补充".encode()) for number in (1, 2)]
    assert qian.post(url, given | {"attachments": notes}).status_code == 303
    row = Trail.objects.get(instance=one, action="returned")
    stored = list(attachments(row))
    assert sorted(file.name for file in stored) == ["意见1.txt", "意见2.txt"]
    page = as_member(cast, "li").get(f"/approvals/instances/{one.pk}/").content.decode()
    assert "意见1.txt" in page
    address = f"/files/{stored[0].pk}/"
    assert as_member(cast, "li").get(address).status_code == 200
    assert as_member(cast, "wang").get(address).status_code == 404


def test_deputies(cast: Cast) -> None:
    qian = as_member(cast, "qian")
    assert "没有委托" in qian.get("/approvals/deputies/").content.decode()
    given = {"valid_from": days(0), "valid_to": days(95), "reason": "休假", "deputy_id": cast.zhou.person.pk}
    answer = qian.post("/approvals/deputies/add/", given)
    assert answer.status_code == 422 and "委托期限最长90天" in answer.content.decode()
    answer = qian.post("/approvals/deputies/add/", given | {"valid_to": days(9)})
    assert answer.status_code == 303 and "周月娥" in qian.get("/approvals/deputies/").content.decode()
    again = qian.post("/approvals/deputies/add/", given | {"valid_to": days(9)})
    assert again.status_code == 422 and "已有同一范围的委托" in again.content.decode()
    one = Deputy.objects.get()
    assert as_member(cast, "li").post(f"/approvals/deputies/{one.pk}/end/").status_code == 404
    assert qian.post(f"/approvals/deputies/{one.pk}/end/").status_code == 303


def test_administrators_see_where_things_stand_but_not_what_they_are(submit: Submit, cast: Cast) -> None:
    one = submit()
    sun = as_member(cast, "sun")
    page = sun.get("/approvals/monitor/").content.decode()
    assert f"SP{one.pk:06d}" in page and "钱玉芬、周月娥" in page and "关于添置设备的请示" not in page
    assert f"SP{one.pk:06d}" not in sun.get("/approvals/monitor/?stuck=2").content.decode()
    assert sun.get(f"/approvals/instances/{one.pk}/").status_code == 404
    act = sun.get(f"/approvals/instances/{one.pk}/suspend/").content.decode()
    assert "关于添置设备的请示" not in act
    assert sun.post(f"/approvals/instances/{one.pk}/terminate/", {"reason": "流程异常"}).status_code == 303


def test_stuck_instances_are_found(submit: Submit, cast: Cast) -> None:
    one = submit(check=["zhou"], issue=["zhao"])
    type(cast.zhou.account).objects.filter(pk=cast.zhou.account.pk).update(state="suspended")
    page = as_member(cast, "sun").get("/approvals/monitor/?stuck=2").content.decode()
    assert f"SP{one.pk:06d}" in page and "无法办理" in page


def test_definitions_with_versions_and_chart(
    submit: Submit, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit()
    newer = Procedure(
        papers.PLAIN.key, "文件审批", papers.KEY, (papers.step("check", "一次审核", workdays=3),), version=2
    )
    monkeypatch.setitem(papers.procedures_items(), newer.key, newer)
    sun = as_member(cast, "sun")
    assert "文件审批" in sun.get("/approvals/definitions/").content.decode()
    page = sun.get(f"/approvals/definitions/{newer.key}/").content.decode()
    assert "第2版" in page and "一次审核" in page and "尚未使用" in page and "<svg" in page
    old = sun.get(f"/approvals/definitions/{newer.key}/?version=1").content.decode()
    assert "部门会签" in old and "1件" in old


def test_the_subjects_module_may_open_it_to_others(
    submit: Submit, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = submit(check=["qian"], issue=["zhao"])
    flows.terminate(one, reason="不办", actor=cast.li.principal())
    subject = Subject(
        papers.KEY, "文件", papers.url, papers.happened, may_see=lambda key, viewer: viewer.name == "王海涛"
    )
    monkeypatch.setitem(papers.subjects_items(), papers.KEY, subject)
    assert as_member(cast, "wang").get(f"/approvals/instances/{one.pk}/").status_code == 200
    assert as_member(cast, "zhao").get(f"/approvals/instances/{one.pk}/").status_code == 404


def test_my_lists(submit: Submit, cast: Cast, task_of: TaskOf, who: Who) -> None:
    one = submit(check=["qian"], issue=["zhao"])
    qian, li = as_member(cast, "qian"), as_member(cast, "li")
    page = qian.get("/approvals/").content.decode()
    assert "关于添置设备的请示" in page and "剩余2个工作日" in page and "单位审核" in page
    tasks.agree(task_of("qian", one), actor=who("qian"))
    assert "没有待您审批的事项" in qian.get("/approvals/").content.decode()
    page = qian.get("/approvals/handled/").content.decode()
    assert "关于添置设备的请示" in page and "审批中" in page
    page = li.get("/approvals/submitted/").content.decode()
    assert "赵明远" in page and "领导批准" in page
    assert "关于添置设备的请示" not in as_member(cast, "wang").get("/approvals/submitted/").content.decode()
