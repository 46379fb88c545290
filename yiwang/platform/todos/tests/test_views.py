"""Pages of to-dos: five lists of one's own, their numbers, opening and reading (§6)."""

import datetime
import re

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.extension.approvals import Seat
from yiwang.platform.org.actions import people
from yiwang.platform.org.models import Post
from yiwang.platform.todos.actions import items
from yiwang.platform.todos.models import Assignment, Item
from yiwang.platform.todos.tests.factories import KEYS, OPINION, kinds, of, push, state_of

__all__ = ["kinds"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kinds")]


def as_member(cast: Cast, login: str) -> Client:
    client = Client()
    client.cookies[settings.SESSION_COOKIE] = cast.member(login).token()
    return client


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def titles(text: str) -> list[str]:
    """Titles of the list's rows, from the top."""
    return re.findall(r'<a href="/(?:todos/\d+|approvals/[^"?]+)/"(?: class="is-new")?>([^<]+)</a>', text)


def number_of(text: str, label: str) -> int:
    """The number beside a door of the menu."""
    found = re.search(
        rf'<span>{label}</span><b class="number-of" data-number="\w+" aria-label="\d+条"( hidden)?>(\d+)</b>',
        text,
    )
    assert found is not None and (found[2] == "0") is bool(found[1])
    return int(found[2])


def test_each_sees_his_own_and_nobody_else_s(cast: Cast) -> None:
    push(cast, "li", title="只给李四")
    push(cast, "qian", task="2", title="只给钱玉芬")
    assert titles(page(as_member(cast, "li"), "/todos/")) == ["只给李四"]
    assert titles(page(as_member(cast, "qian"), "/todos/")) == ["只给钱玉芬"]
    for login in ("sun", "shen", "zhao"):
        text = page(as_member(cast, login), "/todos/")
        assert titles(text) == [] and "没有待办事项" in text


def test_the_order_is_urgency_then_deadline_then_arrival(cast: Cast) -> None:
    now = timezone.now()
    day = datetime.timedelta(days=1)
    push(cast, "li", task="1", title="平件先到")
    push(cast, "li", task="2", title="平件后到")
    push(cast, "li", task="3", title="平件五日", due_at=now + 5 * day)
    push(cast, "li", task="4", title="平件二日", due_at=now + 2 * day)
    push(cast, "li", task="5", title="加急", urgency=1)
    push(cast, "li", task="6", title="特急", urgency=2, due_at=now + 9 * day)
    shown = titles(page(as_member(cast, "li"), "/todos/"))
    assert shown == ["特急", "加急", "平件二日", "平件五日", "平件后到", "平件先到"]


def test_pages_go_on_in_that_order(cast: Cast) -> None:
    now = timezone.now()
    for n in range(45):
        due = None if n % 3 == 0 else now + datetime.timedelta(days=1 + n % 7)
        push(cast, "li", task=str(n), title=f"第{n}件", urgency=n % 3, due_at=due)
    client = as_member(cast, "li")
    own = Assignment.objects.filter(person=cast.li.person).order_by(
        "-urgency", "due_at", "-arrived_at", "-id"
    )
    expected = list(own.values_list("item__title", flat=True))
    shown: list[str] = []
    address = "/todos/"
    for _ in range(3):
        text = page(client, address)
        shown += titles(text)
        following = re.search(r'rel="next" href="([^"]+)"', text)
        address = following[1].replace("&amp;", "&") if following else ""
    assert shown == expected and not address


def test_lights_say_what_remains_in_working_days(cast: Cast) -> None:
    item = push(cast, "li", due_at=timezone.now() + datetime.timedelta(days=30))
    assert re.search(r"tone-green[^<]*<i[^>]*></i>剩余\d+个工作日", page(as_member(cast, "li"), "/todos/"))
    late = timezone.now() - datetime.timedelta(days=30)
    Assignment.objects.filter(item=item).update(due_at=late)
    assert re.search(r"tone-red[^<]*<i[^>]*></i>已逾期\d+个工作日", page(as_member(cast, "li"), "/todos/"))
    Assignment.objects.filter(item=item).update(due_at=None)
    assert "未设期限" in page(as_member(cast, "li"), "/todos/")


def test_numbers_are_the_lengths_of_the_lists(cast: Cast) -> None:
    for n in range(3):
        push(cast, "li", task=str(n))
    push(cast, "li", task="9", needs="read")
    client = as_member(cast, "li")
    text = page(client, "/")
    assert number_of(text, "待办") == 3 and "共3件" in text and "另有1件待阅" in text
    text = page(client, "/todos/toread/")
    assert len(titles(text)) == 1 and number_of(text, "待办") == 3
    items.complete(**{**KEYS, "task_id": "0"}, person_id=cast.li.person.pk, actor=SYSTEM)
    assert number_of(page(client, "/todos/"), "待办") == 2
    assert titles(page(client, "/todos/done/")) == ["审核李四的调动申请"]
    assert number_of(page(as_member(cast, "qian"), "/"), "待办") == 0


def test_filters_narrow(cast: Cast) -> None:
    push(cast, "li", task="1", title="调动张伟", urgency=2, initiator_person_id=cast.qian.person.pk)
    push(cast, "li", task="2", title="会签请示", todo_type=OPINION)
    client = as_member(cast, "li")
    assert titles(page(client, "/todos/?kind=document")) == ["会签请示"]
    assert titles(page(client, "/todos/?urgency=2")) == ["调动张伟"]
    assert titles(page(client, "/todos/?q=请示")) == ["会签请示"]
    assert titles(page(client, "/todos/?q=钱玉芬")) == ["调动张伟"]
    assert "没有符合条件的记录" in page(client, "/todos/?q=没有")


def test_a_person_of_two_posts_sees_for_which_he_acts(cast: Cast) -> None:
    second = people.start_post(
        cast.li.person,
        unit=cast.units["QP-0301-0201"],
        title="网格员",
        kind=Post.Kind.CONCURRENT,
        actor=SYSTEM,
    )
    push(cast, "li", task="1", title="主职的事")
    push(cast, title="居委会的事", task="2", to=[Seat(cast.li.person.pk, second.pk)])
    client = as_member(cast, "li")
    text = page(client, "/todos/")
    assert "大新街居委会</span>" in text and "党政办公室</span>" in text
    assert titles(page(client, f"/todos/?post={second.pk}")) == ["居委会的事"]
    assert client.get("/todos/?post=0").status_code == 422


def test_opening_goes_to_the_application_and_is_remembered(cast: Cast) -> None:
    item = push(cast, "li", mobile_url="/m/tasks/1/")
    own = of(item, cast, "li")
    client = as_member(cast, "li")
    assert 'class="is-new"' in page(client, "/todos/")
    answer = client.get(f"/todos/{own.pk}/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/approvals/tasks/1/")
    phone = client.get(f"/todos/{own.pk}/", headers={"User-Agent": "Mozilla/5.0 (iPhone) Mobile/15E148"})
    assert phone.headers["Location"] == "/m/tasks/1/"
    own.refresh_from_db()
    assert own.opened_at is not None and own.state == "todo"
    assert 'class="is-new"' not in page(client, "/todos/")
    assert as_member(cast, "qian").get(f"/todos/{own.pk}/").status_code == 404


def test_opening_what_is_to_be_read_reads_it(cast: Cast) -> None:
    item = push(cast, "li", needs="read")
    client = as_member(cast, "li")
    client.get(f"/todos/{of(item, cast, 'li').pk}/")
    assert titles(page(client, "/todos/toread/")) == []
    assert titles(page(client, "/todos/read/")) == ["审核李四的调动申请"]


def test_reading_many_at_once(cast: Cast) -> None:
    mine = [push(cast, "li", task=str(n), needs="read") for n in range(2)]
    other = push(cast, "qian", task="7", needs="read")
    client = as_member(cast, "li")
    ids = [of(item, cast, "li").pk for item in mine] + [of(other, cast, "qian").pk]
    answer = client.post("/todos/mark-read/", {"ids": ids}, follow=True)
    assert "已将2项标记为已阅" in answer.content.decode()
    assert state_of(other, cast, "qian") == "toread"
    refused = client.post("/todos/mark-read/", {"ids": ["x"]})
    assert refused.status_code == 422 and "请先勾选要标记已阅的事项" in refused.content.decode()


def test_what_i_started_shows_who_has_it(cast: Cast) -> None:
    zhou = cast.zhou.person.pk
    push(cast, "qian", "li", task="1", initiator_person_id=zhou)
    push(cast, "mi", task="2", initiator_person_id=zhou)
    item = push(cast, "qian", task="3", initiator_person_id=zhou)
    items.cancel(**{**KEYS, "task_id": "3"}, actor=SYSTEM)
    client = as_member(cast, "zhou")
    text = page(client, "/todos/started/")
    assert "钱玉芬、李四" in text and len(titles(text)) == 3
    assert "米思源" not in text and "未公开人员" in text
    assert titles(page(client, "/todos/started/?state=cancelled")) == [item.title]
    assert titles(page(as_member(cast, "li"), "/todos/started/")) == []


def test_the_list_can_be_exported_with_a_purpose(cast: Cast) -> None:
    push(cast, "li", urgency=1, due_at=timezone.now() + datetime.timedelta(days=30))
    client = as_member(cast, "li")
    assert client.post("/todos/", {"purpose": "", "export": "1"}).status_code == 422
    answer = client.post("/todos/", {"purpose": "工作小结", "export": "1"})
    assert answer.status_code == 200 and b"".join(answer.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]


@pytest.mark.parametrize("address", ["/todos/", "/todos/toread/", "/todos/done/", "/todos/started/"])
def test_a_list_costs_the_same_for_any_number_of_rows(cast: Cast, address: str) -> None:
    client = as_member(cast, "li")

    def cost() -> int:
        with CaptureQueriesContext(connection) as statements:
            page(client, address)
        return len(statements)

    page(client, address)
    empty = cost()
    for n in range(12):
        push(cast, "li", task=str(n), needs="read" if n % 2 else "do", initiator_person_id=cast.li.person.pk)
    assert cost() == empty
    assert Item.objects.count() == 12
