"""A rule compiled to SQL means the same as the rule asked person by person, in random small districts."""

import datetime

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import Cast
from yiwang.platform.accounts.models import Account
from yiwang.platform.org.models import Person, Post, Unit
from yiwang.platform.tags.models import Tag
from yiwang.platform.tags.queries import members
from yiwang.platform.tags.rules import language
from yiwang.platform.tags.rules.language import Either, Every, Has, Rule, Serves, Without
from yiwang.platform.tags.tests.factories import CHIEFS, dynamic

pytestmark = pytest.mark.django_db

TITLES = ["科长", "副科长", "镇长", "主任_A", "100%"]
CODES = ("QP-0301", "QP-0301-01", "QP-0301-0201", "QP-0302", "QP-0201-01", "QP-0101-01")
TODAY = timezone.localdate()

_post = st.tuples(
    st.sampled_from(CODES),
    st.sampled_from(TITLES),
    st.sampled_from(["concurrent", "attachment", "rehired"]),
    st.booleans(),
    st.booleans(),
    st.integers(-3, 3),  # begins so many days from today
    st.none() | st.integers(0, 3),  # and lasts so long
    st.booleans(),
)
_main = st.just((-3, None)) | st.tuples(st.integers(-3, 3), st.none() | st.integers(0, 3))
_rarely = st.sampled_from([False, False, True])
_person = st.tuples(
    st.sampled_from(["male", "female", ""]),
    st.sampled_from(["", "06", "08", "10"]),
    st.sampled_from(["established", "contracted"]),
    st.sampled_from([1, 2, 3, 4]),
    _main,
    st.lists(_post, max_size=3),
)


def _some(values: list[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True).map(tuple)


def _rules(units: list[int]) -> st.SearchStrategy[Rule]:
    serves = st.builds(
        Serves,
        units=st.lists(st.sampled_from(units), max_size=2, unique=True).map(tuple),
        titles=st.lists(st.sampled_from(["科长", "镇", "_", "%", "A"]), max_size=2, unique=True).map(tuple),
        is_part=st.booleans(),
        kinds=st.lists(st.sampled_from(["main", "concurrent"]), max_size=1).map(tuple),
        is_leader=_rarely,
        is_head=_rarely,
    ).filter(lambda one: one not in (Serves(), Serves(is_part=True)))
    facts = st.one_of(
        _some(["male", "female"]).map(lambda one: Has("sex", one)),
        _some(["06", "08"]).map(lambda one: Has("duty_level", one)),
        _some(["established", "contracted"]).map(lambda one: Has("category", one)),
        _some(["user", "graded_administrator"]).map(lambda one: Has("account", one)),
        st.sampled_from([1, 2, 4]).map(lambda one: Has("tier", (one,))),
    )
    return st.recursive(
        serves | facts,
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: Every(tuple(parts))),
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: Either(tuple(parts))),
            inner.map(Without),
        ),
        max_leaves=6,
    )


class Oracle:
    """Everybody and everything in memory, asked one by one."""

    def __init__(self, today: datetime.date) -> None:
        self.today = today
        self.paths = dict(Unit.objects.values_list("pk", "path"))
        self.people = list(Person.objects.filter(sight__gt=0))
        self.kinds = dict(Account.objects.values_list("person_id", "kind"))
        self.posts: dict[int, list[Post]] = {}
        for post in Post.objects.filter(is_living=True):
            self.posts.setdefault(post.person_id, []).append(post)

    def members(self, rule: Rule) -> list[int]:
        return sorted(one.pk for one in self.people if self.fits(rule, one))

    def fits(self, rule: Rule, person: Person) -> bool:
        if isinstance(rule, Every):
            return all(self.fits(one, person) for one in rule.parts)
        if isinstance(rule, Either):
            return any(self.fits(one, person) for one in rule.parts)
        if isinstance(rule, Without):
            return not self.fits(rule.part, person)
        if isinstance(rule, Has):
            value = self.kinds.get(person.pk) if rule.fact == "account" else getattr(person, rule.fact)
            return value in rule.values
        return any(self.serves(rule, post) for post in self.posts.get(person.pk, []))

    def serves(self, rule: Serves, post: Post) -> bool:
        if not post.valid_from <= self.today <= (post.valid_to or datetime.date.max):
            return False
        path = self.paths[post.unit_id]
        return (
            (not rule.units or any(path.startswith(self.paths[one]) for one in rule.units))
            and (not rule.titles or any(self.is_titled(rule, post, one) for one in rule.titles))
            and (not rule.kinds or post.kind in rule.kinds)
            and (not rule.is_leader or post.is_leader)
            and (not rule.is_head or post.is_head)
        )

    @staticmethod
    def is_titled(rule: Serves, post: Post, title: str) -> bool:
        return title in post.title if rule.is_part else title == post.title


@pytest.fixture
def district(cast: Cast) -> Tag:
    """A tag of the whole district, whose rule is drawn anew each time."""
    return dynamic(cast, CHIEFS)


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@given(data=st.data())
def test_the_statement_means_what_the_rule_says(cast: Cast, district: Tag, data: st.DataObject) -> None:
    logins = ("sun", "mi", "zhao", "li", "zhou", "wang")
    drawn = data.draw(st.fixed_dictionaries(dict.fromkeys(logins, _person)))
    Post.objects.exclude(kind="main").delete()
    for login, (sex, duty_level, category, tier, (first, kept), posts) in drawn.items():
        facts = {"sex": sex, "duty_level": duty_level, "category": category, "tier": tier}
        Person.objects.filter(pk=cast.member(login).person.pk).update(**facts)
        main = Post.objects.get(person=cast.member(login).person, kind="main")
        main.valid_from = TODAY + datetime.timedelta(days=first)
        main.valid_to = None if kept is None else main.valid_from + datetime.timedelta(days=kept)
        main.save(update_fields=["valid_from", "valid_to"])
        seen = {(main.unit.code, main.title)}
        for code, title, kind, is_leader, is_head, begins, lasts, is_living in posts:
            if (code, title) in seen:
                continue
            seen.add((code, title))
            day = TODAY + datetime.timedelta(days=begins)
            Post.objects.create(
                person=cast.member(login).person,
                unit=cast.units[code],
                title=title,
                kind=kind,
                is_leader=is_leader,
                is_head=is_head,
                valid_from=day,
                valid_to=None if lasts is None else day + datetime.timedelta(days=lasts),
                is_living=is_living,
            )
    units = [cast.units[code].pk for code in ("QP", "QP-03", "QP-0301", "QP-0301-01", "QP-0201")]
    rule = data.draw(_rules(units))
    district.rule = language.write(rule)
    today = TODAY + datetime.timedelta(days=data.draw(st.integers(-1, 3)))
    assert members.person_ids(district, today=today) == Oracle(today).members(rule)
