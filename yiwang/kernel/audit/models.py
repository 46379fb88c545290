"""The audit log: entries, those not yet anchored, and the signed anchors that chain them.

Nothing here is ever changed or deleted: triggers refuse it (migration 0002), and there is no code for it.
How the parts protect one another: docs/adr/0006-audit-chain.md.
"""

import json
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models

from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import vocabulary
from yiwang.kernel.extension.audit import audit_verbs


class EntryQuerySet(models.QuerySet["Entry"]):
    """Log rows."""

    def visible_to(self, user: Actor | None) -> Self:
        """All for the audit administrator, none for anybody else (domain reference §19.2)."""
        may_read = user is not None and user.allows(vocabulary.READ.key)
        return self.all() if may_read else self.none()


class Entry(models.Model):
    """One act that somebody did. Names and titles are copies: the row can be read when all of them are gone.

    changes: JSON text {field: [old, new]}, kept to the letter because it is sealed.
    seal: key version (2) ‖ HMAC-SM3(audit key, canonical row)[:16].
    """

    at = models.DateTimeField()
    verb = models.CharField(max_length=100)
    actor_account_id = models.BigIntegerField(null=True)
    actor_name = models.TextField()
    actor_unit = models.TextField()
    target_type = models.TextField()
    target_id = models.TextField()
    target_title = models.TextField()
    changes = models.TextField(default="{}")
    reason = models.TextField()
    request_id = models.TextField()
    address = models.TextField()
    seal = models.BinaryField()

    objects = EntryQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["at"], name="audit_entry_at"),
            models.Index(fields=["actor_account_id", "at"], name="audit_entry_actor"),
            models.Index(fields=["target_type", "target_id", "at"], name="audit_entry_target"),
        ]
        verbose_name = "审计日志"

    def __str__(self) -> str:
        return f"{self.actor_name}{self.sentence}"

    @property
    def sentence(self) -> str:
        """The verb's sentence with target and reason, as in 「停用了账号张三」."""
        sentence = audit_verbs.get(self.verb).sentence if self.verb in audit_verbs else self.verb
        return sentence.replace("{target}", self.target_title).replace("{reason}", self.reason)

    @property
    def changed_fields(self) -> dict[str, Any]:
        """The changes as data."""
        return dict(json.loads(self.changes))


class Pending(models.Model):
    """An entry that no anchor holds yet. It comes with the entry and goes when an anchor takes it up."""

    entry_id = models.BigIntegerField(primary_key=True)

    class Meta:
        verbose_name = "待锚定日志"

    def __str__(self) -> str:
        return str(self.entry_id)


class Anchor(models.Model):
    """A signed link of the chain: it takes up the rows entry_ids and vouches for all rows before it.

    number: 1, 2, 3 … without gaps. total: rows up to and with this anchor.
    digest: SM3 over the previous anchor's digest and signature, this head, and the rows (chain.py).
    signature: SM2 of the key provider's AUDIT key over `chain.statement`.
    """

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    entry_ids = ArrayField(models.BigIntegerField())
    total = models.BigIntegerField()
    digest = models.BinaryField()
    signature = models.BinaryField()

    class Meta:
        verbose_name = "审计锚点"

    def __str__(self) -> str:
        return f"第{self.number}号锚点"
