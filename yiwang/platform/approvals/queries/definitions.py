"""Finding the version of a procedure that is in force."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Count, Q

from yiwang.kernel.errors import not_found
from yiwang.kernel.extension.approvals import Procedure, procedures, resolvers, subjects
from yiwang.platform.approvals.models import Definition, Instance

_MODES = {"any": "一人办理即可", "all": "会签，全部办理", "ordered": "会签，依次办理"}


def latest(procedure: str) -> Definition | None:
    """The newest stored version."""
    return Definition.objects.filter(procedure=procedure).order_by("-version").first()


def columns_of(shipped: Procedure) -> dict[str, Any]:
    """The shipped procedure as a row keeps it."""
    return {
        "label": shipped.label,
        "subject": shipped.subject,
        "kind": str(shipped.kind),
        "steps": [asdict(step) | {"arguments": dict(step.arguments)} for step in shipped.steps],
        "may_skip_own": shipped.may_skip_own,
        "may_suspend": shipped.may_suspend,
    }


@dataclass(frozen=True)
class Overview:
    """A procedure as the console lists it. stored: whether an instance has run by this version already."""

    key: str
    label: str
    subject: str
    version: int
    steps: int
    running: int
    stored: bool


def overview() -> list[Overview]:
    """Every procedure that is shipped, or that instances still run by."""
    newest = {one.procedure: one for one in Definition.objects.order_by("version")}
    open_ones = Count("pk", filter=Q(state__in=Instance.OPEN))
    running = dict(
        Instance.objects.values("definition__procedure")
        .annotate(n=open_ones)
        .values_list("definition__procedure", "n")
    )
    rows = []
    for key in sorted({one.key for one in procedures} | newest.keys()):
        one = in_words(key, newest.get(key))
        rows.append(
            Overview(
                key,
                one.label,
                _subject(one.subject),
                one.version,
                len(one.steps),
                running.get(key, 0),
                one.pk is not None,
            )
        )
    return rows


def in_words(key: str, stored: Definition | None) -> Definition:
    """The version in force: the stored one, or a shipped one that is newer and has not been used yet."""
    shipped = procedures.get(key) if key in procedures else None
    if shipped is not None and (stored is None or shipped.version > stored.version):
        return Definition(procedure=key, version=shipped.version, **columns_of(shipped))
    if stored is None:
        raise not_found()
    return stored


def versions_of(procedure: str) -> list[Definition]:
    """All versions, the newest first; 404 for a procedure that never was."""
    stored = list(Definition.objects.filter(procedure=procedure).order_by("-version"))
    newest = in_words(procedure, stored[0] if stored else None)
    return stored if stored and newest is stored[0] else [newest, *stored]


def labels() -> list[tuple[str, str]]:
    """Key and name of every procedure, for a filter."""
    known = dict(Definition.objects.order_by("version").values_list("procedure", "label"))
    known |= {one.key: one.label for one in procedures}
    return sorted(known.items(), key=lambda pair: pair[1])


def steps_of(definition: Definition) -> Sequence[tuple[str, str, str, str, str]]:
    """Each step in words: label, who, how it is decided, its term, what is special."""
    return [
        (
            step.label,
            resolvers.get(step.who).label if step.who in resolvers else step.who,
            _MODES.get(step.mode, step.mode),
            f"{step.workdays}个工作日" if step.workdays else "不限",
            "、".join(
                word
                for word, holds in (
                    ("按条件经过", bool(step.when)),
                    ("不得转办", not step.may_pass_on),
                    ("不得加签", not step.may_add),
                )
                if holds
            ),
        )
        for step in definition.plan
    ]


def _subject(key: str) -> str:
    return subjects.get(key).label if key in subjects else key
