"""What seeing costs and how soon a change of the rules holds, asked of the database directly.

python -m bench.sight [--people N]: with everybody's rules on (bench/rules.py), in the district of bench.run.
"""

import importlib
import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import click

_HERE = Path(__file__).parent
_VIEWERS, _TEXTS = 40, 50
_REASON = "性能测试中的变更"


@click.command()
@click.option(
    "--people", type=int, default=lambda: int(os.environ.get("PEOPLE") or 10_000), help="size of the district"
)
@click.option("--home", default="", help="where the district is kept (default var/bench-<people>)")
@click.option("--only-changes", is_flag=True, help="only trials (试算) and changes, not searches")
def main(people: int, home: str, only_changes: bool) -> None:
    """Print the cost of the policy's conditions, and the time of each kind of change."""
    folder = Path(home or f"var/bench-{people}").absolute()
    folder.mkdir(parents=True, exist_ok=True)
    os.environ |= {
        "YIWANG_HOME": str(folder),
        "YIWANG_DEMO": "1",
        "YIWANG_DEMO_PASSWORD": "Bench-Lake-2026",
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "PYTHONPATH": str(_HERE.parent),
    }
    importlib.import_module("bench.run").load(people, folder)
    cli = importlib.import_module("yiwang.site.cli")
    with cli.django_with_database():
        measure = importlib.import_module("bench.sight")
        rules = importlib.import_module("bench.rules").load()
        one, five, fifteen = os.getloadavg()
        click.echo(f"{people} people, {rules} rules in force, load {one:.1f} {five:.1f} {fifteen:.1f}")
        for _ in range(0 if only_changes else 3):
            measure.overhead()
        measure.changes()


def overhead() -> None:
    """The same statement with the policy's conditions and without, for ordinary people and administrators."""
    scenarios = importlib.import_module("bench.scenarios")
    principals = importlib.import_module("yiwang.platform.accounts.queries.principals")
    texts = scenarios.typed()[:_TEXTS]
    for label, accounts in (("ordinary", _ordinary()), ("graded administrators", _administrators())):
        viewers = [principals.of_account(pk) for pk in accounts]
        viewers = [_awake(one) for one in viewers]
        _search(viewers, texts)  # policies are worked out, pages are in memory
        ruled, free = [], []
        for text in texts * 8:  # in turn, for the machine is not the same from second to second
            ruled += _search(viewers, [text])
            with _without_rules():
                free += _search(viewers, [text])
        mean, bare = statistics.fmean(ruled), statistics.fmean(free)
        middle, bare_middle = statistics.median(ruled), statistics.median(free)
        click.echo(
            f"search as {label:<22} with rules mean {mean:.3f} ms p50 {middle:.3f}, without {bare:.3f} and"
            f" {bare_middle:.3f}: {mean / bare:.2f}x of the mean, {middle / bare_middle:.2f}x of the median"
        )


def _ordinary() -> list[int]:
    scenarios = importlib.import_module("bench.scenarios")
    return [one.pk for one in scenarios.users()[:_VIEWERS]]


def _administrators() -> list[int]:
    models = importlib.import_module("yiwang.platform.accounts.models")
    granted = models.RoleGrant.objects.filter(role="accounts.graded_administrator", ended_at=None)
    return list(granted.order_by("id").values_list("account_id", flat=True)[:_VIEWERS])


def _awake(principal: Any) -> Any:
    """In administration mode, if he has anything to administer."""
    replace = importlib.import_module("dataclasses").replace
    grants = (*principal.grants, *principal.dormant)
    return replace(principal, grants=grants, permissions=frozenset(one.permission for one in grants))


def _search(viewers: list[Any], texts: list[str]) -> list[float]:
    """Milliseconds of each statement over the persons; what is made of the rows is not counted."""
    search = importlib.import_module("yiwang.platform.addressbook.queries.search")
    connection = importlib.import_module("django.db").connection
    found: list[float] = []

    def timed(execute: Callable[..., Any], sql: str, parameters: Any, many: bool, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, parameters, many, context)
        finally:
            if "person.position > " in sql or "(person.position, person.id) >" in sql:
                found.append((time.perf_counter() - began) * 1000)

    with connection.execute_wrapper(timed):
        for text in texts:
            search.people(viewers[sum(map(ord, text)) % len(viewers)], text)
    return found


@contextmanager
def _without_rules() -> Iterator[None]:
    visibility = importlib.import_module("yiwang.platform.addressbook.queries.visibility")
    kept = vars(visibility)["condition"]
    vars(visibility)["condition"] = lambda viewer: ("TRUE", [])
    try:
        yield
    finally:
        vars(visibility)["condition"] = kept


def changes() -> None:
    """From the decision to the moment at which a reader is answered by it; each is ended again."""
    acts = importlib.import_module("yiwang.platform.addressbook.actions.proposals")
    models = importlib.import_module("yiwang.platform.addressbook.models")
    trial = importlib.import_module("yiwang.platform.addressbook.actions.trial")
    system, security = _actor("system"), _actor("security")
    _clear(acts, security)
    unit, proposals = _proposals(acts, system)
    preset = models.Book.objects.get().preset
    try:
        for label, propose in proposals.items():
            proposal = propose()
            began = time.perf_counter()
            said = trial.deciding(proposal, actor=security).report(security).summary
            tried = time.perf_counter() - began
            began = time.perf_counter()
            acts.approve(proposal, actor=security)
            _read(unit)
            took = time.perf_counter() - began
            click.echo(f"{label:<28} trial {tried:>6.2f} s, in force after {took:>6.2f} s: {said}")
            if isinstance(proposal, models.PresetChange):
                acts.approve(acts.propose_preset(preset=preset, reason=_REASON, actor=system), actor=security)
            else:
                acts.end(proposal, reason=_REASON, actor=security)
    finally:
        _clear(acts, security)


def _clear(acts: Any, security: Any) -> None:
    """What a broken-off run has left behind."""
    models = importlib.import_module("yiwang.platform.addressbook.models")
    for kind in (models.Rule, models.Hiding, models.TierOverride, models.PresetChange):
        for one in kind.objects.filter(reason=_REASON, state="active"):
            acts.end(one, reason=_REASON, actor=security)
        for one in kind.objects.filter(reason=_REASON, state="proposed"):
            acts.refuse(one, opinion=_REASON, actor=security)


def _proposals(acts: Any, system: Any) -> tuple[Any, dict[str, Callable[[], Any]]]:
    """A unit in which somebody will look, and what is proposed by label."""
    models = importlib.import_module("yiwang.platform.addressbook.models")
    org = importlib.import_module("yiwang.platform.org.models")
    units = list(org.Unit.objects.living().filter(level=2, zone=0).order_by("id")[:2])
    deep = org.Unit.objects.living().filter(level=4, zone=0).order_by("-id")[0]
    tag = models.Group.objects.get(source="bench.tag", reference="0")
    fresh, is_new = models.Group.objects.get_or_create(
        source="bench.tag", reference="fresh", defaults={"label": "新标签"}
    )
    if is_new:
        models.GroupMember.objects.bulk_create(
            models.GroupMember(group=fresh, person_id=one)
            for one in models.GroupMember.objects.filter(group=tag).values_list("person_id", flat=True)
        )
    members = models.GroupMember.objects.filter(group=fresh).count()
    preset = models.Book.objects.get().preset
    switches = {
        f"preset switch to {other}": partial(acts.propose_preset, preset=other, reason=_REASON, actor=system)
        for other in ("graded", "open", "strict")
        if other != preset
    }
    return units[0], {
        "unit rule": lambda: acts.propose_rule(
            viewer=units[0], target=units[1], mode=1, reason=_REASON, actor=system
        ),
        "hiding of a unit": lambda: acts.propose_hiding(
            deep, scope="everybody", reason=_REASON, actor=system
        ),
        f"tag rule, {members} members": lambda: acts.propose_rule(
            viewer=units[0], target=fresh, mode=1, reason=_REASON, actor=system
        ),
        **switches,
    }


def _actor(kind: str) -> Any:
    models = importlib.import_module("yiwang.platform.accounts.models")
    principals = importlib.import_module("yiwang.platform.accounts.queries.principals")
    given = models.RoleGrant.objects.filter(role=f"accounts.{kind}_administrator", ended_at=None)
    return _awake(principals.of_account(given.order_by("id").values_list("account_id", flat=True)[0]))


def _read(unit: Any) -> None:
    """Somebody of that unit asks, and his policy is worked out anew."""
    org = importlib.import_module("yiwang.platform.org.models")
    policy = importlib.import_module("yiwang.platform.addressbook.queries.policy")
    policy.of(org.Person.objects.filter(unit_path__startswith=unit.path).values_list("pk", flat=True)[0])


if __name__ == "__main__":
    main()
