"""The pages of what I keep of myself, and what is kept of me."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as project
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings
from python_calamine import CalamineWorkbook

from tests.cast import PASSWORD, Cast
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.kernel.files import storage
from yiwang.kernel.files.tests import samples
from yiwang.platform.accounts.actions import mobiles, own_data, verification
from yiwang.platform.accounts.gateways.realname import Answer
from yiwang.platform.accounts.models import MobileChange, Verification
from yiwang.platform.accounts.tests.conftest import Phone
from yiwang.platform.org.models import Person

pytestmark = pytest.mark.django_db

NEW = "13900000777"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Iterator[None]:
    """Where photos lie during the test."""
    settings.FILES_FOLDER = tmp_path / "files"
    storage.contents.cache_clear()
    yield
    storage.contents.cache_clear()


def as_member(cast: Cast, login: str) -> Client:
    client = Client()
    client.cookies[project.SESSION_COOKIE] = cast.member(login).token()
    return client


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]


def li(cast: Cast) -> Person:
    return Person.objects.get(pk=cast.li.person.pk)


def test_contact_details(cast: Cast) -> None:
    client = as_member(cast, "li")
    assert "021-59720000" in text(client.get("/me/contact/"))
    wrong = client.post("/me/contact/", {"office_phone": "12", "email": "x"})
    assert (
        wrong.status_code == 422
        and "办公电话格式不正确" in text(wrong)
        and "电子邮箱格式不正确" in text(wrong)
    )
    good = {"office_phone": "59720008", "room": "302", "email": "li@qq.com", "second_mobile": ""}
    page = text(client.post("/me/contact/", good, follow=True))
    assert "联系方式已更新" in page and "该邮箱为互联网公共邮箱" in page and "302" in page
    assert "没有需要更新的内容" in text(client.post("/me/contact/", good, follow=True))


def test_spelling(cast: Cast) -> None:
    client = as_member(cast, "li")
    assert client.post("/me/spelling/", {"spelling": "li"}).status_code == 422
    assert "姓名拼音已更正" in text(client.post("/me/spelling/", {"spelling": "li si"}, follow=True))


def test_photo(cast: Cast) -> None:
    client = as_member(cast, "li")
    address = f"/people/{cast.li.person.pk}/photo/"
    assert client.get(address).status_code == 404
    for name, content in (("a.pdf", samples.PDF), ("a.png", b"no picture"), ("a.exe", b"MZ")):
        answer = client.post("/me/photo/", {"photo": SimpleUploadedFile(name, content)})
        assert answer.status_code == 422
    assert client.post("/me/photo/").status_code == 422
    png = samples.every_kind()["png"]
    assert client.post("/me/photo/", {"photo": SimpleUploadedFile("我.png", png)}).status_code == 303
    shown = as_member(cast, "zhao").get(address)
    assert shown["Content-Type"] == "image/png" and b"".join(shown.streaming_content) == png  # type: ignore[attr-defined]
    assert address in text(client.get("/me/"))
    assert as_member(cast, "temp").get(address).status_code == 404
    assert client.post("/me/photo/remove/").status_code == 303
    assert client.get(address).status_code == 404


def test_mobile_number_from_page_to_page(cast: Cast, phone: Phone) -> None:
    client = as_member(cast, "li")
    assert "139****0007" in text(client.get("/me/mobile/"))
    assert client.post("/me/mobile/code/", {"mobile": "12"}).status_code == 422
    page = client.post("/me/mobile/code/", {"mobile": NEW})
    assert page.status_code == 200 and "短信验证码" in text(page)
    assert client.post("/me/mobile/", {"mobile": NEW, "code": ""}).status_code == 422
    wrong = client.post("/me/mobile/", {"mobile": NEW, "code": "999"})
    assert wrong.status_code == 422 and "验证码不正确或已过期" in text(wrong)
    done = text(client.post("/me/mobile/", {"mobile": NEW, "code": phone.last()}, follow=True))
    assert "正在进行实名认证" in done and "139****0777" in done and NEW not in done
    assert "（正在更换）" in text(client.get("/me/"))
    assert client.post("/me/mobile/code/", {"mobile": "13900000778"}).status_code == 409
    assert client.post("/me/mobile/cancel/").status_code == 303
    assert "本人取消" in text(client.get("/me/mobile/"))
    assert client.post("/me/mobile/cancel/").status_code == 404


def test_the_holder_is_asked_on_his_card(cast: Cast, phone: Phone) -> None:
    number = cast.wang.person.mobile
    actor = cast.li.principal()
    mobiles.send_code(number, actor=actor)
    change = mobiles.change_mobile(number, code=phone.last(), actor=actor)
    wang, li_client = as_member(cast, "wang"), as_member(cast, "li")
    page = text(wang.get("/me/"))
    assert "由他人申请使用" in page and "朱家角镇" not in page.split("由他人申请使用")[0][-200:]
    assert "李**" in page and "李四" not in page
    assert li_client.post(f"/me/mobile/release/{change.pk}/").status_code == 404
    assert wang.post(f"/me/mobile/release/{change.pk}/").status_code == 303
    verification.settle(Verification.objects.get(mobile_change=change), Answer(Verification.Outcome.PASSED))
    assert "没有绑定手机号码" in text(wang.get("/me/"))
    assert wang.post(f"/me/mobile/refuse/{change.pk}/").status_code == 409
    assert MobileChange.objects.get().state == "done" and li(cast).mobile == number


def test_my_data_is_masked_and_looking_is_free(cast: Cast) -> None:
    page = text(as_member(cast, "li").get("/me/data/"))
    for word in ("人员信息", "任职", "账号", "登录记录", "用途：", "139****0007", "310199********"):
        assert word in page
    assert cast.li.person.id_number not in page and cast.li.person.mobile not in page
    assert "1990-**-**" in page


def exported(response: object) -> list[str]:
    content = io.BytesIO(response.content)  # type: ignore[attr-defined]
    sheet = CalamineWorkbook.from_filelike(content).get_sheet_by_index(0)
    return [str(cell) for row in sheet.to_python() for cell in row]


def test_a_masked_export_is_produced_and_logged(cast: Cast) -> None:
    """§19 acceptance 6."""
    client = as_member(cast, "li")
    cells = exported(client.post("/me/data/export/"))
    assert "李四" in cells and "139****0007" in cells
    assert not any(cast.li.person.id_number in cell or cast.li.person.mobile in cell for cell in cells)
    line = Entry.objects.latest("id")
    assert str(line) == "李四导出了本人的个人信息"
    assert line.changed_fields == {"numbers": [None, "号码已隐去"]}


def test_in_clear_only_with_the_password(cast: Cast) -> None:
    client = as_member(cast, "li")
    lines = Entry.objects.count()
    wrong = client.post("/me/data/export/", {"password": "Wrong-Password-1"})
    assert wrong.status_code == 422 and "密码不正确" in text(wrong) and Entry.objects.count() == lines
    cells = exported(client.post("/me/data/export/", {"password": PASSWORD}))
    assert cast.li.person.id_number in cells and cast.li.person.mobile in cells
    assert Entry.objects.latest("id").changed_fields == {"numbers": [None, "完整号码"]}
    with pytest.raises(Refused):
        own_data.export_own_data(password="x", actor=cast.li.principal())


def test_a_vendor_sees_his_sponsor_and_nobody_else(cast: Cast) -> None:
    client = as_member(cast, "temp")
    page = text(client.get("/me/"))
    assert "接入联系人" in page and "钱玉芬" in page and "更换手机号码" not in page
    seen = Person.objects.visible_to(cast.temp.principal())
    assert set(seen) == {cast.temp.person, cast.qian.person}
    assert client.get("/addressbook/").status_code == 404
    assert client.post("/me/mobile/code/", {"mobile": NEW}).status_code == 403
