"""What administrators do in the console that no other app owns."""

from django.db import transaction

from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.audit.vocabulary import LOG_READ, READ
from yiwang.kernel.errors import not_found, require


@transaction.atomic
def open_log(*, narrowed_by: str, actor: Actor) -> None:
    """Reading the audit log is itself remembered (domain reference §19.9)."""
    if not actor.allows(READ.key):
        raise not_found()
    require(actor.account_id is not None, "未找到该内容", status=404)
    audit.record(LOG_READ, ("audit.entry", "", "审计日志"), actor=actor, reason=narrowed_by)
