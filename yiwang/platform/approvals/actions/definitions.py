"""Keeping shipped procedures as versioned definitions."""

import logging

from django.db import IntegrityError, transaction

from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.extension.approvals import Procedure, procedures
from yiwang.platform.approvals.models import Definition
from yiwang.platform.approvals.queries import definitions
from yiwang.platform.approvals.vocabulary import DEFINED

log = logging.getLogger(__name__)


def store_shipped(*, actor: Actor = SYSTEM) -> list[Definition]:
    """Store whatever was shipped in a new version; what stands."""
    return [in_force(one.key, actor=actor) for one in procedures]


@transaction.atomic
def in_force(procedure: str, *, actor: Actor = SYSTEM) -> Definition:
    """The version by which a new instance runs; a shipped one that is newer is stored now."""
    shipped = procedures.get(procedure)
    known = definitions.latest(procedure)
    if known is not None and known.version >= shipped.version:
        _warn_of_change(shipped, known)
        return known
    try:
        with transaction.atomic():
            stored = Definition.objects.create(
                procedure=procedure, version=shipped.version, **definitions.columns_of(shipped)
            )
    except IntegrityError:  # stored by somebody else at the same moment
        return Definition.objects.get(procedure=procedure, version=shipped.version)
    audit.record(DEFINED, stored, actor=actor)
    return stored


def _warn_of_change(shipped: Procedure, known: Definition) -> None:
    """Steps that were changed without a new version take effect for nobody: a bug, but nobody shall wait."""
    if known.version == shipped.version and known.steps != definitions.columns_of(shipped)["steps"]:
        log.error("%s: its steps were changed; raise its version", shipped.key)
