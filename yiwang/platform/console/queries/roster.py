"""人员名册: the persons whom an administrator looks after, by the branches he holds.

A branch is one range of `unit_path`, and a person's place in the maintained order is a column: a page is one
walk along an index, however large the district (docs/reference/performance.md).
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Exists, IntegerField, Max, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Left

from yiwang.kernel.errors import not_found
from yiwang.kernel.listing.conditions import Condition
from yiwang.platform.accounts.models import Account
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.console.queries import tree
from yiwang.platform.org.models import Person, PersonQuerySet, Post, Unit
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL, STEP
from yiwang.platform.org.vocabulary import MANAGE_TREE, MANAGE_UNIT

_SEALED = ("id_number", "id_number_index", "mobile", "mobile_index", "second_mobile")
SERVING = (
    ("concurrent", "兼任本单位职务"),
    ("secondment", "借调到本单位"),
    ("attachment", "挂职在本单位"),
    ("rehired", "本单位返聘"),
)
PLACES_IN_UNIT = 10_000  # `Person.position` is the unit's position times this, and the order inside
PLACES = (("several", "有多个任职"), ("lent", "借调在外"))


def scope(user: Principal, column: str) -> Q:
    """His branches as a condition on a column that holds paths."""
    if user.allows(MANAGE_TREE.key):
        return Q()
    reach = Q(pk__in=[])
    for path, below in user.scopes(MANAGE_UNIT.key):
        reach |= Q(**{f"{column}__gte": path, f"{column}__lt": f"{path}~"}) if below else Q(**{column: path})
    return reach


def persons(user: Principal, asked: Mapping[str, str]) -> PersonQuerySet:
    """Whose main post is in his branches; or, when asked for, who serves there besides his main post.

    Those who have left are history: they come when their state is asked for.
    """
    serving = asked.get("serving", "")
    if serving in dict(SERVING):
        posts = Post.objects.filter(scope(user, "unit__path"), kind=serving, is_living=True)
        rows = Person.objects.filter(pk__in=posts.values("person"))
    elif asked.get("unit") or user.allows(MANAGE_TREE.key):
        rows = Person.objects.filter(scope(user, "unit_path"))  # the filter knows the place of the unit
    else:
        rows = Person.objects.filter(_branches(user))
    if asked.get("status", "") not in Person.GONE:
        rows = rows.exclude(status__in=Person.GONE)
    return _annotated(rows)


def _branches(user: Principal) -> Q:
    """His branches, each as a piece of the maintained order too."""
    reach = Q(pk__in=[])
    for path, below in user.scopes(MANAGE_UNIT.key):
        reach |= branch_condition(path) if below else Q(unit_path=path)
    return reach


def _annotated(rows: PersonQuerySet) -> PersonQuerySet:
    """With the department's name and the number of living posts, but without any sealed column.

    Both are asked for the shown rows only.
    """
    above = Unit.objects.filter(path=Left(OuterRef("unit_path"), STEP * (DEPARTMENT_LEVEL + 1)))
    living = Post.objects.filter(person=OuterRef("pk"), is_living=True).order_by().values("person")
    number = Subquery(living.annotate(number=Count("pk")).values("number"), output_field=IntegerField())
    return (
        rows.select_related("unit")
        .defer(*_SEALED)
        .annotate(department=Subquery(above.values("short_name")), posts_held=Coalesce(number, 0))
    )


def place_condition(place: str) -> Condition:
    """Who holds more posts than one; who serves elsewhere on secondment."""
    posts = Post.objects.filter(person=OuterRef("pk"), is_living=True)
    if place == "lent":
        return Q(Exists(posts.filter(kind=Post.Kind.SECONDMENT)))
    return Q(Exists(posts.exclude(kind=Post.Kind.MAIN)))


def branch_condition(path: str) -> Q:
    """Who serves in the unit with that path and below it.

    A branch is one piece of the maintained order too: told so, PostgreSQL walks that piece only.
    """
    places = Unit.objects.below(path).aggregate(first=Min("position"), last=Max("position"))
    first, last = (places["first"] or 0) * PLACES_IN_UNIT, ((places["last"] or 0) + 1) * PLACES_IN_UNIT
    below = Q(unit_path__gte=path, unit_path__lt=f"{path}~")
    return below & Q(position__gte=first, position__lt=last)


def serving_condition(serving: str) -> Condition:
    """The rows are chosen by it already; nothing more to ask."""
    return Q()


def unit_of(user: Any, code: str) -> tuple[str, str] | None:
    """(name, path) of one of his units."""
    unit = tree.administered(user).filter(code=code).first()
    return (unit.short_name, unit.path) if unit else None


def unit_choices(user: Any) -> list[tuple[str, str]]:
    """Departments for who looks after the district; else the units below the highest of his branches."""
    units = tree.standing(tree.administered(user))
    if user.allows(MANAGE_TREE.key):
        units = units.filter(level=DEPARTMENT_LEVEL)
    else:
        highest = tree.highest(user)
        units = units.filter(Q(path__in=highest) | Q(parent__path__in=highest))
    return list(units.order_by("position").values_list("code", "short_name"))


def get(user: Principal, pk: int) -> Person:
    """One of his persons: by the main post, or by any living one; 404 for others."""
    if user.allows(MANAGE_TREE.key):
        found = Person.objects.filter(pk=pk)
    else:
        serves = Post.objects.filter(scope(user, "unit__path"), person=OuterRef("pk"), is_living=True)
        found = Person.objects.filter(scope(user, "unit_path") | Q(Exists(serves)), pk=pk)
    person = _annotated(found).first()
    if person is None:
        raise not_found()
    return person


def posts_of(person: Person) -> list[Post]:
    """All his posts, living ones first, then the latest that ended."""
    posts = Post.objects.filter(person=person).select_related("unit__parent")
    return list(posts.order_by("-is_living", "-valid_from", "pk"))


def account_of(person: Person) -> Account | None:
    """How he logs in."""
    return Account.objects.filter(person=person).first()
