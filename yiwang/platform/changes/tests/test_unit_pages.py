"""Pages of unit changes: choosing, writing, places, preview, sending off, and what others see."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from yiwang.kernel.files.queries import attachments
from yiwang.platform.approvals.actions import tasks
from yiwang.platform.changes.actions import unit_change
from yiwang.platform.changes.models import UnitChange
from yiwang.platform.changes.tests.unit_changes import (
    COMMITTEE,
    TODAY,
    TOMORROW,
    approve,
    at,
    draft,
    submit,
    task_of,
)
from yiwang.platform.org.models import Post, Unit
from yiwang.platform.org.tests.factories import make

NEW = "/changes/units/new/"
DATED = {"effective_on": TODAY.isoformat(), "basis": "青编〔2026〕8号", "reason": "机构改革", "then": "next"}


def browser(cast: Cast, login: str) -> Client:
    client = Client()
    client.cookies[settings.SESSION_COOKIE] = cast.member(login).token()
    return client


def post(client: Client, address: str, status: int, **data: Any) -> str:
    """What was answered; for a redirect the page it leads to."""
    answer = client.post(address, {**DATED, **data})
    assert answer.status_code == status, answer.content.decode()[:3000]
    if status == 303:
        answer = client.get(answer["Location"])
        assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def content(answer: Any) -> bytes:
    """The whole of a file that was answered."""
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def errors(page: str) -> list[str]:
    return re.findall(r'class="field-error"[^>]*>(?:<svg.*?</svg>)?([^<]+)', page)


def latest() -> UnitChange:
    return UnitChange.objects.latest("pk")


def test_all_kinds_are_offered_for_a_unit(cast: Cast) -> None:
    town = cast.units["QP-0301"]
    page = browser(cast, "qian").get(f"{NEW}?unit={town.pk}").content.decode()
    for label in UnitChange.Kind.labels:
        assert f"<b>{label}</b>" in page
    assert f"/changes/units/new/rename/?unit={town.pk}" in page


def test_the_unit_is_asked_for_and_suggested(cast: Cast) -> None:
    qian = browser(cast, "qian")
    page = qian.get(f"{NEW}rename/").content.decode()
    assert "选择机构" in page and "大新街居委会" in page and "徐泾镇" not in page
    options = qian.get("/changes/units/options/?scope=own&name=党政").content.decode()
    assert 'value="党政办公室（QP-0301-01）"' in options and "QP-0302-01" not in options
    options = qian.get("/changes/units/options/?to=党政").content.decode()
    assert "QP-0302-01" in options and "镇街道 / 徐泾镇" in options
    for text in ("党政办公室（QP-0301-01）", "qp-0301-01", "党政办公室"):
        answer = qian.get(f"{NEW}rename/", {"name": text})
        assert answer["Location"] == f"{NEW}rename/?unit={cast.units['QP-0301-01'].pk}"
    for text in ("徐泾镇", "没有这个", "QP-0302"):
        assert qian.get(f"{NEW}rename/", {"name": text}).status_code == 422
    assert qian.get(f"{NEW}close/").status_code == 404


def test_a_committee_is_set_up_on_the_pages(cast: Cast) -> None:
    qian, group = browser(cast, "qian"), cast.units["QP-0301-02"]
    page = qian.get(f"{NEW}create/?unit={group.pk}").content.decode()
    assert 'value="居（村）民委员会（QP-0301-02）"' in page and 'value="QP-0301-0202"' in page
    wrong = post(qian, f"{NEW}create/", 422, parent="QP-0301-02", code="QP-0301-0201", full_name="")
    assert "请填写全称" in errors(wrong) and not UnitChange.objects.exists()
    given = {"parent": "居（村）民委员会（QP-0301-02）", **COMMITTEE}
    wrong = post(qian, f"{NEW}create/", 422, **{**given, "code": "QP-0301-0201"})
    assert errors(wrong) == ["机构编码已被使用"] and not UnitChange.objects.exists()

    page = post(qian, f"{NEW}create/", 303, **given)
    assert "调整后" in page and "新苑居委会" in page and "草稿" in page
    page = post(qian, f"/changes/units/{latest().pk}/submit/", 303)
    assert "已生效" in page and at("QP-0301-0202").level == 4
    assert "机调〔" in qian.get("/changes/units/").content.decode()


def test_a_rename_with_its_document(cast: Cast) -> None:
    qian, office = browser(cast, "qian"), cast.units["QP-0301-01"]
    address = f"{NEW}rename/?unit={office.pk}"
    assert 'value="党政办公室"' in qian.get(address).content.decode()
    same = post(qian, address, 422, full_name="居（村）民委员会", short_name="居民会")
    assert errors(same) == ["同级已存在同名机构"]
    paper = SimpleUploadedFile("批复.pdf", b"%PDF-1.4\n%%EOF\n", content_type="application/pdf")
    page = post(qian, address, 303, full_name="党政办", short_name="党政办", basis="", file=paper)
    assert "批复.pdf" in page and [one.name for one in attachments(latest())] == ["批复.pdf"]
    page = post(qian, f"/changes/units/{latest().pk}/submit/", 303)
    assert "待审核" in page and "撤回" in page and "区级审核" in page
    file = attachments(latest()).get()
    address = reverse("files:download", args=[file.pk])
    assert content(browser(cast, "sun").get(address)).startswith(b"%PDF")
    assert browser(cast, "gu").get(address).status_code == 404


def test_a_draft_is_put_aside_and_gone_on_with(cast: Cast) -> None:
    qian, office = browser(cast, "qian"), cast.units["QP-0301-01"]
    address = f"{NEW}rename/?unit={office.pk}"
    page = post(qian, address, 303, full_name="居（村）民委员会", short_name="居民会", then="draft")
    assert "尚未预览" in page and "草稿已保存" in page
    change = latest()
    page = post(qian, f"/changes/units/{change.pk}/submit/", 422)
    assert "同级已存在同名机构" in page and latest().state == "draft"
    assert post(qian, f"/changes/units/{change.pk}/preview/", 422)
    edit = f"/changes/units/{change.pk}/edit/"
    assert 'value="居民会"' in qian.get(edit).content.decode()
    page = post(qian, edit, 303, full_name="党政办", short_name="党政办")
    assert "调整后" in page and latest().plan["full_name"] == "党政办"
    assert "已重新预览" in post(qian, f"/changes/units/{change.pk}/preview/", 303)
    for login in ("sun", "tang", "gu"):
        assert browser(cast, login).get(edit).status_code == 404
    assert "草稿已删除" in post(qian, f"/changes/units/{change.pk}/discard/", 303)


def test_a_merger_asks_where_everybody_goes(cast: Cast) -> None:
    sun, town, other = browser(cast, "sun"), cast.units["QP-0302"], cast.units["QP-0301"]
    make(town, "QP-0302-02", "宣传办公室")
    wrong = post(sun, f"{NEW}merge/?unit={town.pk}", 422)
    assert "请选择并入的机构，或填写新机构的上级" in errors(wrong)
    page = post(sun, f"{NEW}merge/?unit={town.pk}", 303, into="朱家角镇（QP-0301）")
    assert "人员和下级机构的去向" in page and "与“党政办公室”合并" in page and "方志远" in page
    change, places = latest(), f"/changes/units/{latest().pk}/places/"
    office, own = cast.units["QP-0302-01"].pk, cast.units["QP-0301-01"].pk
    section = at("QP-0302-02").pk
    given = {f"child_{office}": f"under:{other.pk}", f"child_{section}": f"under:{other.pk}"}
    assert "同级已存在同名机构" in post(sun, places, 422, **given)
    assert "请从选项中选择" in post(sun, places, 422, **{**given, f"child_{office}": "into:1"})
    page = post(sun, places, 303, **{**given, f"child_{office}": f"into:{own}"})
    assert "并入党政办公室" in page and "预览" in page
    change.refresh_from_db()
    assert change.plan["children"][str(office)] == {"to": own, "how": "into"} and change.plan["roles"] == []
    page = post(sun, f"/changes/units/{change.pk}/edit/", 303, into="朱家角镇（QP-0301）")
    assert f'value="into:{own}" selected' in page, "places that were chosen stay chosen"


def test_two_become_a_new_one(cast: Cast) -> None:
    sun, town = browser(cast, "sun"), cast.units["QP-0302"]
    new = {
        "source_1": "朱家角镇（QP-0301）", "parent": "QP-03", "full_name": "上海市青浦区淀山湖镇",
        "short_name": "淀山湖镇", "code": "QP-0303", "node_type": "unit", "uscc": "11310118MB2F00120C",
        "duty_phone": "021-59720000",
    }  # fmt: skip
    post(sun, f"{NEW}merge/?unit={town.pk}", 303, **new)
    change = latest()
    assert change.title == "徐泾镇、朱家角镇合并为淀山湖镇"
    first, second = cast.units["QP-0302-01"].pk, cast.units["QP-0301-01"].pk
    group = cast.units["QP-0301-02"].pk
    page = browser(cast, "sun").get(f"/changes/units/{change.pk}/places/").content.decode()
    assert f'value="into:{first}" selected' in page, "the second 党政办公室 joins the first"
    mayor = Post.objects.get(person=cast.zhao.person).pk
    given = {f"child_{first}": "under:0", f"child_{second}": f"into:{first}", f"child_{group}": "under:0"}
    post(sun, f"/changes/units/{change.pk}/places/", 303, **given, **{f"post_{mayor}": "0"})
    sent = post(sun, f"/changes/units/{change.pk}/submit/", 303)
    assert "等待区级审核" in sent
    change.refresh_from_db()
    assert {row["name"] for row in change.preview["after"] if row["mark"] == "new"} == {"淀山湖镇"}


def test_a_split_names_who_goes_where(cast: Cast) -> None:
    qian, office = browser(cast, "qian"), cast.units["QP-0301-01"]
    part = {"full_name": "党建办公室", "short_name": "党建办", "code": "QP-0301-03", "node_type": "section"}
    fields = {f"part_1_{name}": value for name, value in part.items()}
    half = post(qian, f"{NEW}split/?unit={office.pk}", 422, survives="1", **fields, part_2_code="QP-0301-04")
    assert "请填写完整，或清空该新机构" in errors(half)
    page = post(qian, f"{NEW}split/?unit={office.pk}", 303, survives="1", **fields)
    assert "请选择" in page and "逐人指定" in page
    places = f"/changes/units/{latest().pk}/places/"
    posts = list(Post.objects.filter(unit=office, is_living=True).values_list("pk", flat=True))
    assert f"还有{len(posts)}名人员未指定去向" in post(qian, places, 422)
    page = post(qian, places, 303, **{f"post_{posts[0]}": "1"}, all="0")
    assert "党政办公室（留任）" in page
    assert latest().plan["posts"] == {str(pk): 1 if pk == posts[0] else 0 for pk in posts}


@pytest.mark.parametrize(
    ("kind", "code", "data", "title"),
    [
        ("move", "QP-0301-0201", {"to": "QP-0302-01"}, "大新街居委会划转至党政办公室"),
        ("rank", "QP-0301-01", {"rank": "township"}, "党政办公室调整规格和隶属"),
        ("plate", "QP-0301-01", {"name": "古镇办公室", "short_name": "古镇办"}, "党政办公室加挂“古镇办”牌子"),
        ("revoke", "QP-0301-0201", {"to": "QP-0301-01"}, "撤销大新街居委会，职责划入党政办公室"),
        ("edit", "QP-0301", {"fax": "021-59720000", "external_budget": "118027"}, "修改朱家角镇的机构信息"),
    ],
)  # fmt: skip
def test_each_kind_has_its_form(cast: Cast, kind: str, code: str, data: dict[str, str], title: str) -> None:
    qian, unit = browser(cast, "qian"), cast.units[code]
    assert qian.get(f"{NEW}{kind}/?unit={unit.pk}").status_code == 200
    page = post(qian, f"{NEW}{kind}/?unit={unit.pk}", 303, **data)
    assert latest().title == title and title in page
    assert qian.get(f"/changes/units/{latest().pk}/edit/").status_code == 200


@pytest.mark.parametrize("kind", UnitChange.Kind.values)
def test_every_form_is_shown(cast: Cast, kind: str) -> None:
    for login, code in (("qian", "QP-0301-01"), ("sun", "QP-03")):
        unit = cast.units[code]
        assert browser(cast, login).get(f"{NEW}{kind}/?unit={unit.pk}").status_code == 200


def test_nothing_changed_is_said(cast: Cast) -> None:
    qian, town = browser(cast, "qian"), cast.units["QP-0301"]
    assert "机构信息没有变化" in post(qian, f"{NEW}edit/?unit={town.pk}", 422)
    assert "请填写牌子名称" in errors(post(qian, f"{NEW}plate/?unit={town.pk}", 422))


def test_an_order_by_numbers(cast: Cast) -> None:
    sun, parent = browser(cast, "sun"), cast.units["QP-03"]
    first, second = cast.units["QP-0301"].pk, cast.units["QP-0302"].pk
    page = post(sun, f"{NEW}sort/?unit={parent.pk}", 303, **{f"place_{first}": "20", f"place_{second}": "10"})
    assert "徐泾镇、朱家角镇" in page
    assert "已提交并生效" in post(sun, f"/changes/units/{latest().pk}/submit/", 303)
    assert list(Unit.objects.filter(parent=parent).order_by("sort").values_list("pk", flat=True)) == [
        second,
        first,
    ]


def test_one_page_tells_everything(cast: Cast) -> None:
    office = {"full_name": "党政办", "short_name": "党政办"}
    change = submit(cast, "qian", "rename", "QP-0301-01", office, effective_on=TOMORROW)
    other = submit(
        cast, "qian", "rename", "QP-0301-01", {**office, "short_name": "办公室"}, effective_on=TOMORROW
    )
    address = f"/changes/units/{change.pk}/"
    page = browser(cast, "sun").get(address).content.decode()
    assert "同意" in page and f"/approvals/tasks/{task_of(cast, 'sun', change).pk}/" in page
    assert "同一机构还有其他未完成的调整" in page and str(other.number) in page and "钱玉芬" in page
    assert browser(cast, "gu").get(address).status_code == 404
    approve(cast, "sun", change)
    qian = browser(cast, "qian")
    assert "撤销调整" in qian.get(address).content.decode()
    assert "请填写事由" in post(qian, f"{address}cancel/", 422, reason="")
    assert "调整已终止" in post(qian, f"{address}cancel/", 303, reason="方案有变")
    page = post(qian, f"{address}copy/", 303)
    assert "已复制为新的草稿" in page
    tasks.send_back(task_of(cast, "sun", other), to_step=None, opinion="缺批复", actor=cast.sun.principal())
    assert "申请已退回" in qian.get(f"/changes/units/{other.pk}/").content.decode()


def test_what_failed_is_shown_and_tried_again(cast: Cast) -> None:
    from yiwang.platform.changes.actions import unit_review

    office = {"full_name": "党政办", "short_name": "党政办"}
    change = submit(cast, "qian", "rename", "QP-0301-01", office, effective_on=TOMORROW)
    approve(cast, "sun", change)
    rival = make(cast.units["QP-0301"], "QP-0301-09", "党政办")
    unit_review.effect_due(today=TOMORROW)
    sun, address = browser(cast, "sun"), f"/changes/units/{change.pk}/"
    assert "到期未能生效，待处理" in sun.get(address).content.decode()
    assert "同级已存在同名机构" in post(sun, f"{address}retry/", 422)
    Unit.objects.filter(pk=rival.pk).update(full_name="宣传办")
    assert "调整已生效" in post(sun, f"{address}retry/", 303)


def test_the_list_is_filtered_and_exported(cast: Cast) -> None:
    draft(cast, "qian", "rename", "QP-0301-01", {"full_name": "党政办", "short_name": "党政办"})
    mine = submit(cast, "qian", "edit", "QP-0301-0201", {"details": {"fax": "021-59720001"}})
    sun = browser(cast, "sun")
    assert "党政办公室更名为党政办" not in sun.get("/changes/units/").content.decode(), (
        "drafts are their writer's"
    )
    assert mine.title in sun.get("/changes/units/?state=effective&kind=edit").content.decode()
    assert mine.title not in sun.get("/changes/units/?state=pending").content.decode()
    assert "/changes/units/new/" in browser(cast, "qian").get("/changes/units/").content.decode()
    unit_change.preview(UnitChange.objects.get(state="draft"), actor=cast.qian.principal())
    export = sun.post("/changes/units/", {"export": "1", "purpose": "核对"})
    assert content(export).startswith(b"PK")
