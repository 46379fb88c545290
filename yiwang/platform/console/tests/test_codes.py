"""代码表 in the console, and in the forms that offer its words."""

import pytest
from django.conf import settings
from django.test import Client

from tests.cast import Cast
from yiwang.platform.org.models import Code, Person
from yiwang.platform.org.queries import codes

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def read_afresh() -> None:
    codes.forget()


def as_member(cast: Cast, login: str) -> Client:
    client = Client()
    client.cookies[settings.SESSION_COOKIE] = cast.member(login).token()
    return client


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def test_three_lists_by_series_with_who_bears_them(cast: Cast) -> None:
    Person.objects.filter(pk=cast.li.person.pk).update(grade="general-11")
    sun = as_member(cast, "sun")
    fixed = page(sun, "/console/codes/")
    assert "县处级副职" in fixed and "由公务员法规定" in fixed and "/add/" not in fixed
    grades = page(sun, "/console/codes/?list=grade")
    assert (
        "综合管理类公务员" in grades
        and "行政执法类公务员" in grades
        and "/console/codes/grade/add/" in grades
    )
    assert page(sun, "/console/codes/?list=nothing", 404)


def test_lists_for_modules_to_come_say_so(cast: Cast) -> None:
    sun = as_member(cast, "sun")
    political = page(sun, "/console/codes/?list=political")
    assert "中共党员" in political and "<code>01</code>" in political and "供后续模块使用" in political
    assert "采用国家标准的代码" in political and "/add/" not in political
    education = page(sun, "/console/codes/?list=education")
    assert "供后续模块使用" in education and "/console/codes/education/add/" in education
    assert "供后续模块使用" not in page(sun, "/console/codes/?list=grade")


def test_lists_for_documents(cast: Cast) -> None:
    sun = as_member(cast, "sun")
    labels = page(sun, "/console/codes/?list=data_label")
    assert "敏感" in labels and "不设密级" in labels and "使用人数" not in labels and "/add/" not in labels
    phrases = page(sun, "/console/codes/?list=addressees")
    assert (
        "区直属事业单位" in phrases
        and "公文管理启用后" in phrases
        and "/console/codes/addressees/add/" in phrases
    )
    long = "各镇、街道，" + "区政府各委、办、局，" * 3
    assert sun.post("/console/codes/addressees/add/", {"label": long}).status_code == 303
    wrong = sun.post("/console/codes/retention/add/", {"label": "秘密10年"})
    assert wrong.status_code == 422 and "不设密级" in wrong.content.decode()
    one = Code.objects.get(list="retention", label="10年")
    told = sun.post(f"/console/codes/{one.pk}/retire/", {"reason": "不再使用"}, follow=True).content.decode()
    assert "“10年”已停用，已选用的不受影响" in told
    assert "按此顺序排列" in page(sun, "/console/codes/retention/order/")


def test_what_is_built_in_can_be_looked_up(cast: Cast) -> None:
    for login in ("sun", "shen"):
        shown = page(as_member(cast, login), "/console/codes/?list=built-in")
        for word in (
            "编制类型",
            "行政编制",
            "事业编制（参公）",
            "任职类型",
            "挂职",
            "单位性质",
            "<code>on_post</code>",
        ):
            assert word in shown, word
        assert "维护" not in shown.partition("<main")[2] and "/add/" not in shown


def test_the_auditor_reads_and_changes_nothing(cast: Cast) -> None:
    grades, one = (
        page(as_member(cast, "shen"), "/console/codes/?list=grade"),
        Code.objects.get(code="general-11"),
    )
    assert "一级调研员" in grades and "/add/" not in grades and f"/console/codes/{one.pk}/" not in grades
    assert as_member(cast, "an").get("/console/codes/").status_code == 200


def test_added_and_chosen_in_a_form(cast: Cast) -> None:
    sun = as_member(cast, "sun")
    wrong = sun.post("/console/codes/grade/add/", {"series": "综合管理类公务员", "label": "一级科员"})
    assert wrong.status_code == 422 and "该系列中已有相同名称" in wrong.content.decode()
    answer = sun.post(
        "/console/codes/grade/add/", {"series": "综合管理类公务员", "label": "见习期"}, follow=True
    )
    assert "已新增“见习期”" in answer.content.decode()
    codes.forget()
    assert "见习期" in page(as_member(cast, "qian"), "/changes/persons/new/add/")


def test_renamed_retired_restored(cast: Cast) -> None:
    sun, one = as_member(cast, "sun"), Code.objects.get(code="general-11")
    address = f"/console/codes/{one.pk}/"
    assert sun.post(address, {"label": ""}).status_code == 422
    assert "名称已更正" in sun.post(address, {"label": "一级科员甲"}, follow=True).content.decode()
    assert sun.post(f"{address}retire/", {"reason": ""}).status_code == 422
    answer = sun.post(f"{address}retire/", {"reason": "不再使用"}, follow=True)
    assert "已停用，已有人员不受影响" in answer.content.decode()
    assert sun.post(f"{address}retire/", {"reason": "再停"}).status_code == 409
    codes.forget()
    assert "一级科员甲" not in page(as_member(cast, "qian"), "/changes/persons/new/add/")
    assert "已恢复" in sun.post(f"{address}restore/", follow=True).content.decode()


def test_who_bears_a_retired_code_keeps_it_when_something_else_is_corrected(cast: Cast) -> None:
    Person.objects.filter(pk=cast.li.person.pk).update(
        grade="general-11", establishment="administrative", office_phone="021-59720000"
    )
    Code.objects.filter(code="general-11").update(is_active=False)
    codes.forget()
    qian, address = as_member(cast, "qian"), f"/changes/persons/new/correct/?person={cast.li.person.pk}"
    form = page(qian, address)
    assert '<option value="general-11" selected>一级科员（已停用）</option>' in form
    sent = {
        "name": "李四", "category": "established", "establishment": "administrative", "grade": "general-11",
        "title": "科员", "change_date": "2026-11-23", "act": "save", "is_renamed": "on",
    }  # fmt: skip
    assert qian.post(address, sent).status_code == 303


def test_the_order_without_scripts(cast: Cast) -> None:
    sun = as_member(cast, "sun")
    ids = [str(one.pk) for one in codes.all_of("grade")]
    sent = {"item": ids, "seen": ",".join(ids)}
    moved = sun.post("/console/codes/grade/order/", {**sent, "move": f"{ids[1]}:up"})
    assert moved.status_code == 200 and "顺序尚未保存" in moved.content.decode()
    kept = sun.post("/console/codes/grade/order/", {**sent, "item": [ids[1], ids[0], *ids[2:]], "save": "1"})
    assert kept.status_code == 303
    assert [str(one.pk) for one in codes.all_of("grade")][:2] == [ids[1], ids[0]]
    assert sun.get("/console/codes/duty_level/order/").status_code == 404
