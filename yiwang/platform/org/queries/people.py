"""Reading persons and posts."""

from collections.abc import Iterable

from django.db.models import Case, QuerySet, When

from yiwang.kernel.crypto.fields import blind_index
from yiwang.kernel.extension.visibility import sight_policy
from yiwang.platform.org.models import Person, PersonQuerySet, Post, Unit
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL, STEP
from yiwang.platform.org.models.viewer import Viewer

_POST_ORDER = (
    Post.Kind.MAIN,
    Post.Kind.SECONDMENT,
    Post.Kind.ATTACHMENT,
    Post.Kind.CONCURRENT,
    Post.Kind.REHIRED,
)
_ALSO = {
    Post.Kind.CONCURRENT: "兼",
    Post.Kind.SECONDMENT: "借调",
    Post.Kind.ATTACHMENT: "挂职",
    Post.Kind.REHIRED: "返聘",
}


def posts_in(unit: Unit, viewer: Viewer) -> QuerySet[Post]:
    """Living posts of that very unit, in the order its administrator keeps (R2-8)."""
    return (
        Post.objects.filter(unit=unit, is_living=True, person__in=Person.objects.visible_to(viewer))
        .select_related("person")
        .order_by("sort", "id")
    )


def ordered_posts(unit: Unit) -> QuerySet[Post]:
    """All living posts of that very unit in the order kept by its administrator, leaders first (R2-8)."""
    posts = Post.objects.filter(unit=unit, is_living=True).select_related("person")
    return posts.order_by("-is_leader", "sort", "id")


def posts_of(person_id: int) -> QuerySet[Post]:
    """All living posts of a person with their units, the main one first."""
    order = Case(*(When(kind=kind, then=place) for place, kind in enumerate(_POST_ORDER)))
    posts = Post.objects.filter(person_id=person_id, is_living=True)
    return posts.select_related("unit").order_by(order, "id")


def with_mobile(mobile: str) -> PersonQuerySet:
    """Persons with exactly this mobile number."""
    return Person.objects.filter(mobile_index__in=blind_index(Person, "mobile", mobile))


def known_id_numbers(id_numbers: Iterable[str]) -> set[str]:
    """Which of these identity document numbers somebody bears already, in one statement."""
    of_index = {index: number for number in id_numbers for index in blind_index(Person, "id_number", number)}
    found = Person.objects.filter(id_number_index__in=list(of_index)).values_list(
        "id_number_index", flat=True
    )
    return {of_index[bytes(index)] for index in found}


def with_id_number(id_number: str) -> PersonQuerySet:
    """The person with exactly this identity document number."""
    return Person.objects.filter(id_number_index__in=blind_index(Person, "id_number", id_number))


def described(person: Person) -> str:
    """李四　区水务局副局长（兼区河长办副主任）: his name and all he is, as papers write it."""
    posts: list[Post] = list(posts_of(person.pk))
    width = STEP * (DEPARTMENT_LEVEL + 1)
    departments = {post.unit.path[:width] for post in posts if len(post.unit.path) > width}
    names = dict(Unit.objects.filter(path__in=departments).values_list("path", "short_name"))
    main = [office_of(post, names.get(post.unit.path[:width], "")) for post in posts if post.kind == "main"]
    also = [
        _ALSO[Post.Kind(post.kind)] + office_of(post, names.get(post.unit.path[:width], ""))
        for post in posts
        if post.kind != Post.Kind.MAIN
    ]
    brackets = f"（{'，'.join(also)}）" if also else ""
    line = "".join(main) + brackets
    return f"{person.marked_name}　{line}" if line else person.marked_name


def office_of(post: Post, department: str = "") -> str:
    """区水务局办公室主任: department, section and title, what stands in the next word already left out."""
    names = [department, post.unit.short_name, post.title]
    kept = [
        name for name, following in zip(names, [*names[1:], ""], strict=True) if not _begins(following, name)
    ]
    return "".join(kept)


def _begins(following: str, name: str) -> bool:
    return not name or (following != "" and following.startswith(name))


def may_see(viewer: Viewer, person_id: str) -> bool:
    """May he know of this person, and see the photo?"""
    return Person.objects.visible_to(viewer).filter(pk=person_id).exists() and not is_withheld(
        viewer, int(person_id), "photo"
    )


def is_withheld(viewer: Viewer, person_id: int, field: str) -> bool:
    """Is this field of somebody he may know of kept from him (R2-9)?"""
    withheld = sight_policy().withheld
    return withheld is not None and field in withheld(viewer, [person_id])[person_id]
