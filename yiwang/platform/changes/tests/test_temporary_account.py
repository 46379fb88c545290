"""Applications for temporary accounts: from the draft to the account, and all that can go wrong."""

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from tests.cast import Cast, with_check_digit
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.errors import Refused
from yiwang.kernel.files import actions as files
from yiwang.kernel.files import queries as file_queries
from yiwang.kernel.files import storage
from yiwang.kernel.files.tests import samples
from yiwang.platform.accounts.actions import lifecycle
from yiwang.platform.accounts.models import Account
from yiwang.platform.approvals.actions import tasks
from yiwang.platform.approvals.models import Task
from yiwang.platform.approvals.queries import instances
from yiwang.platform.changes.actions import temporary_account as actions
from yiwang.platform.changes.models import TemporaryRequest
from yiwang.platform.changes.queries import temporary_account as queries
from yiwang.platform.todos.models import Assignment

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
ID = with_check_digit("31019919960606021")
FACTS = {
    "vendor_name": "上海示例软件有限公司",
    "vendor_uscc": "91310118MA1JX1236L",
    "name": "卫外包",
    "id_kind": "citizen",
    "id_number": ID,
    "mobile": "13900000201",
    "applications": "防汛值班应用（测试环境）",
    "purpose": "防汛应用联调",
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Iterator[None]:
    """Where contents lie during the test."""
    settings.FILES_FOLDER = tmp_path / "files"
    storage.contents.cache_clear()
    yield
    storage.contents.cache_clear()


def draft(cast: Cast, *, commitment: bool = True, **changes: Any) -> TemporaryRequest:
    today = timezone.localdate()
    qian = cast.qian.principal()
    facts = {**FACTS, **{key: value for key, value in changes.items() if key in FACTS}}
    values = {
        "unit": cast.units["QP-0301"],
        "sponsor": cast.li.person,
        "facts": facts,
        "starts_on": today,
        "ends_on": today + 30 * DAY,
        "actor": qian,
        **{key: value for key, value in changes.items() if key not in FACTS},
    }
    one = actions.write(**values)
    if commitment:
        upload = SimpleUploadedFile("承诺书.pdf", samples.PDF)
        file = files.store_file(upload, purpose="changes.commitment", actor=qian)
        one = actions.attach_commitment(one, file=file, actor=qian)
    return one


def submitted(cast: Cast, **changes: Any) -> TemporaryRequest:
    return actions.submit(draft(cast, **changes), actor=cast.qian.principal())


def task_of(one: TemporaryRequest) -> Task:
    instance = instances.of_subject(one)
    assert instance is not None
    return Task.objects.get(instance=instance, state=Task.State.OPEN)


def agree(cast: Cast, one: TemporaryRequest) -> TemporaryRequest:
    tasks.agree(task_of(one), actor=cast.tang.principal())
    one.refresh_from_db()
    return one


def test_from_the_draft_to_the_account(cast: Cast) -> None:
    one = submitted(cast)
    assert one.state == "review" and one.number == f"临〔{timezone.localdate().year}〕1号"
    assert task_of(one).person == cast.tang.person  # the office director, nobody else
    assert Assignment.objects.filter(person=cast.tang.person, state="todo").exists()
    assert not Account.objects.filter(login_name="ls-weiwaibao").exists()
    one = agree(cast, one)
    account = Account.objects.get(login_name="ls-weiwaibao")
    assert one.state == "done" and one.account == account
    assert (account.state, account.sponsor, account.sponsor_unit) == (
        "unverified",
        cast.li.person,
        cast.units["QP-0301"],
    )
    assert account.applications == FACTS["applications"] and account.expires_on == one.ends_on
    assert (one.id_number, one.mobile) == ("", "") and one.id_masked.startswith("310199****")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"vendor_uscc": "91310118MA1JX1236X"}, "vendor_uscc"),
        ({"vendor_name": " "}, "vendor_name"),
        ({"applications": ""}, "applications"),
        ({"purpose": ""}, "purpose"),
        ({"name": "Wei"}, "name"),
        ({"id_number": "310199199606060219"}, "id_number"),
        ({"mobile": "139"}, "mobile"),
        ({"starts_on": -1}, "starts_on"),
        ({"ends_on": 181}, "ends_on"),
        ({"sponsor": "wang"}, "sponsor"),
        ({"id_number": "cast:wang"}, "id_number"),
        ({"id_number": "cast:temp"}, "id_number"),
    ],
)
def test_drafts_that_are_refused(cast: Cast, changes: dict[str, Any], field: str) -> None:
    given: dict[str, Any] = {}
    for key, value in changes.items():
        if key == "sponsor":
            given[key] = cast.member(value).person
        elif isinstance(value, int):
            given[key] = timezone.localdate() + value * DAY
        elif str(value).startswith("cast:"):
            given[key] = cast.member(value[5:]).person.id_number
        else:
            given[key] = value
    with pytest.raises(Refused) as refused:
        draft(cast, **given)
    assert refused.value.status == 422 and list(refused.value.fields) == [field]
    assert not TemporaryRequest.objects.exists()


def test_all_faults_are_told_at_once(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        draft(cast, vendor_name="", name="1", mobile="2", ends_on=timezone.localdate() - DAY)
    assert set(refused.value.fields) == {"vendor_name", "name", "mobile", "ends_on"}


@pytest.mark.parametrize("login", ["tang", "li", "gu", "sun", "temp"])
def test_only_the_units_own_graded_administrator_applies(cast: Cast, login: str) -> None:
    """§29: 分 ✔, 办 approves, 系 only reads."""
    with pytest.raises(Refused) as refused:
        draft(cast, actor=cast.member(login).principal(), commitment=False)
    assert refused.value.status == 403 and not TemporaryRequest.objects.exists()


def test_no_submission_without_the_commitment(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        submitted(cast, commitment=False)
    assert refused.value.message == "请先上传本人签署的保密承诺书"
    assert TemporaryRequest.objects.get().state == "draft"


def test_the_director_returns_it_and_it_comes_back(cast: Cast) -> None:
    one = submitted(cast)
    tasks.send_back(task_of(one), to_step=None, opinion="请缩短期限", actor=cast.tang.principal())
    one.refresh_from_db()
    assert (one.state, one.returned) == ("draft", "请缩短期限")
    number, today = one.number, timezone.localdate()
    qian = cast.qian.principal()
    one = actions.write(
        unit=one.unit,
        sponsor=cast.li.person,
        facts=FACTS,
        starts_on=today,
        ends_on=today + 10 * DAY,
        actor=qian,
        request=one,
        revision=one.revision,
    )
    one = actions.submit(one, actor=qian)
    assert one.number == number and agree(cast, one).state == "done"


def test_refused_for_good(cast: Cast) -> None:
    one = submitted(cast)
    tasks.disagree(task_of(one), opinion="不需要", actor=cast.tang.principal())
    one.refresh_from_db()
    assert one.state == "rejected" and one.id_number == ""
    assert not Account.objects.filter(login_name="ls-weiwaibao").exists()
    with pytest.raises(Refused):
        actions.submit(one, actor=cast.qian.principal())


def test_what_was_approved_and_cannot_be_done_waits(cast: Cast) -> None:
    one = submitted(cast, mobile="13900000202")
    lifecycle.close(cast.lao.account, reason="试", actor=SYSTEM)
    cast.wang.person.mobile = "13900000202"
    cast.wang.person.save()
    one = agree(cast, one)
    assert (one.state, one.failure) == ("failed", "该手机号码已绑定账号：王**（徐泾镇）")
    assert one.id_number == ID and queries.failed_in_reach(cast.qian.principal()) == 1
    qian = cast.qian.principal()
    assert actions.retry(one, actor=qian).state == "failed"
    with pytest.raises(Refused) as foreign:
        actions.retry(one, actor=cast.gu.principal())
    assert foreign.value.status == 403
    cast.wang.person.mobile = "13900000009"
    cast.wang.person.save()
    assert actions.retry(one, actor=qian).state == "done"


def test_a_failed_one_is_amended_and_reviewed_again(cast: Cast) -> None:
    one = submitted(cast, mobile="13900000202")
    cast.wang.person.mobile = "13900000202"
    cast.wang.person.save()
    one = agree(cast, one)
    qian = cast.qian.principal()
    one = actions.amend(one, actor=qian)
    assert one.state == "draft" and one.returned.startswith("未能办理：")
    one = actions.write(
        unit=one.unit,
        sponsor=one.sponsor,
        facts=FACTS,
        starts_on=one.starts_on,
        ends_on=one.ends_on,
        actor=qian,
        request=one,
    )
    assert agree(cast, actions.submit(one, actor=qian)).state == "done"


def test_two_writers_do_not_overwrite_each_other(cast: Cast) -> None:
    one = draft(cast)
    again = {"unit": one.unit, "sponsor": one.sponsor, "facts": FACTS, "starts_on": one.starts_on}
    qian = cast.qian.principal()
    actions.write(**again, ends_on=one.ends_on, actor=qian, request=one, revision=1)  # type: ignore[arg-type]
    with pytest.raises(Refused) as refused:
        actions.write(**again, ends_on=one.ends_on, actor=qian, request=one, revision=1)  # type: ignore[arg-type]
    assert (refused.value.status, refused.value.code) == (409, "E-CONC-01")
    assert "钱玉芬" in refused.value.message


def test_drafts_are_thrown_away_and_numbers_kept(cast: Cast) -> None:
    qian = cast.qian.principal()
    actions.discard(draft(cast), actor=qian)
    assert not TemporaryRequest.objects.exists()
    one = submitted(cast)
    tasks.send_back(task_of(one), to_step=None, opinion="不妥", actor=cast.tang.principal())
    one.refresh_from_db()
    actions.discard(one, actor=qian)
    one.refresh_from_db()
    assert one.state == "cancelled" and one.number is not None and one.id_number == ""


def test_who_sees_them(cast: Cast) -> None:
    one = draft(cast)
    seen = {
        login
        for login in ("qian", "tang", "li", "gu", "sun", "temp")
        if one in queries.visible(cast.member(login).principal())
    }
    assert seen == {"qian"}
    one = actions.submit(one, actor=cast.qian.principal())
    seen = {
        login
        for login in ("qian", "tang", "li", "gu", "sun", "temp")
        if one in queries.visible(cast.member(login).principal())
    }
    assert seen == {"qian", "tang", "sun"}
    assert one.commitment is not None
    assert file_queries.readable(cast.tang.principal(), one.commitment.pk) == one.commitment
    with pytest.raises(Refused):
        file_queries.readable(cast.gu.principal(), one.commitment.pk)


def extension(cast: Cast, days: int = 120) -> TemporaryRequest:
    starts_on = Account.objects.get(pk=cast.temp.account.pk).starts_on
    assert starts_on is not None
    return actions.write_extension(
        cast.temp.account, ends_on=starts_on + days * DAY, purpose="联调未完成", actor=cast.qian.principal()
    )


def test_an_extension_is_reviewed_too(cast: Cast) -> None:
    one = actions.submit(extension(cast), actor=cast.qian.principal())
    before = Account.objects.get(pk=cast.temp.account.pk).expires_on
    assert task_of(one).person == cast.tang.person and before is not None
    one = agree(cast, one)
    account = Account.objects.get(pk=cast.temp.account.pk)
    assert one.state == "done" and account.expires_on == one.ends_on > before


def test_extensions_that_are_refused(cast: Cast) -> None:
    for days, words in ((90, "延期后的结束日期应晚于原结束日期"), (181, "不能超过180天")):
        with pytest.raises(Refused) as refused:
            extension(cast, days)
        assert words in refused.value.fields["ends_on"]
    extension(cast)
    with pytest.raises(Refused) as twice:
        extension(cast)
    assert twice.value.message == "该账号已有未办结的延期申请"
    with pytest.raises(Refused) as foreign:
        actions.write_extension(
            cast.temp.account,
            ends_on=timezone.localdate() + 100 * DAY,
            purpose="试",
            actor=cast.gu.principal(),
        )
    assert foreign.value.status == 403


def as_member(cast: Cast, login: str) -> Client:
    client = Client()
    client.cookies[project.SESSION_COOKIE] = cast.member(login).token()
    return client


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]


def typed(cast: Cast, **changes: Any) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        **FACTS,
        "unit": cast.units["QP-0301"].pk,
        "starts_on": str(today),
        "ends_on": str(today + 30 * DAY),
        "submits": "1",
        **changes,
    }


def test_the_pages_from_the_form_to_the_approval(cast: Cast) -> None:
    client = as_member(cast, "qian")
    assert "朱家角镇" in text(client.get("/changes/temporary/new/"))
    wrong = client.post("/changes/temporary/new/", typed(cast, mobile="12", vendor_name=""))
    assert wrong.status_code == 422 and "请填写服务商名称" in text(wrong)
    wrong = client.post("/changes/temporary/new/", typed(cast, mobile="12"))
    assert wrong.status_code == 422 and "手机号码格式不正确" in text(wrong)
    bad = SimpleUploadedFile("承诺书.exe", b"MZ")
    assert client.post("/changes/temporary/new/", typed(cast, commitment=bad)).status_code == 422
    assert not TemporaryRequest.objects.exists()

    page = text(client.post("/changes/temporary/new/", typed(cast), follow=True))
    assert "草稿已保存，尚未提交：请先上传本人签署的保密承诺书" in page
    one = TemporaryRequest.objects.get()
    assert one.sponsor == cast.qian.person  # nobody chosen: he himself
    paper = SimpleUploadedFile("承诺书.pdf", samples.PDF)
    address = f"/changes/temporary/{one.pk}/"
    sent = typed(cast, commitment=paper, revision=one.revision, sponsor=cast.li.person.pk)
    page = text(client.post(f"{address}edit/", sent, follow=True))
    assert "已提交审批" in page and "310199********" in page and ID not in page
    assert client.get(f"{address}edit/").status_code == 404

    director = as_member(cast, "tang")
    page = text(director.get(address))
    assert "同意" in page and "承诺书.pdf" in page
    tasks.agree(task_of(one), actor=cast.tang.principal())
    page = text(client.get(address))
    assert "ls-weiwaibao" in page and "已办结" in page
    listed = text(client.get("/changes/temporary/?state=done"))
    assert "卫外包" in listed and as_member(cast, "gu").get(address).status_code == 404


def test_the_pages_of_an_extension(cast: Cast) -> None:
    client = as_member(cast, "qian")
    address = f"/changes/temporary/extend/{cast.temp.account.pk}/"
    assert "申请延期" in text(client.get(f"/console/accounts/{cast.temp.account.pk}/"))
    assert client.post(address, {"ends_on": "", "purpose": ""}).status_code == 422
    late = str(timezone.localdate() + 300 * DAY)
    assert client.post(address, {"ends_on": late, "purpose": "试"}).status_code == 422
    good = {"ends_on": str(timezone.localdate() + 100 * DAY), "purpose": "联调未完成"}
    assert "草稿已保存" in text(client.post(address, {**good, "submits": "0"}, follow=True))
    assert client.post(address, good).status_code == 409
    one = TemporaryRequest.objects.get()
    edited = {**good, "revision": one.revision, "submits": "1"}
    assert "已提交审批" in text(client.post(f"/changes/temporary/{one.pk}/edit/", edited, follow=True))


def test_drafts_and_failures_on_their_page(cast: Cast) -> None:
    one = draft(cast)
    client = as_member(cast, "qian")
    assert client.post(f"/changes/temporary/{one.pk}/retry/").status_code == 409
    assert client.post(f"/changes/temporary/{one.pk}/amend/").status_code == 409
    assert client.post(f"/changes/temporary/{one.pk}/submit/").status_code == 303
    assert client.post(f"/changes/temporary/{one.pk}/discard/").status_code == 409
    TemporaryRequest.objects.filter(pk=one.pk).update(state="failed", failure="该手机号码已绑定账号")
    page = text(client.get(f"/changes/temporary/{one.pk}/"))
    assert "已批准但未能办理" in page and "退回修改" in page
    assert client.post(f"/changes/temporary/{one.pk}/amend/").status_code == 303


def test_the_form_comes_back_with_its_days(cast: Cast) -> None:
    client = as_member(cast, "qian")
    today = timezone.localdate()
    assert f'value="{today}"' in text(client.get("/changes/temporary/new/"))
    one = draft(cast)
    assert f'value="{one.ends_on}"' in text(client.get(f"/changes/temporary/{one.pk}/edit/"))
