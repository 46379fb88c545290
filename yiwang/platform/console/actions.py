"""What administrators do in the console that no other app owns."""

from collections.abc import Sequence

from django.db import transaction

from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.audit.vocabulary import LOG_READ, READ
from yiwang.kernel.errors import not_found, require
from yiwang.kernel.extension.imports import Incoming
from yiwang.platform.console.queries import unit_import
from yiwang.platform.console.vocabulary import READ_UNIT_LOG, UNIT_LOG_READ, UNITS_IMPORTED
from yiwang.platform.org.actions import units


@transaction.atomic
def import_units(rows: Sequence[Incoming], *, actor: Actor) -> None:
    """Set up and correct the units of a workbook, all or none (批量导入)."""
    units.enter_units([unit_import.facts(row.cells) for row in rows], actor=actor, basis="批量导入")
    audit.record(UNITS_IMPORTED, ("org.unit", "", f"{len(rows)}个机构"), actor=actor)


@transaction.atomic
def open_unit_log(*, narrowed_by: str, actor: Actor) -> None:
    """The administrators' own part of the log is read by one of them: remembered too (§19.9)."""
    if not actor.allows(READ_UNIT_LOG.key):
        raise not_found()
    audit.record(UNIT_LOG_READ, ("audit.entry", "", "管理操作记录"), actor=actor, reason=narrowed_by)


@transaction.atomic
def open_log(*, narrowed_by: str, actor: Actor) -> None:
    """Reading the audit log is itself remembered (domain reference §19.9)."""
    if not actor.allows(READ.key):
        raise not_found()
    require(actor.account_id is not None, "未找到该内容", status=404)
    audit.record(LOG_READ, ("audit.entry", "", "审计日志"), actor=actor, reason=narrowed_by)
