"""What is done to the sandbox: filled once, cleared for one application or for all.

Never on the real platform: there every one of these acts is refused.
"""

import datetime
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone

from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.extension.open_calls import scopes
from yiwang.platform.accounts.actions import lifecycle
from yiwang.platform.accounts.models import Account
from yiwang.platform.clients.actions import clients
from yiwang.platform.clients.models import Client, OpenEvent, OpenJob, Repeat
from yiwang.platform.messages.models import Message
from yiwang.platform.org.actions import people, units
from yiwang.platform.org.models import Person, Unit
from yiwang.platform.tags.actions import member, share
from yiwang.platform.tags.actions import tag as tags
from yiwang.platform.tags.models import Tag
from yiwang.platform.todos.models import EarlyAct, Item
from yiwang.site.sandbox import organisation
from yiwang.site.sandbox.rules import require_sandbox
from yiwang.site.sandbox.vocabulary import CLEARED, LOADED, RESET

_OPENED = datetime.date(2020, 1, 1)


class _Keeper:
    """Sees everybody there; no session stands behind it."""

    account_id, person_id, unit_path, is_temporary = None, 0, "", False

    def allows(self, permission: str, *, at: str | None = None) -> bool:
        return True

    def scopes(self, permission: str) -> list[tuple[str, bool]]:
        return [("", True)]


@transaction.atomic
def load(*, actor: Actor = SYSTEM) -> int:
    """The fictitious organisation into the sandbox's empty database; how many people there are."""
    require_sandbox()
    if Unit.objects.exists():
        return Person.objects.count()
    _begin_numbers()
    made = _load_units(actor)
    found = _load_people(made, actor)
    _load_tags(found, actor)
    changes = {"units": [0, len(made)], "people": [0, len(found)]}
    audit.record(LOADED, made[organisation.ROOT], actor=actor, changes=changes)
    return len(found)


def _begin_numbers() -> None:
    """Persons and units of the sandbox bear numbers that nobody on the real platform bears."""
    with connection.cursor() as cursor:
        for model in (Person, Unit, Tag):
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s, false)",
                [model._meta.db_table, organisation.FIRST_ID],
            )


def _load_units(actor: Actor) -> dict[str, Unit]:
    made: dict[str, Unit] = {}
    for code, parent, full_name, short_name, node_type in organisation.UNITS:
        made[code] = units.create_unit(
            parent=Unit.objects.get(pk=made[parent].pk) if parent else None,
            code=code,
            full_name=full_name,
            short_name=short_name,
            node_type=node_type,
            valid_from=_OPENED,
            actor=actor,
        )
    return made


def _load_people(made: dict[str, Unit], actor: Actor) -> list[tuple[organisation.Someone, Person]]:
    """Each with an account that receives and that nobody can log in with: it has no password."""
    found = []
    for one in organisation.people():
        person = people.add_person(
            unit=made[one.unit],
            name=one.name,
            id_number=one.id_number,
            mobile=one.mobile,
            category=Person.Category.ESTABLISHED,
            title=one.title,
            office_phone="021-59000000",
            post={"is_head": one.is_first},
            actor=actor,
        )
        account = lifecycle.open_account(
            person, login_name=one.login_name, kind=Account.Kind.USER, is_verified=True, actor=actor
        )
        Account.objects.filter(pk=account.pk).update(state=Account.State.ACTIVE, activated_at=timezone.now())
        found.append((one, person))
    return found


def _load_tags(found: list[tuple[organisation.Someone, Person]], actor: Actor) -> None:
    keeper: Any = _Keeper()
    root = Unit.objects.get(code=organisation.ROOT)
    for name, group, note, whom in organisation.TAGS:
        one = tags.make_tag(root, name=name, group=group, note=note, actor=actor)
        marked = [person.pk for someone, person in found if organisation.is_marked(someone, whom)]
        member.add_members(one, persons=marked, units=[], actor=actor, viewer=keeper)
        share.share_tag(one, units=[root.pk], actor=actor, viewer=keeper)


@transaction.atomic
def order(*, name: str, domains: list[str], actor: Actor = SYSTEM) -> Client:
    """An application of a vendor: it may do everything, and only here."""
    require_sandbox()
    root = Unit.objects.get(code=organisation.ROOT)
    made = clients.register(
        root,
        name=name,
        scopes=[one.key for one in scopes],
        fields=list(Client.Field.values),
        ranges=[root],
        domains=domains,
        is_sandbox=True,
        actor=actor,
    )
    return clients.enable(made, actor=actor)


@transaction.atomic
def clear(client: Client, *, actor: Actor = SYSTEM) -> int:
    """What one application has done there: to-dos, messages, tags, events; how many of the first two."""
    require_sandbox()
    client = clients.locked(client)
    items = Item.objects.filter(app=client.client_id)
    messages = Message.objects.filter(app=client.client_id)
    number = items.count() + messages.count()
    for rows in (
        items,
        messages,
        EarlyAct.objects.filter(app=client.client_id),
        Tag.objects.filter(client_id=client.client_id),
        OpenEvent.objects.filter(client=client),
        OpenJob.objects.filter(client=client),
        Repeat.objects.filter(client=client),
    ):
        _delete(rows)
    audit.record(CLEARED, client, actor=actor, changes={"rows": [number, 0]})
    return number


@transaction.atomic
def reset(*, actor: Actor = SYSTEM) -> int:
    """Every night: the same for all applications."""
    number = sum(clear(one, actor=actor) for one in Client.objects.order_by("pk"))
    root = Unit.objects.get(code=organisation.ROOT)
    audit.record(RESET, root, actor=actor, changes={"rows": [number, 0]})
    return number


def _delete(rows: models.QuerySet[Any]) -> None:
    """With everything that points at them. Modules forbid it on the real platform, where nothing is lost."""
    ids = list(rows.values_list("pk", flat=True))
    if not ids:
        return
    for field in rows.model._meta.get_fields(include_hidden=True):
        if isinstance(field, models.ManyToOneRel) and field.related_model is not rows.model:
            child: Any = field.related_model
            all_rows = child._base_manager  # noqa: SLF001  Django's documented name for it
            _delete(all_rows.filter(**{f"{field.field.name}__in": ids}))
    with connection.cursor() as cursor:
        quoted = connection.ops.quote_name
        table, key = quoted(rows.model._meta.db_table), quoted(str(rows.model._meta.pk.column))
        cursor.execute(f"DELETE FROM {table} WHERE {key} = ANY(%s)", [ids])
