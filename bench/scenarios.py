"""What people do, as lists of requests that are the same in every run (seeded by the scenario's name)."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import connection
from django.urls import reverse

from bench import administrators, applications, approvals, messages, operations, tags, waiting
from bench.requests import Request, cookie_of, spread
from yiwang.platform.accounts.models import Account
from yiwang.platform.org.models import Person, Unit

_USERS = 200
_REQUESTS = 5_000


@dataclass(frozen=True)
class Scenario:
    """build: users' cookies, a password → requests. is_fragment: asked for as htmx does."""

    key: str
    about: str
    build: Callable[[Sequence[str], str], list[Request]]
    is_fragment: bool = False


def cookies() -> list[str]:
    """Open sessions of ordinary people from all over the tree."""
    return [cookie_of(one) for one in users()]


def users() -> list[Account]:
    """200 ordinary people from all over the tree, the same in every run."""
    ordinary = Account.objects.filter(state="active", kind="user")
    ids = list(ordinary.order_by("id").values_list("pk", flat=True))
    some = ordinary.filter(pk__in=ids[:: max(1, len(ids) // _USERS)][:_USERS])
    return list(some.select_related("person").order_by("id"))


def _home(cookies: Sequence[str], password: str) -> list[Request]:
    return spread(cookies, [reverse("portal:home")] * len(cookies))


def _todos(cookies: Sequence[str], password: str) -> list[Request]:
    """My to-dos, among 800,000 of everybody."""
    people = [one.person_id for one in users()]
    waiting.load(people)
    waiting.analyse()
    waiting.measure_statements(people)
    waiting.measure_acts(people)
    return spread(cookies, [reverse("todos:list")] * len(cookies))


def _parents() -> list[int]:
    """Units that have something below them and that everybody sees."""
    visible = Unit.objects.filter(visibility=1, level__lt=5)
    found = visible.filter(children__visibility=1).distinct().order_by("id").values_list("pk", flat=True)
    return random.Random("parents").sample(list(found), min(len(found), 1_000))


def _tree(cookies: Sequence[str], password: str) -> list[Request]:
    return spread(cookies, [reverse("addressbook:tree_level", args=[pk]) for pk in _parents()])


def _unit(cookies: Sequence[str], password: str) -> list[Request]:
    return spread(cookies, [reverse("addressbook:unit", args=[pk]) for pk in _parents()])


def typed() -> list[str]:
    """What people type: signs of a name, pinyin letters, initials, broken off anywhere."""
    dice = random.Random("typed")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, pinyin, initials FROM org_person WHERE visibility = 1"
            " ORDER BY md5(id::text) LIMIT %s",
            [_REQUESTS],
        )
        people = cursor.fetchall()
    texts = []
    for name, pinyin, initials in people:
        kind = dice.random()
        if kind < 0.45:
            texts.append(name[: dice.randint(1, len(name))])
        elif kind < 0.8:
            texts.append(pinyin[: dice.randint(2, len(pinyin))])
        else:
            texts.append(initials[: dice.randint(2, 3)])
    return texts


def _search(cookies: Sequence[str], password: str) -> list[Request]:
    path = reverse("addressbook:search")
    return spread(cookies, [f"{path}?q={quote(text)}" for text in typed()])


def _search_api(cookies: Sequence[str], password: str) -> list[Request]:
    return spread(cookies, [f"/api/v1/persons?q={quote(text)}" for text in typed()])


def _search_administering(cookies: Sequence[str], password: str) -> list[Request]:
    """As graded administrators in administration mode, who see their own branch beside what all see."""
    path = reverse("api:persons")
    return spread(
        [one.cookie for one in administrators.branches()], [f"{path}?q={quote(one)}" for one in typed()]
    )


def _tree_administering(cookies: Sequence[str], password: str) -> list[Request]:
    return spread(
        [one.cookie for one in administrators.branches()],
        [reverse("addressbook:tree_level", args=[pk]) for pk in _parents()],
    )


def _card(cookies: Sequence[str], password: str) -> list[Request]:
    ids = Person.objects.filter(visibility=1).order_by("id").values_list("pk", flat=True)
    some = random.Random("card").sample(list(ids), min(len(ids), 2_000))
    return spread(cookies, [reverse("addressbook:person", args=[pk]) for pk in some])


def _login(cookies: Sequence[str], password: str) -> list[Request]:
    """Each from another account; the form's token travels in cookie and body as a browser sends it."""
    token = "b" * 32
    names = (
        Account.objects.filter(state="active", kind="user")
        .order_by("-id")
        .values_list("login_name", flat=True)
    )
    path, cookie = reverse("accounts:login"), f"{settings.CSRF_COOKIE_NAME}={token}"
    return [
        Request(
            path,
            cookie,
            "POST",
            urlencode({"csrfmiddlewaretoken": token, "login": name, "password": password, "next": "/"}),
        )
        for name in names[:_REQUESTS]
    ]


SCENARIOS = (
    Scenario("home", "首页", _home),
    Scenario("tree_level", "组织树一级", _tree, is_fragment=True),
    Scenario("unit_page", "单位页", _unit),
    Scenario("person_card", "人员名片", _card, is_fragment=True),
    Scenario("person_search", "人员检索（输入时）", _search, is_fragment=True),
    Scenario("person_search_api", "人员检索（接口）", _search_api),
    Scenario("search_administering", "人员检索（接口，分级管理员）", _search_administering),
    Scenario("tree_administering", "组织树一级（分级管理员）", _tree_administering, is_fragment=True),
    Scenario("my_approvals", "我的审批（80万条任务）", approvals.my_approvals),
    Scenario("my_todos", "我的待办（80万条）", _todos),
    Scenario("message_tag_100k", "消息发给10万人的标签，随后的未读消息", messages.tag_100k),
    Scenario("todo_push_1", "应用推送待办（1人）", applications.push_to_one),
    Scenario("todo_push_50", "应用推送待办（50人）", applications.push_to_fifty),
    Scenario("login", "登录", _login),
    Scenario("console_home", "管理事项（分级管理员）", administrators.home),
    Scenario("console_tree_level", "组织架构管理一级", administrators.tree_level, is_fragment=True),
    Scenario("console_unit", "机构信息", administrators.unit, is_fragment=True),
    Scenario("console_people", "人员名册", administrators.people, is_fragment=True),
    Scenario("tag_members", "标签成员（分级管理员）", tags.pages, is_fragment=True),
    Scenario("person_operations", "人员变动列表（分级管理员）", operations.operations, is_fragment=True),
)
