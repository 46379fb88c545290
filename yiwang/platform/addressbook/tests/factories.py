"""Persons and units beyond the cast, all fictitious; and browsers of the cast."""

import datetime
import itertools
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import StreamingHttpResponse
from django.test import Client
from django.utils import timezone

from tests.cast import Cast, Member, with_check_digit
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.chinese.pinyin import name_pinyin
from yiwang.kernel.files import actions as files
from yiwang.kernel.files.tests import samples
from yiwang.platform.accounts.actions import sessions
from yiwang.platform.accounts.models import Account, Session
from yiwang.platform.accounts.queries.principals import Principal, digest, principal_of
from yiwang.platform.addressbook.actions import sight
from yiwang.platform.addressbook.models import Hiding
from yiwang.platform.org.actions import own, units
from yiwang.platform.org.actions.projection import refresh_tree
from yiwang.platform.org.models import Person, Post, Unit

_serial = itertools.count(1)


def person(cast: Cast, name: str, *, unit: str = "QP-0302-01", **more: Any) -> Person:
    """A person in 徐泾镇党政办公室, or in the unit with that code."""
    return persons(cast, [name], unit=unit, **more)[0]


def persons(
    cast: Cast,
    names: list[str],
    *,
    unit: str = "QP-0302-01",
    sort: int = 100,
    title: str = "科员",
    **more: Any,
) -> list[Person]:
    """Several at once, written directly: the acts of org, one by one, are what its own tests are for."""
    made = [_person(name, more) for name in names]
    today = timezone.localdate()
    Post.objects.bulk_create(
        Post(person=one, unit=cast.units[unit], title=title, sort=sort, valid_from=today) for one in made
    )
    refresh_tree()
    return list(Person.objects.filter(pk__in=[one.pk for one in made]).order_by("id"))


def _person(name: str, more: dict[str, Any]) -> Person:
    number = next(_serial)
    born = datetime.date(1970, 1, 1) + datetime.timedelta(days=number)
    spelling = name_pinyin(name)
    values = {
        "id_number": with_check_digit(f"310199{born:%Y%m%d}{number % 1000:03d}"),
        "mobile": f"137{number:08d}",
        "category": Person.Category.ESTABLISHED,
        "office_phone": "021-59721234",
        **more,
    }
    one = Person(name=name, pinyin=spelling.letters, initials=spelling.initials, **values)
    one.save()
    return one


def unit(parent: Unit, name: str, **more: Any) -> Unit:
    """A section below that unit."""
    values = {"code": f"T-{next(_serial)}", "node_type": Unit.NodeType.SECTION, "actor": SYSTEM, **more}
    return units.create_unit(parent=parent, full_name=name, short_name=name, **values)


FRAGMENT = {"HX-Request": "true"}


def browser(cast: Cast, login: str) -> Client:
    """The browser of one of the cast, logged in."""
    client = Client()
    client.cookies[settings.SESSION_COOKIE] = cast.member(login).token()
    return client


def body(client: Client, address: str, *, fragment: bool = False) -> str:
    """What the address answers with 200."""
    response = client.get(address, headers=FRAGMENT if fragment else None)
    assert response.status_code == 200, f"{address}: {response.status_code}"
    return response.content.decode()


def hide(target: Person | Unit, *fields: str, scope: str = Hiding.Scope.EVERYBODY, **more: Any) -> Hiding:
    """A hiding in force, of single fields or, without any, of the whole entry."""
    side = "person" if isinstance(target, Person) else "unit"
    values = {"state": "active", "reason": "不公开", "valid_from": timezone.localdate(), **more}
    hiding = Hiding.objects.create(**{side: target}, scope=scope, fields=list(fields), **values)
    sight.follow_rules()
    return hiding


def again(person: Person) -> Principal:
    """Somebody beyond the cast in a further session; he has an account already."""
    key = digest(_session_of(Account.objects.get_queryset().get(person=person)))
    return principal_of(Session.objects.select_related("account__person").get(token_digest=key))


def browser_of(person: Person) -> Client:
    """The browser of somebody beyond the cast; he gets an account when he has none."""
    now = timezone.now()
    values = {
        "login_name": f"p{person.pk}",
        "state": "active",
        "password_changed_at": now,
        "commitment_at": now,
    }
    account, _ = Account.objects.get_or_create(person=person, defaults=values)
    client = Client()
    client.cookies[settings.SESSION_COOKIE] = _session_of(account)
    return client


def _session_of(account: Account) -> str:
    return sessions.open_session(account, address="127.0.0.1", agent="test")


def with_photo(member: Member) -> Member:
    """He has put his photo into the book."""
    actor = member.principal()
    upload = SimpleUploadedFile("photo.png", samples.every_kind()["png"])
    file = files.store_file(upload, purpose="org.person.photo", actor=actor)
    own.set_own_photo(member.person, file=file, actor=actor)
    return member


def content_of(answer: object) -> bytes:
    """What a download holds."""
    assert isinstance(answer, StreamingHttpResponse)
    return b"".join(answer.streaming_content)  # type: ignore[arg-type]


def as_user(cast: Cast, login: str) -> Client:
    """The browser of one of the cast, outside of administration mode."""
    client = Client()
    client.cookies[settings.SESSION_COOKIE] = cast.member(login).token(administers=False)
    return client
