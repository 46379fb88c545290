"""The people of the demonstration district, one after the other and the same in every run. Writes nothing.

Mix after domain reference §34: departments 45 %, towns 30 %, committees 20 %, enterprises 5 %; one in a
hundred holds a temporary account, three in two hundred have left.
"""

import datetime
import random
import uuid
from collections.abc import Iterator, Sequence

from yiwang.kernel.chinese.pinyin import name_pinyin
from yiwang.platform.org.models import Person, Post
from yiwang.site.demo import names, numbers, roster
from yiwang.site.demo.cast import CAST, SPONSOR, Part
from yiwang.site.demo.members import Kind, Login, Member, Period, Service, State, Status
from yiwang.site.demo.roster import Slot
from yiwang.site.demo.tree import PARTS, Node, Share, Staffing, shared_out

FEWEST = 100
SEED = "qingpu-2026"
_TEMPORARY = 0.01
_LEFT = 0.015
_MOST_LEADERS = 0.25  # of a part's people; matters for very small districts only
_WAYS_OUT = (
    (Status.RETIRED, 0.7),
    (Status.TRANSFERRED_OUT, 0.85),
    (Status.LEFT, 0.95),
    (Status.DECEASED, 1.1),
)
_DEPARTURES = {
    Status.RETIRED: Person.Departure.RETIRED,
    Status.TRANSFERRED_OUT: Person.Departure.TRANSFERRED_OUT,
    Status.LEFT: Person.Departure.RESIGNED,
    Status.DECEASED: Person.Departure.DECEASED,
}
_VENDORS = tuple(
    (name, numbers.credit_code("91", 900_000 + place))
    for place, name in enumerate(("上海示例软件有限公司", "上海示例信息技术有限公司", "青浦示例数据有限公司"))
)
_PURPOSES = ("公文应用联调测试", "会议应用联调测试", "数据接口联调测试")
_WEIGHTS = {Staffing.SECTION: 9.0, Staffing.INSTITUTION: 4.0, Staffing.COMPANY: 4.0, Staffing.COMMITTEE: 6.0}


class Places:
    """Units by the short names that lead to them from their level-2 unit."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self._departments = {node.short_name: node for node in nodes if node.level == 2}

    def find(self, place: Sequence[str]) -> Node:
        """KeyError when there is no such unit."""
        node = self._departments[place[0]]
        for name in place[1:]:
            below = {child.short_name: child for child in node.children}
            node = below[name]
        return node


def quotas(nodes: Sequence[Node], staff: int, reserved: dict[Node, int]) -> dict[Node, int]:
    """How many people each unit has of its own; `reserved` places are filled in any case."""
    found = dict(reserved)
    parts = shared_out(staff, [PARTS[share] for share in PARTS])
    for share, part in zip(PARTS, parts, strict=True):
        own = [node for node in nodes if node.share is share and node.staffing is not Staffing.NOBODY]
        rest = max(part - sum(reserved.get(node, 0) for node in own), 0)
        ladders = [max(len(roster.leaders(node)) - reserved.get(node, 0), 0) for node in own]
        for_leaders = min(sum(ladders), int(rest * _MOST_LEADERS))
        weights = [
            0.0 if node.staffing not in _WEIGHTS else _WEIGHTS[node.staffing] * (0.6 if node.level > 3 else 1)
            for node in own
        ]
        if sum(ladders) == 0:
            for_leaders = 0
        leading = shared_out(for_leaders, [float(size) for size in ladders])
        working = shared_out(rest - for_leaders, weights)
        for node, first, second in zip(own, leading, working, strict=True):
            found[node] = found.get(node, 0) + first + second
    return found


class Population:
    """Makes the members. `sponsors` and the units' head counts grow while they are taken."""

    def __init__(self, nodes: Sequence[Node], people: int, *, today: datetime.date, first_id: int) -> None:
        if people < FEWEST:
            raise ValueError(f"人数不能少于{FEWEST}")
        self._nodes = nodes
        self._people = people
        self._today = today
        self._first_id = first_id
        # Not for secrets: everybody shall get the same district.
        self._dice = random.Random(SEED)  # noqa: S311
        self._numbers = numbers.IdNumbers()
        self._places = Places(nodes)
        self._made = 0
        self._sponsors: list[tuple[int, Node]] = []
        self._departments = {node: place for place, node in enumerate(n for n in nodes if n.level == 2)}
        self._hosts = [
            node for node in nodes
            if node.share is Share.DEPARTMENTS and node.level == 3 and node.is_visible
            and node.staffing is Staffing.SECTION
        ]  # fmt: skip
        self._towns = [node for node in nodes if node.staffing in (Staffing.TOWN, Staffing.STREET)]
        self._parts: dict[Node, list[Part]] = {}
        for part in CAST:
            if part.place:
                self._parts.setdefault(self._places.find(part.place), []).append(part)
        self._graded = {
            self._places.find(part.place).department
            for part in CAST
            if part.kind == Kind.GRADED_ADMINISTRATOR
        }

    def members(self) -> Iterator[Member]:
        """Everybody, those with posts in display order first."""
        temporary = max(round(self._people * _TEMPORARY), 1)
        left = round(self._people * _LEFT)
        reserved = {node: len(parts) for node, parts in self._parts.items()}
        quota = quotas(self._nodes, self._people - temporary - left, reserved)
        for node in self._nodes:
            if quota.get(node):
                yield from self._of_unit(node, quota[node])
        for _ in range(left):
            yield self._who_left()
        for place in range(temporary):
            yield self._temporary(place)

    # --- those with posts

    def _of_unit(self, node: Node, count: int) -> Iterator[Member]:
        slots = roster.slots(node, count, self._dice)
        parts = _placed(node, slots, self._parts.get(node, []))
        administrator = self._administrator_slot(node, len(slots), parts)
        taken = {part.name for part in parts.values()}
        births = self._births(slots)
        for place, slot in enumerate(slots):
            member = self._member(node, slot, place, births[place], part=parts.get(place), taken=taken)
            if place == administrator:
                self._appoint(member, node)
            _add_roles(member, node)
            if member.login.kind == Kind.GRADED_ADMINISTRATOR:
                self._sponsors.append((self._first_id + member.place, node.department))
            if member.is_visible:
                _count(node)
            yield member

    def _administrator_slot(self, node: Node, count: int, parts: dict[int, Part]) -> int | None:
        """The office of each level-2 unit has its 分级管理员; not the head when there is anybody else."""
        if not _is_office(node) or node.department in self._graded:
            return None
        free = [place for place in range(count) if place not in parts]
        return free[1] if len(free) > 1 else free[0] if free else None

    @staticmethod
    def _appoint(member: Member, node: Node) -> None:
        login = member.login
        login.kind, login.state, member.status = Kind.GRADED_ADMINISTRATOR, State.ACTIVE, Status.ON_POST
        del member.services[1:]
        login.roles = [("accounts.graded_administrator", node.department)]

    def _births(self, slots: Sequence[Slot]) -> list[datetime.date]:
        """A birthday for each slot; among those alike the older, and thereby higher in rank, stand first."""
        births = [self._birthday(*slot.ages) for slot in slots]
        for ages in {slot.ages for slot in slots}:
            alike = [place for place, slot in enumerate(slots) if slot.ages == ages]
            if not slots[alike[0]].is_leader:
                older = sorted(births[place] for place in alike)
                for place, born in zip(alike, older, strict=True):
                    births[place] = born
        return births

    def _member(
        self, node: Node, slot: Slot, place: int, born: datetime.date, *, part: Part | None, taken: set[str]
    ) -> Member:
        dice = self._dice
        if part is not None:
            is_male, born = part.sex == "male", part.born
        else:
            is_male = dice.random() < (0.7 if slot.is_leader else 0.4 if node.level > 3 else 0.52)
        age = self._today.year - born.year
        roster.settle(slot, node, age)
        member = self._person(is_male, born, part.name if part else None, taken, slot.category)
        member.establishment, member.duty_level = slot.establishment, slot.duty_level
        member.grade, member.post_grade = slot.grade, slot.post_grade
        member.office_phone = numbers.office_phone(
            self._departments[node.department], node.id * 3 + place // 2
        )
        member.room = f"{1 + node.id % 6}号楼{2 + node.id % 7}{1 + place // 2 % 20:02d}室"
        member.checked_on = self._today - datetime.timedelta(days=dice.randrange(80))
        started = max(born.year + 22, self._today.year - dice.randrange(1, 12))
        since = datetime.date(min(started, self._today.year - 1), dice.randint(1, 12), dice.randint(1, 28))
        main = Service(node, slot.title, Post.Kind.MAIN, (since, None), slot.sort)
        main.is_leader, main.is_head, main.portfolio = slot.is_leader, slot.is_head, slot.portfolio
        member.services.append(main)
        if part is not None:
            self._play(member, part)
        else:
            self._second_post(member, slot, place)
            self._state(member, slot)
        return member

    def _second_post(self, member: Member, slot: Slot, place: int) -> None:
        """兼职 of leaders and deputies; 借调 and 挂职 of those without an office."""
        node, dice = member.services[0].node, self._dice
        chance = dice.random()
        if slot.also is not None:
            unit, title = slot.also
            heads_it = not unit.endswith("领导")  # a department, not the group of leaders
            host, sort = self._places.find((unit,)), 1 if heads_it else 15
            also = Service(host, title, Post.Kind.CONCURRENT, self._recently(), sort)
            also.is_leader, also.is_head = True, heads_it
            member.services.append(also)
        elif slot.is_leader and not slot.is_head and chance < 0.4:
            below = [child for child in node.children if child.staffing is Staffing.INSTITUTION]
            for host in below[place - 1 : place]:  # each of the deputies another one
                member.services.append(Service(host, "党支部书记", Post.Kind.CONCURRENT, self._recently(), 5))
        elif slot.is_head and node.level == 3 and node.staffing is Staffing.SECTION and chance < 0.12:
            beside = [one for one in node.parent.children if one is not node] if node.parent else []
            beside = [one for one in beside if one.staffing is Staffing.SECTION]
            if beside:
                host = dice.choice(beside)
                title = roster.deputy_title(host)
                member.services.append(Service(host, title, Post.Kind.CONCURRENT, self._recently(), 15))
        elif slot.category == Person.Category.ESTABLISHED and not slot.is_head and not slot.is_leader:
            self._lend(member, node, chance)

    def _lend(self, member: Member, node: Node, chance: float) -> None:
        dice = self._dice
        if chance < 0.03:
            host = dice.choice(self._hosts)
            if host.department is not node.department:
                day = self._today - datetime.timedelta(days=dice.randrange(10, 150))
                period = (day, day + datetime.timedelta(days=183))
                member.services.append(Service(host, "借调工作人员", Post.Kind.SECONDMENT, period, 900))
                member.status = Status.LENT
        elif chance < 0.038 and node.share is Share.DEPARTMENTS:
            host = dice.choice(self._towns)
            title = "镇长助理（挂职）" if host.staffing is Staffing.TOWN else "办事处主任助理（挂职）"
            day = self._today - datetime.timedelta(days=dice.randrange(10, 300))
            period = (day, day + datetime.timedelta(days=365))
            member.services.append(Service(host, title, Post.Kind.ATTACHMENT, period, 800))
            member.status = Status.ATTACHED

    def _state(self, member: Member, slot: Slot) -> None:
        chance = self._dice.random()
        if slot.is_head or slot.is_leader or len(member.services) > 1:
            return
        if chance < 0.006:
            member.status, member.login.state = Status.ON_LEAVE, State.SUSPENDED
        elif chance < 0.021:
            member.login.state = State.INACTIVE
        elif chance < 0.026:
            member.login.state = State.UNVERIFIED

    def _play(self, member: Member, part: Part) -> None:
        """Give a member the part of one of the cast."""
        main = member.services[0]
        main.title, main.is_head = part.title, part.is_head
        member.login = Login(part.login, part.kind, part.state)
        for key, reach in part.roles:
            member.login.roles.append((key, main.node.department if reach == "department" else None))
        if part.second is not None:
            place, title, kind = part.second
            is_secondment = kind == Post.Kind.SECONDMENT
            period = self._recently()
            if is_secondment:
                day = self._today - datetime.timedelta(days=46)
                period = (day, day + datetime.timedelta(days=182))
                member.status = Status.LENT
            service = Service(self._places.find(place), title, kind, period, 900 if is_secondment else 1)
            service.is_leader = service.is_head = not is_secondment
            member.services.append(service)

    # --- those without

    def _who_left(self) -> Member:
        dice = self._dice
        chance = dice.random()
        status = next(one for one, upto in _WAYS_OUT if chance < upto)
        born = self._birthday(60, 64) if status == Status.RETIRED else self._birthday(30, 58)
        member = self._person(dice.random() < 0.6, born, None, set(), Person.Category.ESTABLISHED)
        node = dice.choice(self._hosts)
        until = self._today - datetime.timedelta(days=dice.randrange(10, 900))
        since = until - datetime.timedelta(days=dice.randrange(400, 5000))
        title = dice.choice(("科长", "副科长", "一级主任科员", "二级主任科员"))
        service = Service(node, title, Post.Kind.MAIN, (since, until), is_living=False)
        member.services.append(service)
        member.status, member.login.state = status, State.CLOSED
        member.departure, member.left_on = _DEPARTURES[status], until
        member.establishment = roster.establishment_of(node)
        return member

    def _temporary(self, place: int) -> Member:
        """A vendor's man: no post, a sponsor, an end (domain reference §2). The first is of the cast."""
        dice = self._dice
        part = next(part for part in CAST if part.kind == Kind.TEMPORARY) if place == 0 else None
        born = part.born if part else self._birthday(23, 40)
        external = Person.Category.EXTERNAL
        is_male = part is not None or dice.random() < 0.75
        member = self._person(is_male, born, part.name if part else None, set(), external)
        login = member.login
        sponsor_town = self._places.find(
            next(part.place for part in CAST if part.login == SPONSOR)
        ).department
        own = next(one for one in self._sponsors if one[1] is sponsor_town)
        login.sponsor = own if part else dice.choice(self._sponsors)
        if part:
            login.name = part.login
        start = self._today if part else self._today - datetime.timedelta(days=dice.randrange(5, 170))
        end = start + datetime.timedelta(days=90 if part else dice.choice((60, 90, 180)))
        login.days = (start, end)
        login.kind, login.state = Kind.TEMPORARY, State.ACTIVE if end >= self._today else State.EXPIRED
        login.vendor, login.purpose = dice.choice(_VENDORS), dice.choice(_PURPOSES)
        return member

    # --- everybody

    def _birthday(self, youngest: int, oldest: int) -> datetime.date:
        """Of somebody who has had birthday `youngest` but not `oldest` + 1, rather young than old."""
        middle = youngest + (oldest - youngest) * 0.4
        age = self._dice.triangular(youngest + 0.02, oldest + 0.98, middle)
        return self._today - datetime.timedelta(days=int(age * 365.2425))

    def _recently(self) -> Period:
        return self._today - datetime.timedelta(days=self._dice.randrange(30, 1200)), None

    def _person(
        self, is_male: bool, born: datetime.date, name: str | None, taken: set[str], category: str
    ) -> Member:
        place = self._made
        self._made += 1
        id_number, born = self._numbers.take(born, is_male=is_male)
        name = name or names.name(self._dice, "male" if is_male else "female", born.year, taken)
        spelling = name_pinyin(name)
        return Member(
            place=place,
            row_key=uuid.UUID(int=self._dice.getrandbits(128), version=4),
            name=name,
            pinyin=spelling.letters,
            initials=spelling.initials,
            id_number=id_number,
            is_male=is_male,
            born=born,
            mobile=numbers.mobile(place),
            category=category,
            login=Login(f"qp{place + 1:06d}"),
            email=f"{spelling.letters}{place + 1}@qingpu.example",
        )


def _placed(node: Node, slots: list[Slot], parts: Sequence[Part]) -> dict[int, Part]:
    """Which slot each of the cast fills: the one of his title, else the last that is free."""
    found: dict[int, Part] = {}
    for part in parts:
        free = [place for place in range(len(slots)) if place not in found]
        free = [place for place in free if slots[place].category == Person.Category.ESTABLISHED] or free
        same = [place for place in free if slots[place].title == part.title]
        place = same[0] if same else free[-1]
        if not same:
            establishment = roster.establishment_of(node)
            slots[place] = Slot(part.title, establishment=establishment, sort=slots[place].sort)
        found[place] = part
    return found


def _is_office(node: Node) -> bool:
    """The first unit of a level-2 unit is its office."""
    return node.parent is not None and node.parent.level == 2 and node.parent.children[0] is node


def _add_roles(member: Member, node: Node) -> None:
    """What follows from the post: who leads a unit or its office stands at the steps of approvals."""
    main, login = member.services[0], member.login
    if login.state != State.ACTIVE or node.staffing is Staffing.DISTRICT_LEADERS:
        return
    name = ""
    if node.level == 2 and (main.is_head or main.is_leader):
        name = "unit_head" if main.is_head else "deputy_head"
    elif main.is_head and _is_office(node):
        name = "office_director"
    role = (f"accounts.{name}", node.department)
    if name and role not in login.roles:
        login.roles.append(role)


def _count(node: Node | None) -> None:
    while node is not None:
        node.headcount += 1
        node = node.parent
