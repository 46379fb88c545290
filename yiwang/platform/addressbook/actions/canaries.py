"""泄露监测: fictitious persons and units are planted; the alarm rings when an answer tells of them."""

import datetime
import secrets
import string
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from yiwang.kernel import request_context
from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import invalid, require, require_right
from yiwang.kernel.extension.messages import message_service
from yiwang.kernel.validators import citizen_id_check_digit
from yiwang.platform.accounts.queries import roles
from yiwang.platform.accounts.vocabulary import SECURITY_ADMINISTRATOR
from yiwang.platform.addressbook.actions import sight
from yiwang.platform.addressbook.models import Canary, Hiding, Leak
from yiwang.platform.addressbook.queries import patrol as walk
from yiwang.platform.addressbook.queries import planted
from yiwang.platform.addressbook.vocabulary import (
    APPROVE,
    CANARY_ENDED,
    CANARY_PLANTED,
    LEAK_HANDLED,
    LEAKED,
    PLANT,
    TOLD_LEAKED,
)
from yiwang.platform.org.actions import merging, people, units
from yiwang.platform.org.models import Person, Post, Unit
from yiwang.platform.org.models.code import BUREAU_DEPUTY
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL

Kind = Canary.Kind
MOST = 20
# A compound surname with two characters that hardly any name has: found nowhere by chance.
_SURNAMES = ("司空", "澹台", "公冶", "濮阳", "淳于", "钟离", "呼延", "端木")
_RARE = "彧翃翀昶翯璟戬婳韫翾曈曜晞暘瑀瑄玥珩琤璠"
_NEW_LEAK = """
INSERT INTO addressbook_leak (canary_id, route, what, viewer_person_id, viewer_name, request_id, day, at,
    times, state, outcome, handled_by_name)
VALUES (%(canary_id)s, %(route)s, %(what)s, %(viewer_person_id)s, %(viewer_name)s, %(request_id)s, %(day)s,
    %(at)s, 0, 'open', '', '') ON CONFLICT DO NOTHING
"""
_LETTERS = string.ascii_uppercase + string.digits


@transaction.atomic
def plant(unit: Unit, *, actor: Actor, kind: str = Kind.OUTSIDE) -> Canary:
    """Put a fictitious person into the unit: in no figure, without an account, and kept back by one rule."""
    require_right(actor.allows(PLANT.key), PLANT.label)
    if kind not in Kind.values:
        raise invalid("kind", "请选择监测内容")
    unit = Unit.objects.select_for_update(of=("self",)).get(pk=unit.pk)
    require(unit.status == Unit.Status.ACTIVE, "该机构已撤销")
    require(Canary.objects.filter(ended_at=None).count() < MOST, f"监测人员不超过{MOST}名")
    if kind == Kind.Q2 and unit.level != DEPARTMENT_LEVEL:
        raise invalid("unit", "部门、街镇领导应设置在区级部门、街道、镇")
    if kind == Kind.UNIT and unit.level == 0:
        raise invalid("unit", "隐藏机构不能设置在根节点下")
    hidden = _hidden_unit(unit) if kind == Kind.UNIT else None
    person = _person(hidden or unit, kind)
    canary = Canary.objects.create(kind=kind, person=person, unit=hidden, created_by_name=actor.name)
    _keep_back(canary, actor)
    sight.follow_rules() if hidden else sight.follow_persons([person.pk])
    audit.record(CANARY_PLANTED, _target(canary), actor=actor)
    return canary


def _hidden_unit(parent: Unit) -> Unit:
    mark = secrets.choice(_RARE) + secrets.choice(_RARE)
    code = "JC-" + _letters()
    return units.create_unit(
        parent=parent,
        code=code,
        full_name=f"{mark}工作专班（{code}）",
        short_name=f"{mark}专班{code}",
        node_type=Unit.NodeType.SECTION if parent.level > 1 else Unit.NodeType.UNIT,
        actor=SYSTEM,
    )


def _person(unit: Unit, kind: str) -> Person:
    serial = _serial()
    title = planted.TITLE + ("（虚构人员，请勿联系）" if kind in Canary.SHOWN else "") + _letters()
    person = people.add_person(
        unit=unit,
        name=_name(),
        id_number=_id_number(),
        mobile=planted.MOBILE + serial,
        category=Person.Category.EXTERNAL,
        title=title,
        office_phone=planted.PHONE + serial,
        email=f"{_letters().lower()}@{planted.MAIL}",
        room=planted.ROOM + _letters(),
        post={"is_leader": kind == Kind.Q2},
        actor=SYSTEM,
    )
    duty_level = BUREAU_DEPUTY if kind == Kind.Q1 else ""
    Person.objects.filter(pk=person.pk).update(is_listed=kind != Kind.OUTSIDE, duty_level=duty_level)
    return person


def _keep_back(canary: Canary, actor: Actor) -> None:
    """By the same decisions that hide real entries; the others are kept back by what they are."""
    hides: dict[str, dict[str, Any]] = {
        Kind.PERSON: {"person": canary.person},
        Kind.FIELDS: {"person": canary.person, "fields": list(planted.FIELDS)},
        Kind.UNIT: {"unit": canary.unit},
    }
    if canary.kind in hides:
        Hiding.objects.create(
            **hides[canary.kind],
            state=Hiding.State.ACTIVE,
            valid_from=timezone.localdate(),
            reason=f"第{canary.pk}号监测人员",
            proposed_by_name=actor.name,
        )


def _target(canary: Canary) -> tuple[str, str, str]:
    """As the log and messages name it: without his name, which is a secret."""
    return "addressbook.canary", str(canary.pk), f"第{canary.pk}号"


def _letters() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(8))


def _name() -> str:
    for _ in range(100):
        name = secrets.choice(_SURNAMES) + secrets.choice(_RARE) + secrets.choice(_RARE)
        if not Person.objects.filter(name=name).exists():
            return name
    raise invalid("unit", "暂时不能设置，请稍后重试")


def _serial() -> str:
    """The end of his numbers, which no other canary has."""
    for _ in range(100):
        serial = f"{secrets.randbelow(10**4):04}"
        if not Person.objects.filter(office_phone=planted.PHONE + serial).exists():
            return serial
    raise invalid("unit", "暂时不能设置，请稍后重试")


def _id_number() -> str:
    """Of a region that does not exist, born on some day of 1985."""
    born = datetime.date(1985, 1, 1) + datetime.timedelta(days=secrets.randbelow(365))
    body = f"310199{born:%Y%m%d}{secrets.randbelow(1000):03}"
    return body + citizen_id_check_digit(body)


@transaction.atomic
def end(canary: Canary, *, reason: str, actor: Actor) -> Canary:
    """Take him away, with what was made for him; what he found stays."""
    require_right(actor.allows(PLANT.key), PLANT.label)
    canary = Canary.objects.select_for_update(of=("self",)).get(pk=canary.pk)
    require(canary.ended_at is None, "当前状态为“已撤销”，不能执行“撤销”", code="E-STATE-01")
    if not reason.strip():
        raise invalid("reason", "请填写事由")
    for post in Post.objects.filter(person=canary.person_id, is_living=True):
        people.end_post(post, reason="撤销泄露监测人员", actor=SYSTEM)
    if canary.unit is not None:
        merging.revoke_unit(canary.unit, actor=SYSTEM, basis="撤销泄露监测")
    now = timezone.now()
    canary.ended_at = now
    canary.save(update_fields=["ended_at"])
    hidings = Hiding.objects.filter(Q(person=canary.person_id) | Q(unit=canary.unit_id, unit__isnull=False))
    hidings.filter(state=Hiding.State.ACTIVE).update(state=Hiding.State.ENDED, ended_at=now)
    sight.follow_rules() if canary.unit_id else sight.follow_persons([canary.person_id])
    audit.record(CANARY_ENDED, _target(canary), actor=actor, reason=reason)
    return canary


def raise_alarm(canary_id: int, what: str, *, request: HttpRequest, actor: Actor = SYSTEM) -> Leak:
    """An answer told of him, with these words of his entry."""
    viewer = getattr(request, "user", None) or getattr(request, "caller", None)
    return note(
        canary_id,
        what,
        route=(request.resolver_match.view_name if request.resolver_match else "") or "未知页面",
        viewer_person_id=getattr(viewer, "person_id", None),
        viewer_name=viewer.name if viewer is not None else "未登录",
        actor=actor,
    )


def patrol(*, actor: Actor = SYSTEM) -> list[Leak]:
    """泄露巡检: look for the canaries as passers-by would (queries/patrol.py); what was found."""
    return [
        note(
            one.canary_id,
            one.what,
            route=one.place,
            viewer_person_id=None,
            viewer_name=one.viewer,
            actor=actor,
        )
        for one in walk.sightings()
    ]


@transaction.atomic
def note(
    canary_id: int,
    what: str,
    *,
    route: str,
    viewer_person_id: int | None,
    viewer_name: str,
    actor: Actor,
) -> Leak:
    """He was found there. Once a day for each place and viewer: a line in the log, a message, a case."""
    key: dict[str, Any] = {"canary_id": canary_id, "route": route[:120], "viewer_person_id": viewer_person_id}
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            _NEW_LEAK,
            {
                **key,
                "what": what[:60],
                "viewer_name": viewer_name[:60],
                "request_id": request_context.current().request_id,
                "day": timezone.localdate(),
                "at": now,
            },
        )
    leak = Leak.objects.select_for_update(of=("self",)).get(**key, day=timezone.localdate())
    Leak.objects.filter(pk=leak.pk).update(times=F("times") + 1)
    if leak.times == 0:
        _tell(leak, actor)
    return leak


def _tell(leak: Leak, actor: Actor) -> None:
    about = ("addressbook.leak", str(leak.pk), f"{leak.route}，访问人{leak.viewer_name}")
    audit.record(LEAKED, about, actor=actor)
    message_service().send(
        TOLD_LEAKED,
        to=[one.person_id for one in roles.holders_in_district(SECURITY_ADMINISTRATOR.key)],
        about=about,
        words={"route": leak.route, "viewer": leak.viewer_name},
        actor=actor,
        url=reverse("addressbook:leaks"),
    )


@transaction.atomic
def handle(leak: Leak, *, outcome: str, actor: Actor) -> Leak:
    """The security administrator says what was found and done."""
    require_right(actor.allows(APPROVE.key), APPROVE.label)
    leak = Leak.objects.select_for_update(of=("self",)).get(pk=leak.pk)
    text = f"当前状态为“{leak.get_state_display()}”，不能执行“处置”"
    require(leak.state == Leak.State.OPEN, text, code="E-STATE-01")
    if not outcome.strip():
        raise invalid("outcome", "请填写处置结果")
    leak.state, leak.outcome = Leak.State.HANDLED, outcome.strip()
    leak.handled_by_name, leak.handled_at = actor.name, timezone.now()
    leak.save(update_fields=["state", "outcome", "handled_by_name", "handled_at"])
    about = ("addressbook.leak", str(leak.pk), f"{leak.route}，访问人{leak.viewer_name}")
    audit.record(LEAK_HANDLED, about, actor=actor, reason=outcome)
    return leak
