"""泄露监测: planting persons who do not exist, and the alarm when an answer tells of one of them."""

import datetime
import secrets
import string

from django.db import connection, transaction
from django.db.models import F
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
from yiwang.platform.addressbook.models import Canary, Leak
from yiwang.platform.addressbook.vocabulary import (
    APPROVE,
    CANARY_ENDED,
    CANARY_PLANTED,
    LEAK_HANDLED,
    LEAKED,
    PLANT,
    TOLD_LEAKED,
)
from yiwang.platform.org.actions import people
from yiwang.platform.org.models import Person, Post, Unit

MOST = 10
# A compound surname with two characters that hardly any name has: found nowhere by chance.
_SURNAMES = ("司空", "澹台", "公冶", "濮阳", "淳于", "钟离", "呼延", "端木")
_RARE = "彧翃翀昶翯璟戬婳韫翾曈曜晞暘瑀瑄玥珩琤璠"
_NEW_LEAK = """
INSERT INTO addressbook_leak (canary_id, route, viewer_person_id, viewer_name, request_id, day, at,
    times, state, outcome, handled_by_name)
VALUES (%s, %s, %s, %s, %s, %s, %s, 0, 'open', '', '') ON CONFLICT DO NOTHING
"""
_LETTERS = string.ascii_uppercase + string.digits


@transaction.atomic
def plant(unit: Unit, *, actor: Actor) -> Canary:
    """Put a fictitious person into the unit: in no count, in no list, without an account."""
    require_right(actor.allows(PLANT.key), PLANT.label)
    unit = Unit.objects.select_for_update(of=("self",)).get(pk=unit.pk)
    require(unit.status == Unit.Status.ACTIVE, "该机构已撤销")
    require(Canary.objects.filter(ended_at=None).count() < MOST, f"监测人员不超过{MOST}名")
    person = people.add_person(
        unit=unit,
        name=_name(),
        id_number=_id_number(),
        mobile=f"199{secrets.randbelow(10**8):08}",
        category=Person.Category.EXTERNAL,
        title="监测岗" + "".join(secrets.choice(_LETTERS) for _ in range(8)),
        actor=SYSTEM,
    )
    Person.objects.filter(pk=person.pk).update(is_listed=False)
    sight.follow_persons([person.pk])
    canary = Canary.objects.create(person=person, created_by_name=actor.name)
    audit.record(CANARY_PLANTED, _target(canary), actor=actor)
    return canary


def _target(canary: Canary) -> tuple[str, str, str]:
    """As the log and messages name it: without his name, which is a secret."""
    return "addressbook.canary", str(canary.pk), f"第{canary.pk}号"


def _name() -> str:
    for _ in range(100):
        name = secrets.choice(_SURNAMES) + secrets.choice(_RARE) + secrets.choice(_RARE)
        if not Person.objects.filter(name=name).exists():
            return name
    raise invalid("unit", "暂时不能设置，请稍后重试")


def _id_number() -> str:
    """Of a region that does not exist, born on some day of 1985."""
    born = datetime.date(1985, 1, 1) + datetime.timedelta(days=secrets.randbelow(365))
    body = f"310199{born:%Y%m%d}{secrets.randbelow(1000):03}"
    return body + citizen_id_check_digit(body)


@transaction.atomic
def end(canary: Canary, *, reason: str, actor: Actor) -> Canary:
    """Take him away; what he found stays."""
    require_right(actor.allows(PLANT.key), PLANT.label)
    canary = Canary.objects.select_for_update(of=("self",)).get(pk=canary.pk)
    require(canary.ended_at is None, "当前状态为“已撤销”，不能执行“撤销”", code="E-STATE-01")
    if not reason.strip():
        raise invalid("reason", "请填写事由")
    for post in Post.objects.filter(person=canary.person_id, is_living=True):
        people.end_post(post, reason="撤销泄露监测人员", actor=SYSTEM)
    canary.ended_at = timezone.now()
    canary.save(update_fields=["ended_at"])
    sight.announce()
    audit.record(CANARY_ENDED, _target(canary), actor=actor, reason=reason)
    return canary


@transaction.atomic
def raise_alarm(canary_id: int, *, request: HttpRequest, actor: Actor = SYSTEM) -> Leak:
    """An answer told of him. Once a day for each place and viewer: a line in the log, a message, a case."""
    viewer = getattr(request, "user", None) or getattr(request, "caller", None)
    route = (request.resolver_match.view_name if request.resolver_match else "") or "未知页面"
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            _NEW_LEAK,
            [
                canary_id,
                route[:120],
                getattr(viewer, "person_id", None),
                viewer.name if viewer is not None else "未登录",
                request_context.current().request_id,
                timezone.localdate(),
                now,
            ],
        )
    leak = Leak.objects.select_for_update(of=("self",)).get(
        canary_id=canary_id,
        route=route[:120],
        viewer_person_id=getattr(viewer, "person_id", None),
        day=timezone.localdate(),
    )
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
