"""Who is asking: the principal of a session, read in four statements and kept in the process.

A revoked session or right is gone from every process within milliseconds of the news.
"""

import datetime
from dataclasses import dataclass, field, replace
from typing import cast

from django.db.models import Value
from django.http import HttpRequest
from django.utils import timezone

from yiwang.kernel.crypto import sm3
from yiwang.kernel.extension.roles import rights_of
from yiwang.kernel.news_cache import NewsCache
from yiwang.platform.accounts import rules
from yiwang.platform.accounts.models import Account, Grant, RoleGrant, Session
from yiwang.platform.org.models import Post, Unit
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL, STEP
from yiwang.platform.org.queries import people

CHANNEL = "accounts.principal"
_MOST_CACHED = 50_000


@dataclass(frozen=True, slots=True)
class PostBrief:
    """One of his posts, as the identity switch shows it. department: the level-2 unit's short name."""

    id: int
    unit_id: int
    unit_path: str
    unit_name: str
    department: str
    title: str
    kind: str


@dataclass(frozen=True, slots=True)
class GrantBrief:
    """A right. path: "" means the whole district. is_administrative: it works in administration mode only."""

    permission: str
    path: str
    includes_below: bool
    is_administrative: bool = False


@dataclass(frozen=True, slots=True)
class Principal:
    """A logged-in person in his current post; fulfils kernel.actor.Actor and org's Viewer.

    grants: what he may do now. dormant: an administrator's rights while he is not in administration mode.
    """

    session_id: int
    account_id: int
    person_id: int
    kind: str
    state: str
    name: str
    login_name: str
    mobile_tail: str
    must_change_password: bool
    posts: tuple[PostBrief, ...]
    current: PostBrief | None
    grants: tuple[GrantBrief, ...]
    logged_in_at: datetime.datetime
    last_seen_at: datetime.datetime
    dormant: tuple[GrantBrief, ...] = ()
    administers_until: datetime.datetime | None = None
    administers_for: str = ""
    permissions: frozenset[str] = field(default=frozenset())

    @property
    def is_authenticated(self) -> bool:
        return True

    @property
    def is_temporary(self) -> bool:
        return self.kind == Account.Kind.TEMPORARY

    @property
    def unit_path(self) -> str:
        return self.current.unit_path if self.current else ""

    @property
    def unit_name(self) -> str:
        """The department he acts for: 区水务局, 朱家角镇."""
        return self.current.department if self.current else ""

    @property
    def title(self) -> str:
        return self.current.title if self.current else ""

    @property
    def is_administering(self) -> bool:
        """Is he in administration mode (管理模式), and has anything to administer?"""
        return self.administers_until is not None and any(one.is_administrative for one in self.grants)

    @property
    def administration_minutes(self) -> int:
        """How many minutes of it are left, rounded up."""
        if self.administers_until is None:
            return 0
        return max(0, -(-(self.administers_until - timezone.now()) // datetime.timedelta(minutes=1)))

    def holds(self, permission: str) -> bool:
        """Does he hold it anywhere, be it only for administration mode?"""
        return permission in self.permissions or any(one.permission == permission for one in self.dormant)

    def lowered(self) -> "Principal":
        """The same person when administration mode is over."""
        kept = tuple(one for one in self.grants if not one.is_administrative)
        sleeping = tuple(one for one in self.grants if one.is_administrative)
        return replace(
            self,
            grants=kept,
            dormant=self.dormant + sleeping,
            administers_until=None,
            administers_for="",
            permissions=frozenset(one.permission for one in kept),
        )

    def allows(self, permission: str, *, at: str | None = None) -> bool:
        """Does a grant in force cover the unit with this path? With at=None: does he hold it anywhere?"""
        if permission not in self.permissions:
            return False
        return at is None or any(
            grant.path in ("", at) or (grant.includes_below and at.startswith(grant.path))
            for grant in self.grants
            if grant.permission == permission
        )

    def scopes(self, permission: str) -> list[tuple[str, bool]]:
        """Where he holds it: (path, includes below); ("", True) is the district."""
        return [(grant.path, grant.includes_below) for grant in self.grants if grant.permission == permission]


def of_request(request: HttpRequest) -> Principal:
    """The user of a view behind `login_required`, under his type; Django's own stubs know another user."""
    return cast("Principal", request.user)


def is_waiting_administrator(user: object) -> bool:
    """Is he an administrator who has not entered administration mode? The menu asks."""
    return isinstance(user, Principal) and bool(user.dormant)


def digest(token: str) -> bytes:
    """What the database keeps of a session cookie."""
    return sm3.digest(token.encode())


def _load(token_digest: bytes) -> Principal | None:
    session = (
        Session.objects.select_related("account__person")
        .filter(token_digest=token_digest, ended_at=None)
        .first()
    )
    return None if session is None else principal_of(session)


def principal_of(session: Session) -> Principal:
    """The principal a session stands for."""
    account = session.account
    posts = _briefs(account.person_id)
    grants = _grants(account.pk)
    now = timezone.now()
    principal = Principal(
        session_id=session.pk,
        account_id=account.pk,
        person_id=account.person_id,
        kind=account.kind,
        state=account.state,
        name=account.person.name,
        login_name=account.login_name,
        mobile_tail=account.person.mobile[-4:],
        must_change_password=rules.must_change_password(account, now=now),
        posts=posts,
        current=next((post for post in posts if post.id == session.post_id), posts[0] if posts else None),
        grants=grants,
        logged_in_at=session.created_at,
        last_seen_at=session.last_seen_at,
        administers_until=session.administers_until,
        administers_for=session.administers_for,
        permissions=frozenset(grant.permission for grant in grants),
    )
    until = session.administers_until
    return principal if until is not None and until > now else principal.lowered()


def of_account(account_id: int) -> Principal | None:
    """The holder of an account with the rights he has now, for jobs that do what he asked for; or None.

    What he asked for in administration mode is done in it, though he may have left it meanwhile. No session
    stands behind it, and it is not kept.
    """
    account = Account.objects.select_related("person").filter(pk=account_id).first()
    if account is None or account.state != Account.State.ACTIVE:
        return None
    now = timezone.now()
    until = now + datetime.timedelta(days=1)
    session = Session(account=account, created_at=now, last_seen_at=now, administers_until=until)
    return replace(principal_of(session), session_id=0)


def _briefs(person_id: int) -> tuple[PostBrief, ...]:
    posts: list[Post] = list(people.posts_of(person_id))
    width = STEP * (DEPARTMENT_LEVEL + 1)
    departments = dict(
        Unit.objects.filter(path__in={post.unit.path[:width] for post in posts}).values_list(
            "path", "short_name"
        )
    )
    return tuple(
        PostBrief(
            id=post.pk,
            unit_id=post.unit_id,
            unit_path=post.unit.path,
            unit_name=post.unit.short_name,
            department=departments.get(post.unit.path[:width], post.unit.short_name),
            title=post.title,
            kind=post.get_kind_display(),
        )
        for post in posts
    )


def _grants(account_id: int) -> tuple[GrantBrief, ...]:
    """The rights in force: those granted by themselves, and those that roles bring; one statement."""
    today = timezone.localdate()
    place = ("unit__path", "includes_below", "valid_to")
    bare = Grant.objects.filter(account_id=account_id, ended_at=None, valid_from__lte=today)
    held = RoleGrant.objects.in_force(today).filter(account_id=account_id)
    rows = bare.annotate(is_role=Value(value=False)).values_list("is_role", "permission", *place)
    found: dict[GrantBrief, None] = {}
    for is_role, name, path, includes_below, until in rows.union(
        held.annotate(is_role=Value(value=True)).values_list("is_role", "role", *place), all=True
    ):
        if until is None or until >= today:
            keys = [right.key for right in rights_of(name)] if is_role else [name]
            for key in keys:
                sleeps = rules.role_is_administrative(name) if is_role else rules.right_is_administrative(key)
                found[GrantBrief(key, path or "", includes_below, sleeps)] = None
    return tuple(found)


cache: NewsCache[bytes, Principal] = NewsCache(
    CHANNEL,
    load=_load,
    concerns=lambda principal, payload: str(principal.account_id) == payload,
    most=_MOST_CACHED,
)


def by_token(token: str) -> Principal | None:
    """The principal of a session cookie, or None when the session does not live."""
    return cache.get(digest(token))


def read_afresh(token: str) -> Principal | None:
    """The same, whatever this process remembers of the session."""
    cache.forget(digest(token))
    return by_token(token)


def keep_seen(token: str, principal: Principal, seen: datetime.datetime) -> None:
    """Remember in this process that the session was active."""
    cache.replace(digest(token), principal, replace(principal, last_seen_at=seen))


def announce_change(account_id: int | None) -> None:
    """Tell all processes that an account's sessions, posts or rights changed (None: everyone's)."""
    cache.announce("" if account_id is None else str(account_id))


def follow_tree() -> None:
    """Units have other names, paths or places: every principal is read afresh."""
    announce_change(None)
