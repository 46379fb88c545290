"""Who takes over when a handler is gone: never nobody (domain reference §0.6)."""

from collections.abc import Iterable, Sequence

from django.db.models import Q, QuerySet

from yiwang.kernel.extension.holdings import Held
from yiwang.platform.accounts.models import Account
from yiwang.platform.accounts.queries import roles
from yiwang.platform.accounts.vocabulary import GRADED_ADMINISTRATOR, SYSTEM_ADMINISTRATOR
from yiwang.platform.approvals import rules
from yiwang.platform.approvals.models import Task
from yiwang.platform.approvals.queries import people
from yiwang.platform.approvals.queries.people import Place
from yiwang.platform.org.models import Post, Unit

# Who moves many tasks locks their instances in this order, so that two who do never wait for each other.
IN_ORDER = ("instance_id", "id")

_OFFICE = ("accounts.office_director", "accounts.unit_head", GRADED_ADMINISTRATOR.key)


def lying_with(person_id: int) -> QuerySet[Task]:
    """Everything that lies with a person or will come to him."""
    return Task.objects.filter(person_id=person_id, state__in=Task.ACTIVE).order_by(*IN_ORDER)


def lying_for(person_id: int) -> QuerySet[Task]:
    """What lies with a person, and what a deputy handles for him."""
    own = Q(person_id=person_id) | Q(owner_id=person_id)
    return Task.objects.filter(own, state__in=Task.ACTIVE).order_by(*IN_ORDER)


def of_post(post: Post) -> QuerySet[Task]:
    """What came in this post, to him or his deputy; everything of his, when it was his last."""
    has_others = Post.objects.filter(person_id=post.person_id, is_living=True).exclude(pk=post.pk).exists()
    if not has_others:
        return lying_for(post.person_id)
    return Task.objects.filter(post=post, state__in=Task.ACTIVE).order_by(*IN_ORDER)


def stranded() -> QuerySet[Task]:
    """Open tasks of people who have no living post or no account any more: taken over within minutes."""
    serving = Post.objects.filter(is_living=True).values("person_id")
    closed = Account.objects.filter(state=Account.State.CLOSED).values("person_id")
    lying = Task.objects.filter(state__in=Task.ACTIVE)
    gone = lying.filter(~Q(person_id__in=serving) | Q(person_id__in=closed))
    return gone.order_by("person_id", "-arrived_at", "-id")  # along the index of open tasks


def candidates(task: Task) -> list[Place]:
    """Who may take it over, the nearest first: the one he stood in for, who has his post now, the office."""
    found: list[Place] = []
    post = _post_of(task)
    if task.owner_id is not None and (post is None or post.is_living):
        found.append(Place(task.owner_id, task.post_id))
    if post is not None:
        found += _successors(post)
        found += _office(post.unit)
    found += [
        Place(one.person_id, one.post_id) for one in roles.holders_in_district(SYSTEM_ADMINISTRATOR.key)
    ]
    living = people.able(place.person_id for place in found) - {task.person_id}
    nearest: dict[int, Place] = {}
    for place in found:
        nearest.setdefault(place.person_id, place)
    return [place for person_id, place in nearest.items() if person_id in living]


def _post_of(task: Task) -> Post | None:
    posts = Post.objects.select_related("unit")
    if task.post_id is not None:
        return posts.get(pk=task.post_id)
    return posts.filter(person_id=task.person_id).order_by("-is_living", "-valid_from", "-pk").first()


def _successors(post: Post) -> list[Place]:
    """Who serves in the same unit under the same title, the latest first."""
    same = Post.objects.filter(unit_id=post.unit_id, title=post.title, is_living=True)
    later = same.exclude(person_id=post.person_id).order_by("-valid_from", "-pk")
    return [Place(person_id, pk) for person_id, pk in later.values_list("person_id", "pk")]


def _office(unit: Unit) -> list[Place]:
    """The unit's office director, else its head, else its administrator; of the nearest unit that has one."""
    return [Place(one.person_id, one.post_id) for role in _OFFICE for one in roles.holders(role, unit)]


def office_of(path: str) -> list[Place]:
    """The office of the unit with that path."""
    unit = Unit.objects.filter(path=path).first()
    return [] if unit is None else _office(unit)


def held_by_person(person_id: int, path: str) -> list[Held]:
    """For the checklist of a handover: what lies with him in the unit of that path and below, "" for all."""
    lying = lying_with(person_id)
    if path:
        lying = lying.filter(Q(post=None) | Q(post__unit__in=Unit.objects.below(path)))
    return as_held(lying.select_related("instance__definition"))


def in_unit(path: str, *, below: bool) -> QuerySet[Task]:
    """What lies with people in their posts in a unit."""
    lying = Task.objects.filter(state__in=Task.ACTIVE).order_by(*IN_ORDER)
    return (
        lying.filter(post__unit__in=Unit.objects.below(path))
        if below
        else lying.filter(post__unit__path=path)
    )


def held_by_unit(path: str, below: bool, limit: int) -> tuple[int, Sequence[Held]]:
    """How many tasks lie in a unit, and the first of them."""
    lying = in_unit(path, below=below)
    return lying.count(), as_held(lying.select_related("instance__definition", "person")[:limit])


def as_held(lying: Iterable[Task]) -> list[Held]:
    """As the checklist shows them."""
    return [
        Held(str(task.pk), task.instance.title, f"{task.instance.definition.label} · {_where(task)}", "")
        for task in lying
    ]


def _where(task: Task) -> str:
    label = rules.label_of(task.instance, task.step) if task.step else "退回修改"
    return "阅知" if task.kind == Task.Kind.READ else label
