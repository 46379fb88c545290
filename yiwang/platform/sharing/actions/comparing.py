"""The full comparison (全量比对): what the directory holds against what it shall hold; mends differences."""

import datetime
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from yiwang.kernel import database
from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.audit import actions as audit
from yiwang.platform.sharing.actions import ledger
from yiwang.platform.sharing.gateways import directory as gateway
from yiwang.platform.sharing.models import Comparison, PushRecord, SharedPerson
from yiwang.platform.sharing.vocabulary import COMPARED

Wanted = SharedPerson.Wanted


def compare(*, actor: Actor = SYSTEM, now: datetime.datetime | None = None) -> Comparison:
    """Count everybody anew, read the whole directory, and put right what differs."""
    now = now or timezone.now()
    ledger.refresh(None, actor=actor, now=now)
    try:
        service = gateway.directory()
        theirs = _listed(service)
    except gateway.Unreachable as problem:
        return _failed(str(problem), actor, now)
    made, strangers = reconcile(theirs, actor=actor, now=now)
    for key, version in strangers.items():  # nobody of ours: a remainder of an earlier life
        try:
            service.delete(key, version + 1)
        except (gateway.Unreachable, gateway.NotTaken) as problem:
            Comparison.objects.filter(pk=made.pk).update(fault=str(problem)[:200])
            break
        remember_stranger(version + 1, actor=actor, now=now)
    made.refresh_from_db()
    return made


def _listed(service: gateway.Directory) -> dict[str, int]:
    found: dict[str, int] = {}
    after = ""
    while True:
        rows, after = service.listed(after)
        found |= {row.key: row.version for row in rows}
        if not after:
            return found


@transaction.atomic
def _failed(problem: str, actor: Actor, now: datetime.datetime) -> Comparison:
    ours = SharedPerson.objects.filter(wanted=Wanted.PRESENT).count()
    return _keep(actor, now, ours=ours, fault=problem[:200])


def _keep(actor: Actor, now: datetime.datetime, *, fault: str = "", **counts: int) -> Comparison:
    zero = dict.fromkeys(("ours", "theirs", "missing", "surplus", "different"), 0)
    made = Comparison.objects.create(at=now, by_name=actor.name, fault=fault, **{**zero, **counts})
    title = fault or f"缺少{made.missing}人、多出{made.surplus}人、版本不一致{made.different}人"
    audit.record(COMPARED, made, actor=actor, title=title)
    return made


@transaction.atomic
def reconcile(
    theirs: Mapping[str, int], *, actor: Actor, now: datetime.datetime
) -> tuple[Comparison, dict[str, int]]:
    """What differs is pushed again under a higher version; keys that are nobody's are answered."""
    database.lock("sharing.push")
    rows = {row.key.hex: row for row in SharedPerson.objects.select_for_update()}
    missing, surplus, different = [], [], []
    for key, row in rows.items():
        is_settled, version = row.version == row.confirmed_version, theirs.get(key)
        if not is_settled:
            continue  # on its way
        if row.wanted == Wanted.PRESENT and version is None:
            missing.append(row)
        elif row.wanted == Wanted.PRESENT and version != row.version:
            different.append(row)
        elif row.wanted == Wanted.ABSENT and version is not None:
            surplus.append(row)
    for row in (*missing, *different, *surplus):
        row.version = max(row.version, theirs.get(row.key.hex, 0)) + 1
        row.due_at, row.tries = now, 0
    SharedPerson.objects.bulk_update(
        [*missing, *different, *surplus], ["version", "due_at", "tries"], batch_size=1_000
    )
    strangers = {key: version for key, version in theirs.items() if key not in rows}
    made = _keep(
        actor,
        now,
        ours=sum(row.wanted == Wanted.PRESENT for row in rows.values()),
        theirs=len(theirs),
        missing=len(missing),
        surplus=len(surplus) + len(strangers),
        different=len(different),
    )
    return made, strangers


@transaction.atomic
def remember_stranger(version: int, *, actor: Actor, now: datetime.datetime) -> None:
    """An entry that was nobody's was taken out of the directory."""
    PushRecord.objects.create(
        at=now,
        act=PushRecord.Act.DELETE,
        person=None,
        person_name="（不在本区名册）",
        version=version,
        tries=1,
        outcome=PushRecord.Outcome.CONFIRMED,
        detail="全量比对清除",
    )
    audit.record(COMPARED, ("sharing.pushrecord", "", "清除1条多出的记录"), actor=actor)
