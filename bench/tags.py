"""Tags: a rule of the whole district resolved, one of a graded administrator tried, pages of members."""

import json
import statistics
from collections.abc import Callable, Sequence
from typing import Any

import click
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from bench import administrators
from bench.requests import Request
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.org.models import Unit
from yiwang.platform.tags.actions import share
from yiwang.platform.tags.actions import tag as acts
from yiwang.platform.tags.models import Tag
from yiwang.platform.tags.queries import compiled, members, reach
from yiwang.platform.tags.rules import language
from yiwang.site.demo.tags import KEEPER

_TIMES = 7
# Whom they mean at 300,000 people: a third of all, some thousands, some hundreds.
_RULES: dict[str, Callable[[int], dict[str, Any]]] = {
    "街镇在编人员": lambda towns: {"all": [{"post": {"units": [towns]}}, {"category": ["established"]}]},
    "科长": lambda towns: {"post": {"titles": ["科长"]}},
    "街镇女性部门负责人": lambda towns: {
        "all": [{"post": {"units": [towns], "head": True}}, {"sex": ["female"]}]
    },
}


def pages(cookies: Sequence[str], password: str) -> list[Request]:
    """A tag of the whole district, shared with everybody: the members that each administrator may see."""
    towns = Unit.objects.get(level=1, short_name="镇街道").pk
    made = {name: _tag(name, rule(towns)) for name, rule in _RULES.items()}
    measure(made)
    addresses = [reverse("tags:members", args=[one.pk]) for one in made.values()]
    return [Request(path, branch.cookie) for branch in administrators.branches() for path in addresses]


@transaction.atomic
def _tag(name: str, rule: dict[str, Any]) -> Tag:
    root = Unit.objects.get(level=0, status=Unit.Status.ACTIVE)
    found = Tag.objects.living().filter(unit=root, name=f"性能{name}").select_related("unit").first()
    if found is None:
        found = acts.make_tag(root, name=f"性能{name}", rule=rule, actor=SYSTEM)
        share.share_tag(found, units=[root.pk], actor=SYSTEM, viewer=KEEPER)
    return found


def measure(made: dict[str, Tag]) -> None:
    """What the database spends on each: all of them, a page of 1,000, within what a town may see."""
    town = Unit.objects.filter(level=2, parent__short_name="镇街道").order_by("pk")[0]
    for name, one in made.items():
        people = len(members.person_ids(one))
        whole, values = members.members_of(one, None)
        whole = f"SELECT person.id FROM org_person person WHERE {whole} ORDER BY person.id"
        statements = {
            "全部解析": (whole, values),
            "每页1000人": (f"{whole} LIMIT 1000", values),
            "试算（某镇范围）": _count_within(one, town),
        }
        for what, (statement, arguments) in statements.items():
            times = [_spent(statement, arguments) for _ in range(_TIMES)]
            click.echo(f"tags: {name}（{people:,}人）{what}: {statistics.median(times):.1f} ms")


def _count_within(one: Tag, town: Unit) -> compiled.Sql:
    rule, values = compiled.rule_sql(language.read(one.rule), today=timezone.localdate())
    within, more = reach.of_unit(town)
    statement = f"SELECT count(*) FROM org_person person WHERE person.sight > 0 AND ({rule}) AND ({within})"
    return statement, [*values, *more]


def _spent(statement: str, values: list[Any]) -> float:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {statement}", values)
        (plan,) = cursor.fetchone()
    found = (json.loads(plan) if isinstance(plan, str) else plan)[0]
    return float(found["Planning Time"] + found["Execution Time"])
