"""Writing the audit log: `record`, called by every action in its transaction. Nothing else adds entries."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import connection, models, transaction

from yiwang.kernel import database, request_context, validators
from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.audit import canonical, chain, sealing
from yiwang.kernel.audit.models import Anchor
from yiwang.kernel.extension.audit import AuditVerb, audit_verbs

# What an entry is about: a row of the database, or (type, id, title) when there is none.
Target = models.Model | tuple[str, object, str]

_CITIZEN_ID = re.compile(r"(?<![0-9A-Za-z])[1-9][0-9]{5}(?:18|19|20)[0-9]{9}[0-9Xx](?![0-9A-Za-z])")
_MOBILE = re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])")

_COLUMNS = """id, at, verb, actor_account_id, actor_name, actor_unit, target_type, target_id, target_title,
    changes, reason, request_id, address, seal"""
_INSERT = f"""
    WITH entry AS (
        INSERT INTO audit_entry ({_COLUMNS})
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id)
    INSERT INTO audit_pending (entry_id) SELECT id FROM entry RETURNING entry_id"""

_LARGEST_ANCHOR = 10_000
_WAITING = f"""
    SELECT p.entry_id, CASE WHEN e.id IS NOT NULL THEN {canonical.SQL} END
    FROM audit_pending p LEFT JOIN audit_entry e ON e.id = p.entry_id ORDER BY p.entry_id LIMIT %s"""


def mask(text: str) -> str:
    """The text with every identity and mobile number made unreadable. `record` does it to all it is given."""
    text = _CITIZEN_ID.sub(lambda found: validators.mask_citizen_id(found[0]), text)
    return _MOBILE.sub(lambda found: validators.mask_mobile(found[0]), text)


def record(
    verb: AuditVerb,
    target: Target,
    *,
    actor: Actor | None,
    reason: str = "",
    changes: Mapping[str, object] | None = None,
    title: str | None = None,
) -> None:
    """Remember that the actor did this to the target. It stands or falls with the transaction it is part of.

    changes: field -> [old, new], as plain data. title: how the target is called in the log, by default its
    text form. actor None is the system.
    """
    _require_known(verb)
    kind, identity, own_title = _describe(target)
    heading = own_title if title is None else title
    (drawn,) = database.planned("SELECT nextval('audit_entry_id_seq') AS id", ())
    event = Event((kind, identity, heading), reason, changes or {})
    database.planned(_INSERT, _row(drawn["id"], datetime.now(UTC), verb, actor, event))


@dataclass(frozen=True, slots=True)
class Event:
    """What `record_many` remembers of one of many acts of a kind. target: (type, id, title)."""

    target: tuple[str, object, str]
    reason: str = ""
    changes: Mapping[str, object] = field(default_factory=dict)


def record_many(verb: AuditVerb, events: Sequence[Event], *, actor: Actor | None) -> None:
    """Remember many acts of one kind, as `record` would one by one, in a few statements."""
    _require_known(verb)
    at = datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('audit_entry_id_seq') FROM generate_series(1, %s)", [len(events)])
        ids = [entry_id for (entry_id,) in cursor.fetchall()]
        with cursor.copy(f"COPY audit_entry ({_COLUMNS}) FROM STDIN") as copy:
            for entry_id, event in zip(ids, events, strict=True):
                copy.write_row(_row(entry_id, at, verb, actor, event))
        cursor.execute("INSERT INTO audit_pending (entry_id) SELECT unnest(%s::bigint[])", [ids])


def _require_known(verb: AuditVerb) -> None:
    if not connection.in_atomic_block:
        raise RuntimeError(f"audit.record({verb.key}) was called outside of a transaction")
    if verb.key not in audit_verbs:
        raise LookupError(f"{verb.key} is not registered; add it in its app's manifest")


def _row(entry_id: int, at: datetime, verb: AuditVerb, actor: Actor | None, event: Event) -> list[Any]:
    """The values of _COLUMNS, cleaned, masked and sealed."""
    actor = actor or SYSTEM
    context = request_context.current()
    kind, identity, title = event.target
    texts = [
        actor.name,
        actor.unit_name,
        kind,
        str(identity),
        mask(title),
        json.dumps(_plain(event.changes), ensure_ascii=False, default=_text),
        mask(event.reason),
        context.request_id,
        context.address,
    ]
    texts = [canonical.clean(text) for text in texts]
    form = canonical.encode(entry_id, at, verb.key, actor.account_id, *texts)
    return [entry_id, at, verb.key, actor.account_id, *texts, sealing.seal(form)]


def record_key_change(*, verb: AuditVerb, purpose: str, version: int, actor: Actor | None) -> None:
    """Remember the rotation of a key; the cryptography module, which lies below, announces it."""
    record(verb, ("crypto.datakey", f"{purpose}/{version}", purpose), actor=actor)


def _describe(target: Target) -> tuple[str, str, str]:
    if isinstance(target, models.Model):
        return target._meta.label_lower, str(target.pk), str(target)
    kind, identity, title = target
    return kind, str(identity), title


def _plain(value: object) -> Any:
    """Changes without personal numbers, also inside lists and mappings."""
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def _text(value: object) -> str:
    """Dates, codes and the like, as text."""
    return mask(str(value))


def extend_chain(*, actor: Actor | None) -> int:
    """Anchor all rows that are committed and not anchored yet; how many there were.

    Rows are taken up in the order of their ids; one whose transaction ends later simply comes into a later
    anchor. Nobody who records waits for the chain, and the chain waits for nobody.
    """
    rows = 0
    while added := _add_anchor():
        rows += added
    return rows


@transaction.atomic
def _add_anchor() -> int:
    """Take up the next rows that wait; 0 when there are none."""
    database.lock("audit.chain")
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [_LARGEST_ANCHOR])
        waiting = [(entry_id, bytes(form or chain.missing_form(entry_id))) for entry_id, form in cursor]
    if not waiting:
        return 0
    ids = [entry_id for entry_id, _ in waiting]
    last = Anchor.objects.order_by("-number").first()
    number, total = (last.number + 1, last.total + len(ids)) if last else (1, len(ids))
    before = (bytes(last.digest), bytes(last.signature)) if last else (chain.NOTHING, chain.NOTHING)
    at = datetime.now(UTC)
    moment = canonical.microseconds(at)
    digest = chain.digest(before, number, moment, [form for _, form in waiting])
    statement = chain.Statement(number, moment, total, min(ids), max(ids), digest.hex())
    signature = statement.sign()
    Anchor.objects.create(
        number=number, at=at, entry_ids=ids, total=total, digest=digest, signature=signature
    )
    with connection.cursor() as cursor:  # an array, where the ORM would send ten thousand parameters
        cursor.execute("DELETE FROM audit_pending WHERE entry_id = ANY(%s)", [ids])
    transaction.on_commit(lambda: chain.write_copy(statement, signature))
    return len(ids)
