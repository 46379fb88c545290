"""Loading the demonstration district: one transaction of COPY, so there is all of it or nothing."""

import datetime
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connection, models, transaction
from django.urls import reverse
from django.utils import timezone

from yiwang.kernel import database
from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.bulk import Copy
from yiwang.kernel.errors import Refused, require
from yiwang.kernel.extension.roles import roles
from yiwang.platform.accounts.models import Account, RoleGrant, Verification
from yiwang.platform.addressbook.actions import hot_prefixes as addressbook
from yiwang.platform.messages.actions import messages
from yiwang.platform.org import hooks
from yiwang.platform.org.models import AgencyWord, Code, Person, Post, Unit, UnitAlias, UnitVersion
from yiwang.platform.org.queries import codes
from yiwang.site.demo import queries, rows, tags, tree
from yiwang.site.demo.cast import CAST
from yiwang.site.demo.members import Member
from yiwang.site.demo.people import Population
from yiwang.site.demo.vocabulary import LOADED, RULES_TOLD, WELCOMED

_BATCH = 2_000  # people whose rows are in memory at once
_TABLES = (Unit, UnitVersion, UnitAlias, AgencyWord, Person, Post, Account, RoleGrant, Verification)

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Loaded:
    """How much there is now."""

    units: int
    people: int
    posts: int


def _ids(model: type[models.Model], count: int) -> int:
    """Take `count` ids from the table's sequence; returns the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [model._meta.db_table])
        (sequence,) = cursor.fetchone()
        cursor.execute("SELECT nextval(%s)", [sequence])
        (first,) = cursor.fetchone()
        cursor.execute("SELECT setval(%s, %s)", [sequence, first + count - 1])
    return int(first)


@transaction.atomic
def load_district(
    *,
    people: int,
    password: str,
    actor: Actor = SYSTEM,
    units: int | None = None,
    today: datetime.date | None = None,
    progress: Progress = lambda done, total: None,
) -> Loaded:
    """Fill an empty database with the district; every account gets this password.

    units: None for the real tree, more for benchmarks. Refused when there is anything already.
    """
    database.lock("org.tree")
    require(queries.is_empty(), "数据库中已有机构或人员，演示数据只能装载到空数据库")
    unknown = {key for part in CAST for key, _ in part.roles if key not in roles}
    require(not unknown, f"没有这些角色：{'、'.join(sorted(unknown))}")
    try:
        nodes = tree.build(units)
        tree.number(nodes, _ids(Unit, len(nodes)))
        first = _ids(Person, people), _ids(Account, people)
        day = today or timezone.localdate()
        population = Population(nodes, people, today=day, first_id=first[0])
    except ValueError as fault:
        raise Refused(str(fault), status=422) from fault

    now = timezone.now()
    posts = _add_people(
        population,
        rows.Stamp(
            *first,
            password=make_password(password),
            granted_by=actor.name,
            codes={which: codes.by_label(which) for which in Code.List.values},
            now=now,
        ),
        lambda done: progress(min(done, people - 1), people),
    )
    _add_units(nodes, now)
    hooks.projected(former=None)
    _greet(nodes[0].id, actor)
    _check_keys()
    with connection.cursor() as cursor:
        for model in _TABLES:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")
    changes = {"units": [0, len(nodes)], "people": [0, people]}
    audit.record(LOADED, ("org.unit", nodes[0].id, "演示区"), actor=actor, changes=changes)
    addressbook.count_hot_prefixes(actor=actor)
    hooks.tree_changed()
    tags.make_tags(actor=actor, today=day)
    _check_keys()
    progress(people, people)
    return Loaded(len(nodes), people, posts)


def _check_keys() -> None:
    """Foreign keys are checked now, and not at the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _greet(root_id: int, actor: Actor) -> None:
    """Two messages for everybody one may log in as: one to read, one to confirm."""
    logins = [one.login for one in queries.accounts()]
    to = list(Account.objects.filter(login_name__in=logins).values_list("person", flat=True))
    about = ("org.unit", root_id, "演示区")
    messages.send(WELCOMED, to=to, about=about, words={}, actor=actor, url=reverse("portal:help"))
    messages.send(RULES_TOLD, to=to, about=about, words={}, actor=actor, need_receipt=True)


def _batches(members: Iterator[Member]) -> Iterator[list[Member]]:
    while batch := list(islice(members, _BATCH)):
        yield batch


def _add_people(population: Population, stamp: rows.Stamp, progress: Callable[[int], None]) -> int:
    """All people with posts, accounts and roles; returns how many posts there are."""
    persons, posts = Copy(Person, rows.PERSON_FIELDS), Copy(Post, rows.POST_FIELDS)
    accounts, given = Copy(Account, rows.ACCOUNT_FIELDS), Copy(RoleGrant, rows.ROLE_FIELDS)
    verifications = Copy(Verification, rows.VERIFICATION_FIELDS)
    for batch in _batches(population.members()):
        persons.add(rows.person(one, stamp) for one in batch)
        posts.add(line for one in batch for line in rows.posts(one, stamp))
        accounts.add(rows.account(one, stamp) for one in batch)
        given.add(line for one in batch for line in rows.roles(one, stamp))
        verifications.add(line for one in batch for line in rows.verifications(one, stamp))
        progress(persons.written)
    return posts.written


def _add_units(nodes: Sequence[tree.Node], now: datetime.datetime) -> None:
    """After the people, because only then the units' head counts are known."""
    ordinals: dict[Any, int] = {node: place for place, node in enumerate(n for n in nodes if n.level == 2)}
    units = Copy(Unit, rows.UNIT_FIELDS)
    units.add(rows.unit(node, ordinals.get(node, 0), now) for node in nodes)
    Copy(UnitVersion, rows.VERSION_FIELDS).add(line for node in nodes for line in rows.versions(node))
    Copy(UnitAlias, rows.ALIAS_FIELDS).add(line for node in nodes for line in rows.aliases(node))
    Copy(AgencyWord, rows.WORD_FIELDS).add(line for node in nodes for line in rows.words(node))
