"""Writing the audit log: `record`, called by every action in its transaction. Nothing else adds entries."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import connection, models

from yiwang.kernel import request_context, validators
from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.audit import canonical, sealing
from yiwang.kernel.extension.audit import AuditVerb, audit_verbs

# What an entry is about: a row of the database, or (type, id, title) when there is none.
Target = models.Model | tuple[str, object, str]

_CITIZEN_ID = re.compile(r"(?<![0-9A-Za-z])[1-9][0-9]{5}(?:18|19|20)[0-9]{9}[0-9Xx](?![0-9A-Za-z])")
_MOBILE = re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])")

_INSERT = """
    WITH entry AS (
        INSERT INTO audit_entry (id, at, verb, actor_account_id, actor_name, actor_unit, target_type,
            target_id, target_title, changes, reason, request_id, address, seal)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id)
    INSERT INTO audit_pending (entry_id) SELECT id FROM entry"""


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
    if not connection.in_atomic_block:
        raise RuntimeError(f"audit.record({verb.key}) was called outside of a transaction")
    if verb.key not in audit_verbs:
        raise LookupError(f"{verb.key} is not registered; add it in its app's manifest")
    kind, identity, own_title = _describe(target)
    actor = actor or SYSTEM
    context = request_context.current()
    at = datetime.now(UTC)
    texts = [
        actor.name,
        actor.unit_name,
        kind,
        identity,
        mask(own_title if title is None else title),
        json.dumps(_plain(changes or {}), ensure_ascii=False, default=_text),
        mask(reason),
        context.request_id,
        context.address,
    ]
    texts = [canonical.clean(text) for text in texts]
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('audit_entry_id_seq')")
        (entry_id,) = cursor.fetchone()
        form = canonical.encode(entry_id, at, verb.key, actor.account_id, *texts)
        cursor.execute(_INSERT, [entry_id, at, verb.key, actor.account_id, *texts, sealing.seal(form)])


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
