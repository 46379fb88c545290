"""运行参数 in the console, and that what arises follows them (§30)."""

import datetime
import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.errors import Refused
from yiwang.kernel.parameters import queries
from yiwang.kernel.workdays import queries as workdays
from yiwang.platform.accounts.actions import temporary
from yiwang.platform.accounts.models import Account
from yiwang.platform.changes.actions import data_request

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 11, 23)


@pytest.fixture(autouse=True)
def read_afresh() -> Iterator[None]:
    queries.forget()
    yield
    queries.forget()


def as_member(cast: Cast, login: str) -> Client:
    client = Client()
    client.cookies[settings.SESSION_COOKIE] = cast.member(login).token()
    return client


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def set_value(cast: Cast, key: str, value: str, seen: str) -> None:
    sent = {"value": value, "seen": seen, "reason": "青政务〔2026〕9号"}
    assert as_member(cast, "sun").post(f"/console/parameters/{key}/", sent).status_code == 303
    queries.forget()


def test_all_are_shown_with_what_the_regulation_fixes(cast: Cast) -> None:
    shown = page(as_member(cast, "sun"), "/console/parameters/")
    for words in ("平台主管单位", "180天", "15个工作日", "借调最长期限", "不能调整", "规范附件1第十条"):
        assert words in shown, words
    for login in ("shen", "an"):
        shown = page(as_member(cast, login), "/console/parameters/")
        assert "180天" in shown and "/console/parameters/changes.data_answer/" not in shown
    assert page(as_member(cast, "qian"), "/console/parameters/", 404)


def test_set_wrongly_rightly_and_restored(cast: Cast) -> None:
    sun, address = as_member(cast, "sun"), "/console/parameters/changes.data_answer/"
    assert 'value="15"' in page(sun, address)
    wrong = sun.post(address, {"value": "31", "seen": "15", "reason": "试"})
    assert wrong.status_code == 422 and "应在5至30个工作日之间" in wrong.content.decode()
    wrong = sun.post(address, {"value": "10", "seen": "15", "reason": ""})
    assert wrong.status_code == 422 and "请填写修改依据" in wrong.content.decode()
    told = sun.post(address, {"value": "10", "seen": "15", "reason": "会议纪要"}, follow=True)
    assert "已修改，自现在起执行" in told.content.decode()
    queries.forget()
    assert "10个工作日内答复" in page(as_member(cast, "li"), "/changes/data/")
    shown = re.sub(r"\s+", " ", page(sun, "/console/parameters/"))
    assert "已调整" in shown and "孙建国" in shown and "会议纪要" in shown
    assert sun.post(address, {"value": "12", "seen": "15", "reason": "试"}).status_code == 409
    told = sun.post(f"{address}restore/", {"seen": "10"}, follow=True)
    assert "已恢复为默认值" in told.content.decode()
    assert sun.get("/console/parameters/nothing/").status_code == 404


def test_the_renamed_operator_stands_on_every_page(cast: Cast) -> None:
    set_value(cast, "parameters.operator", "青浦区数据局", "青浦区政务服务办公室")
    assert "主管单位：青浦区数据局" in page(as_member(cast, "li"), "/")
    assert "主管单位：青浦区数据局" in page(Client(), "/login/")


def test_a_request_made_afterwards_has_the_new_term(cast: Cast) -> None:
    set_value(cast, "changes.data_answer", "10", "15")
    made = data_request.ask(field="rank", wrong="职级未更新", today=TODAY, actor=cast.li.principal())
    assert made.due_on == workdays.add_workdays(TODAY, 10)


def test_a_shorter_term_of_temporary_accounts_is_kept(cast: Cast) -> None:
    account = Account.objects.get(pk=cast.temp.account.pk)
    assert account.starts_on is not None and account.expires_on is not None
    set_value(cast, "accounts.temporary_days", "90", "180")
    late = account.starts_on + datetime.timedelta(days=120)
    with pytest.raises(Refused) as refused:
        temporary.extend_temporary(
            account, expires_on=late, reason="继续开发", today=account.starts_on, actor=SYSTEM
        )
    assert "不能超过90天" in "；".join([refused.value.message, *refused.value.fields.values()])
