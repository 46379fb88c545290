"""Canaries: people hidden in each way there is. Whatever address anybody asks, no answer tells of them.

Every row of tests/doors is asked by every kind of viewer: as it stands, with the canaries' ids wherever an id
stands, with what is typed into search boxes, on paper and as a workbook; and every call of applications. Who
may know of whom is asked of the oracle, which shares no code with the product. An address that is added
tomorrow has a row in tests/doors, so it is asked here without anybody writing a test for it.
"""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.cast import Cast
from tests.doors.door import Door
from tests.test_every_url import DOORS, target
from yiwang.kernel.extension.open_calls import scopes, wecom_calls
from yiwang.platform.addressbook.actions import sight
from yiwang.platform.addressbook.models import Hiding
from yiwang.platform.addressbook.tests import factories
from yiwang.platform.addressbook.tests.oracle import DIRECT, Oracle
from yiwang.platform.clients.tests.factories import connect
from yiwang.platform.org.models import Person, Post, Unit

pytestmark = pytest.mark.django_db

# login -> in administration mode? Q4 of another town and of the same office, Q3, Q2, a graded administrator;
# mi of a hidden unit, who sees into it but not into what is hidden within.
VIEWERS = {
    **dict.fromkeys(("", "temp", "li", "wang", "shen", "zhao"), False),
    "qian": True,
    "mi": False,
}
FIRST_ID = 900_719_000
# Beginnings that find canaries where somebody forgets to ask who looks; none is a secret by itself.
TYPED = ("司空", "sikong", "sk", "监测")


@dataclass(frozen=True)
class Canary:
    """Somebody hidden. secrets: what only his entry holds; veiled: secrets for who may see him otherwise."""

    person: Person
    secrets: tuple[str, ...]
    veiled: tuple[str, ...] = ()


def _canary(cast: Cast, number: int, letters: str, unit: str, **more: Any) -> Canary:
    """彧昶, 彧翀 …: names that nobody has, ids that no page holds by chance."""
    name, pinyin = f"司空{letters}", f"sikong{number}{number}yuyu"
    factories.person(
        cast,
        name,
        unit=unit,
        id=FIRST_ID + number,
        title=f"监测岗K{number}Q",
        mobile=f"1990000{number:04}",
        office_phone=f"021-3999000{number}",
        room=f"监测室R{number}Q",
        email=f"canary{number}@qingpu.test",
        **more,
    )
    Person.objects.filter(pk=FIRST_ID + number).update(pinyin=pinyin)
    own = (
        name,
        pinyin,
        f"监测岗K{number}Q",
        f"1990000{number:04}",
        f"199****{number:04}",
        f"监测室R{number}Q",
    )
    return Canary(Person.objects.get(pk=FIRST_ID + number), (*own, str(FIRST_ID + number)))


@dataclass
class District:
    """The cast with canaries, and what each viewer must not be told."""

    cast: Cast
    canaries: list[Canary]
    unit: Unit
    oracle: Oracle

    def forbidden(self, login: str) -> list[str]:
        """Words that no answer to this viewer may hold."""
        found: list[str] = ["监测内组"] if login == "mi" else ["监测内组", "监测专班"]
        for one in self.canaries:
            viewer = self.cast.member(login).person.pk if login else 0
            is_open = bool(login) and login != "temp" and self.oracle.mode(viewer, one.person.pk) == DIRECT
            found += one.veiled if is_open else [*one.secrets, *one.veiled]
        return found


@pytest.fixture
def hidden(cast: Cast) -> District:
    """By tier (Q1; Q2, whom Q4 only finds), by a unit and one within, by himself, by field, from outside."""
    Post.objects.filter(person=cast.zhao.person).update(is_leader=True)
    unit = factories.unit(cast.units["QP-0101-01"], "监测专班")
    cast.units["hidden"] = unit
    inner = cast.units["inner"] = factories.unit(unit, "监测内组")
    common = {"state": "active", "valid_from": timezone.localdate(), "reason": "测试"}
    by_tier = _canary(cast, 1, "彧昶", "QP-02", duty_level="06")
    by_unit = _canary(cast, 2, "彧翀", "hidden")
    by_himself = _canary(cast, 3, "彧翯", "QP-0302-01")
    outside = _canary(cast, 4, "彧戬", "QP-0302-01", category=Person.Category.EXTERNAL)
    veiled = _canary(cast, 5, "彧韫", "QP-0302-01")
    within = _canary(cast, 6, "彧翾", "inner")
    findable = _canary(cast, 7, "彧璟", "QP-0201")
    Post.objects.filter(person=findable.person).update(is_leader=True)
    Hiding.objects.create(unit=inner, **common)
    Hiding.objects.create(person=by_himself.person, **common)
    fields = ["mobile", "office_phone", "email", "room", "title"]
    Hiding.objects.create(person=veiled.person, fields=fields, **common)
    sight.follow_rules()
    secrets = ("199****0005", "19900000005", "021-39990005", "canary5@qingpu.test", "监测室R5Q", "监测岗K5Q")
    by_field = Canary(veiled.person, (), secrets)
    canaries = [by_tier, by_unit, by_himself, outside, by_field, within, findable]
    return District(cast, canaries, unit, Oracle())


def browser(cast: Cast, login: str) -> Client:
    client = Client(raise_request_exception=False)
    if login:
        token = cast.member(login).token(administers=VIEWERS[login])
        client.cookies[settings.SESSION_COOKIE] = token
    return client


def text_of(answer: Any) -> str:
    """The whole answer in words; workbooks are unpacked."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as parts:
            body = b"".join(parts.read(name) for name in parts.namelist())
    text = body.decode("utf-8", "replace")
    return text + (
        json.dumps(answer.json(), ensure_ascii=False) if "json" in answer.get("Content-Type", "") else ""
    )


def addresses(door: Door, district: District) -> Iterator[str]:
    """As its row stands, and with the canaries wherever an id of a person or unit may stand."""
    filled = {key: target(district.cast, what) for key, what in door.ids.items()}
    yield reverse(door.name, kwargs=filled)
    ids = [one.person.pk for one in district.canaries] + [district.unit.pk]
    for key, value in filled.items():
        for other in ids if str(value).isdigit() else ():
            yield reverse(door.name, kwargs={**filled, key: other})


def asked(district: District, client: Client, door: Door) -> Iterator[tuple[str, str]]:
    """What is asked behind this door, and what is answered."""
    for number, address in enumerate(addresses(door, district)):
        if door.method != "GET":
            yield f"{door.method} {address}", text_of(client.generic(door.method, address))
            continue
        answer = client.get(address)
        yield address, text_of(answer)
        if number or answer.status_code != 200:
            continue
        yield f"{address} as a fragment", text_of(client.get(address, headers={"HX-Request": "true"}))
        queries: list[dict[str, object]] = [{"q": text} for text in TYPED]
        queries += [{"print": "1"}, {"person": district.canaries[2].person.pk}, {"unit": district.unit.pk}]
        for query in queries:
            there = f"{address}?{urlencode(query)}"
            yield there, text_of(client.get(there))
        yield f"export of {address}", text_of(client.post(address, {"purpose": "核对"}))


# What a page repeats because it was asked for it: the address itself, and what was typed.
_ECHO = re.compile(r'(href|action|value|src|hx-[a-z]+|content)="[^"]*"')


def told(text: str, address: str, forbidden: list[str]) -> list[str]:
    """Secrets in the text that the question did not bring itself."""
    echoed = [str(one) for one in re.findall(r"\d{6,}", address)]
    found = [one for one in forbidden if one in text]
    return [one for one in found if one not in echoed or one in _without_echo(text, address)]


def _without_echo(text: str, address: str) -> str:
    path = address.rsplit(" ", maxsplit=1)[-1]
    for one in (path, quote(path), quote(path, safe=""), path.split("?")[0]):
        text = text.replace(one, "")
    return _ECHO.sub("", text)


@pytest.mark.parametrize("login", VIEWERS)
def test_no_answer_tells_of_hidden_people(hidden: District, login: str) -> None:
    client, forbidden = browser(hidden.cast, login), hidden.forbidden(login)
    assert len(forbidden) > 10
    found = [
        f"{address} tells {login or 'a stranger'} {words}"
        for door in DOORS
        if not door.name.startswith(("accounts:logout", "accounts:switch"))
        for address, text in asked(hidden, client, door)
        if (words := told(text, address, forbidden))
    ]
    assert not found, "\n".join(found)


def test_who_may_see_them_is_told(hidden: District) -> None:
    """The same questions do find the canaries for the system administrator: they are not asked in vain."""
    client = Client(raise_request_exception=False)
    client.cookies[settings.SESSION_COOKIE] = hidden.cast.sun.token()
    answers = "".join(
        text
        for door in DOORS
        if door.name in ("addressbook:person", "addressbook:search", "api:persons", "addressbook:members")
        for _, text in asked(hidden, client, door)
    )
    assert all(one.person.name in answers for one in hidden.canaries)
    assert "监测室R3Q" in answers and "监测专班" in answers


@pytest.mark.parametrize("login", ["li", "wang", "shen", "zhao", "qian"])
def test_numbers_tell_nothing_either(hidden: District, login: str) -> None:
    """A badge is what the oracle counts for this viewer, in the API as in the tree."""
    client, viewer = browser(hidden.cast, login), hidden.cast.member(login).person.pk
    principal = hidden.cast.member(login).principal(administers=VIEWERS[login])
    for unit in Unit.objects.living().visible_to(principal):
        below = Person.objects.filter(unit_path__startswith=unit.path, sight__gt=0)
        expected = sum(hidden.oracle.mode(viewer, pk) == DIRECT for pk in below.values_list("pk", flat=True))
        assert client.get(f"/api/v1/units/{unit.pk}").json()["people"] == expected, f"{login}: {unit}"


def test_applications_are_told_nothing(hidden: District) -> None:
    """Every call shaped like WeCom's and the native ones, by an application of the other town."""
    app = connect(hidden.cast, unit="QP-0302", scopes=tuple(one.key for one in scopes))
    forbidden = [word for one in hidden.canaries for word in (*one.secrets, *one.veiled)] + ["监测专班"]
    ids = [str(one.person.pk) for one in hidden.canaries]
    found = []
    for call in wecom_calls:
        for identity in ("", *ids, str(hidden.unit.pk), "1"):
            names = ("userid", "department_id", "id", "user_id", "tagid", "person_id", "unit_id")
            query = dict.fromkeys(names, identity) if identity else {}
            body = None if call.method == "GET" else {**query, "mobile": "19900000003", "name": "司空"}
            text = json.dumps(
                app.wecom(call.path, body, **(query if body is None else {})), ensure_ascii=False
            )
            words = [one for one in forbidden if one in text and one != identity]
            found += [f"{call.path} {identity}: {words}"] if words else []
    for path in ("persons", "units", "directory/persons", "directory/units", "directory/departments"):
        for identity in ("", *(f"/{one}" for one in ids), f"/{hidden.unit.pk}"):
            text = app.get(f"/api/v1/{path}{identity}?q=司空").content.decode()
            words = [one for one in forbidden if one in text and one != identity.strip("/")]
            found += [f"{path}{identity}: {words}"] if words else []
    assert not found, "\n".join(found)
