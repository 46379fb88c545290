"""The way of a handover: who decides, who signs, what is refused (R1-22; domain reference §2)."""

import datetime
from collections.abc import Callable

import pytest
from django.db import connection
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.kernel.numbering.models import Number
from yiwang.platform.addressbook.tests.factories import hide
from yiwang.platform.changes.actions import handover as acts
from yiwang.platform.changes.actions.handover import Choice
from yiwang.platform.changes.models import Handover, HandoverItem, HandoverSignature
from yiwang.platform.changes.queries import handover as queries
from yiwang.platform.changes.queries import handover_sheet as sheets
from yiwang.platform.changes.tests.shelves import Shelf, shelf
from yiwang.platform.messages.models import Message
from yiwang.platform.org.models import Post
from yiwang.platform.todos.models import Assignment

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2026, 11, 23)


@pytest.fixture
def papers(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """Things that can be given to somebody else."""
    made = shelf(monkeypatch, "changes.test_papers", "承办文件")
    made.put("1", "2", "3", person_id=cast.li.person.pk)
    return made


@pytest.fixture
def groups(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """Groups that he is a member of."""
    made = shelf(monkeypatch, "changes.test_groups", "工作群", can_give=False, can_leave=True)
    made.put("g1", "g2", person_id=cast.li.person.pk)
    return made


def post_of(cast: Cast, login: str) -> Post:
    return Post.objects.select_related("unit").get(person=cast.member(login).person, kind="main")


def start(cast: Cast, *, in_days: int = 10) -> Handover:
    """qian has a handover made for li of 朱家角镇."""
    return acts.start(
        cast.li.person,
        post=post_of(cast, "li"),
        occasion=Handover.Occasion.TRANSFER,
        effective_on=timezone.localdate() + datetime.timedelta(days=in_days),
        reason="调徐泾镇",
        actor=cast.qian.principal(),
    )


def items(handover: Handover) -> dict[str, HandoverItem]:
    return {item.held_id: item for item in handover.items.all()}


def give_all(handover: Handover, cast: Cast, to: str = "qian", by: str = "li") -> Handover:
    return acts.assign_all(
        handover, decision="successor", successor_id=cast.member(to).person.pk, revision=handover.revision,
        actor=cast.member(by).principal(),
    )  # fmt: skip


def open_todos(cast: Cast, login: str) -> list[str]:
    mine = Assignment.objects.open().filter(person=cast.member(login).person)
    return list(mine.order_by("pk").values_list("item__type", flat=True))


def test_the_sheet_lists_what_he_holds(cast: Cast, papers: Shelf, groups: Shelf) -> None:
    handover = start(cast)
    year = timezone.localdate().year
    assert handover.number == f"交〔{year}〕1号" == Number.objects.get(series="changes.handover").text
    assert (handover.person_name, handover.unit_name, handover.title) == (
        "李四",
        "朱家角镇党政办公室",
        "办事员",
    )
    assert handover.leaves == cast.units["QP-0301"]
    assert set(items(handover)) == {"1", "2", "3", "g1", "g2"}
    assert {one.decision for one in handover.items.all()} == {""}
    assert open_todos(cast, "li") == ["changes.hand_over"]
    line = Entry.objects.filter(verb="changes.handover_started").latest("pk")
    assert str(line) == f"钱玉芬生成了交接单{handover.number}"


def test_what_ends_with_the_post_is_decided_already(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = shelf(monkeypatch, "changes.test_keys", "门禁", can_give=False)
    keys.put("k", person_id=cast.li.person.pk)
    handover = start(cast)
    assert items(handover)["k"].decision == HandoverItem.Decision.ENDS


def test_from_decision_to_completion(cast: Cast, papers: Shelf, groups: Shelf) -> None:
    handover = start(cast)
    li, qian, tang, zhao = (cast.member(one).principal() for one in ("li", "qian", "tang", "zhao"))
    things = items(handover)
    handover = acts.decide(
        handover,
        {
            things["1"].pk: Choice("successor", zhao.person_id),
            things["2"].pk: Choice("successor", qian.person_id),
            things["3"].pk: Choice("office"),
            things["g1"].pk: Choice("leave"),
            things["g2"].pk: Choice("keep", reason="继续参加专项工作"),
        },
        revision=handover.revision,
        actor=li,
    )
    assert handover.state == Handover.State.WORKING
    handover = acts.submit(handover, revision=handover.revision, actor=li)
    assert handover.state == Handover.State.RECEIVING
    assert open_todos(cast, "li") == []
    assert open_todos(cast, "zhao") == open_todos(cast, "qian") == ["changes.receive"]
    assert papers.of(li.person_id) == {"1", "2", "3"}, "nothing moves before somebody signs for it"

    handover = acts.receive(handover, revision=handover.revision, actor=zhao)
    assert papers.of(zhao.person_id) == {"1"} and open_todos(cast, "zhao") == []
    assert open_todos(cast, "tang") == []
    with pytest.raises(Refused) as refusal:
        acts.countersign(handover, revision=handover.revision, actor=tang)
    assert refusal.value.message == "钱玉芬尚未签收"

    handover = acts.receive(handover, revision=handover.revision, actor=qian)
    assert open_todos(cast, "tang") == ["changes.countersign"]
    handover = acts.countersign(handover, revision=handover.revision, actor=tang)
    assert handover.state == Handover.State.DONE and handover.finished_at is not None
    assert papers.of(tang.person_id) == {"3"} and papers.of(li.person_id) == set()
    assert open_todos(cast, "tang") == []
    told = Message.objects.get(kind="changes.handover_done")
    assert told.title == f"交接单{handover.number}已完成"


def test_signatures_can_be_verified_and_show_what_was_altered(cast: Cast, papers: Shelf) -> None:
    handover = give_all(start(cast), cast)
    handover = acts.submit(handover, revision=handover.revision, actor=cast.li.principal())
    acts.receive(handover, revision=handover.revision, actor=cast.qian.principal())
    assert [one.text for one in queries.verify(handover)] == ["验证通过"] * 2
    mark = handover.signatures.get(part=HandoverSignature.Part.RECEIVER)
    assert len(mark.digest) == 64 and '"移交钱玉芬"' in mark.content and "承办文件" in mark.content

    handover.items.filter(held_id="1").update(title="另一份文件")
    assert [one.text for one in queries.verify(handover)] == ["验证通过，签署后交接单有变化"] * 2
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE changes_handoversignature SET content = replace(content, %s, %s) WHERE id = %s",
            ["承办文件", "别的文件", mark.pk],
        )
    assert [one.is_genuine for one in queries.verify(handover)] == [True, False]
    HandoverSignature.objects.filter(pk=mark.pk).update(content=mark.content, name="赵明远")
    assert [one.is_genuine for one in queries.verify(handover)] == [True, False]


def test_submitting_needs_a_decision_for_everything(cast: Cast, papers: Shelf) -> None:
    handover = start(cast)
    with pytest.raises(Refused) as refusal:
        acts.submit(handover, revision=handover.revision, actor=cast.li.principal())
    assert (refusal.value.status, refusal.value.message) == (422, "还有3项未确定去向")
    assert not HandoverSignature.objects.exists()


def test_the_administrator_does_it_for_who_cannot(cast: Cast, papers: Shelf) -> None:
    handover = give_all(start(cast), cast, to="zhao", by="qian")
    qian = cast.qian.principal()
    with pytest.raises(Refused) as refusal:
        acts.submit(handover, revision=handover.revision, actor=qian)
    assert refusal.value.fields == {"behalf": "请填写代办原因"}
    handover = acts.submit(handover, revision=handover.revision, actor=qian, behalf="本人住院")
    mark = handover.signatures.get()
    assert (mark.part, mark.name, mark.behalf) == ("leaver", "钱玉芬", "本人住院")
    assert open_todos(cast, "li") == []


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        (Choice("successor"), "请选择接收人"),
        (Choice("successor", 0), "接收人应为本单位已开通账号的在岗人员"),
        (Choice("ends"), "该事项不能这样处理"),
        (Choice("keep", reason="试"), "该事项不能这样处理"),
    ],
)
def test_decisions_that_are_refused(cast: Cast, papers: Shelf, choice: Choice, message: str) -> None:
    handover = start(cast)
    first = items(handover)["1"]
    with pytest.raises(Refused) as refusal:
        acts.decide(handover, {first.pk: choice}, revision=1, actor=cast.li.principal())
    assert (refusal.value.status, refusal.value.message) == (422, message)
    first.refresh_from_db()
    handover.refresh_from_db()
    assert first.decision == "" and handover.revision == 1


def test_keeping_a_group_needs_a_reason(cast: Cast, groups: Shelf) -> None:
    handover = start(cast)
    group = items(handover)["g1"]
    with pytest.raises(Refused) as refusal:
        acts.decide(handover, {group.pk: Choice("keep", reason=" ")}, revision=1, actor=cast.li.principal())
    assert refusal.value.message == "请填写保留理由"


@pytest.mark.parametrize("login", ["wang", "lao", "li", "temp"])
def test_only_colleagues_with_an_account_take_over(cast: Cast, papers: Shelf, login: str) -> None:
    """Neither who serves elsewhere, nor who has no active account, nor the leaver himself."""
    handover = start(cast)
    choice = Choice("successor", cast.member(login).person.pk)
    with pytest.raises(Refused) as refusal:
        acts.decide(handover, {items(handover)["1"].pk: choice}, revision=1, actor=cast.li.principal())
    assert refusal.value.message == "接收人应为本单位已开通账号的在岗人员"


def test_colleagues_who_are_hidden_from_the_leaver_are_not_offered(cast: Cast, papers: Shelf) -> None:
    """His department may hold somebody whom he does not see: neither listed, nor found, nor named by id."""
    handover, li = start(cast), cast.li.principal()
    tang = cast.tang.person
    assert tang.pk in [one for one, *_ in sheets.successors(handover, "tang", li)]
    hide(tang)
    assert sheets.successors(handover, "tang", li) == []
    assert sheets.successor_named(handover, tang.name, li) is None
    choice = {items(handover)["1"].pk: Choice("successor", tang.pk)}
    with pytest.raises(Refused) as refusal:
        acts.decide(handover, choice, revision=1, actor=li)
    assert refusal.value.message == "接收人应为本单位已开通账号的在岗人员"
    assert sheets.successor_named(handover, tang.name, cast.qian.principal()) == tang.pk, "her administrator"


def test_who_saw_an_older_sheet_signs_nothing(cast: Cast, papers: Shelf) -> None:
    handover = give_all(start(cast), cast)
    seen = handover.revision
    handover = acts.submit(handover, revision=seen, actor=cast.li.principal())
    first = items(handover)["1"]
    acts.decide(
        handover,
        {first.pk: Choice("successor", cast.zhao.person.pk)},
        revision=handover.revision,
        actor=cast.qian.principal(),
    )
    with pytest.raises(Refused) as refusal:
        acts.receive(handover, revision=seen, actor=cast.qian.principal())
    assert (refusal.value.status, refusal.value.code) == (409, "E-CONC-01")
    assert papers.of(cast.li.person.pk) == {"1", "2", "3"}
    assert open_todos(cast, "zhao") == ["changes.receive"]


def test_what_was_taken_over_is_not_decided_again(cast: Cast, papers: Shelf) -> None:
    handover = give_all(start(cast), cast)
    handover = acts.submit(handover, revision=handover.revision, actor=cast.li.principal())
    acts.receive(handover, revision=handover.revision, actor=cast.qian.principal())
    choice = {items(handover)["1"].pk: Choice("office")}
    with pytest.raises(Refused) as refusal:
        acts.decide(handover, choice, revision=handover.revision, actor=cast.qian.principal())
    assert refusal.value.code == "E-CONC-01"


def test_a_receiver_returns_it(cast: Cast, papers: Shelf) -> None:
    handover = give_all(start(cast), cast)
    handover = acts.submit(handover, revision=handover.revision, actor=cast.li.principal())
    qian = cast.qian.principal()
    with pytest.raises(Refused) as refusal:
        acts.send_back(handover, reason=" ", actor=qian)
    assert refusal.value.fields == {"reason": "请填写退回意见"}
    handover = acts.send_back(handover, reason="第2件应交镇长", actor=qian)
    assert handover.state == Handover.State.WORKING and not handover.signatures.exists()
    assert open_todos(cast, "qian") == [] and open_todos(cast, "li") == ["changes.hand_over"]
    message = Message.objects.get(kind="changes.handover_returned")
    assert (message.title, message.summary) == (f"交接单{handover.number}被钱玉芬退回", "第2件应交镇长")
    handover = acts.submit(handover, revision=handover.revision, actor=cast.li.principal())
    assert handover.state == Handover.State.RECEIVING and open_todos(cast, "qian") == ["changes.receive"]


def test_a_module_that_refuses_keeps_the_receiver_from_signing(cast: Cast, papers: Shelf) -> None:
    handover = give_all(start(cast), cast)
    handover = acts.submit(handover, revision=handover.revision, actor=cast.li.principal())
    papers.refused = {"2"}
    with pytest.raises(Refused) as refusal:
        acts.receive(handover, revision=handover.revision, actor=cast.qian.principal())
    assert refusal.value.message == "该事项正在办理，暂不能移交"
    assert not handover.signatures.filter(part="receiver").exists()
    assert not handover.items.filter(state="done").exists()


def test_only_one_open_sheet_for_a_post(cast: Cast, papers: Shelf) -> None:
    handover = start(cast)
    with pytest.raises(Refused) as refusal:
        start(cast)
    assert (refusal.value.status, refusal.value.message) == (409, "该人员已有未完成的交接单")
    assert Handover.objects.count() == 1
    acts.cancel(handover, reason="调动撤销", actor=cast.qian.principal())
    assert start(cast).number.endswith("2号")


def test_cancelling_ends_the_todos(cast: Cast, papers: Shelf) -> None:
    handover = start(cast)
    with pytest.raises(Refused) as refusal:
        acts.cancel(handover, reason="", actor=cast.qian.principal())
    assert refusal.value.fields == {"reason": "请填写取消原因"}
    handover = acts.cancel(handover, reason="调动撤销", actor=cast.qian.principal())
    assert handover.state == Handover.State.CANCELLED and open_todos(cast, "li") == []
    with pytest.raises(Refused) as refusal:
        acts.submit(handover, revision=handover.revision, actor=cast.li.principal())
    assert refusal.value.message == "当前状态为“已取消”，不能执行“提交”"


@pytest.mark.parametrize("login", ["li", "wang", "zhao", "fang", "shen"])
def test_who_may_not_start_one(cast: Cast, papers: Shelf, login: str) -> None:
    with pytest.raises(Refused) as refusal:
        acts.start(
            cast.li.person, post=post_of(cast, "li"), occasion="transfer", effective_on=TODAY,
            actor=cast.member(login).principal(),
        )  # fmt: skip
    assert refusal.value.message == "您没有“申报人员、机构变动”权限"
    assert not Handover.objects.exists()


def test_nobody_else_decides_receives_or_countersigns(cast: Cast, papers: Shelf) -> None:
    handover = give_all(start(cast), cast, to="qian")
    zhou, qian = cast.zhou.principal(), cast.qian.principal()
    seen = handover.revision
    tries: list[Callable[[], object]] = [
        lambda: acts.decide(handover, {}, revision=seen, actor=zhou),
        lambda: acts.submit(handover, revision=seen, actor=zhou),
        lambda: acts.countersign(handover, revision=seen, actor=qian),
        lambda: acts.cancel(handover, reason="试", actor=zhou),
    ]
    for attempt in tries:
        with pytest.raises(Refused) as refusal:
            attempt()
        assert refusal.value.status == 403
    with pytest.raises(Refused) as refusal:
        acts.receive(handover, revision=handover.revision, actor=zhou)
    assert refusal.value.status == 404


def test_the_leaver_never_countersigns_his_own(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the office's director leaves, the administrator stands in."""
    papers = shelf(monkeypatch, "changes.test_papers", "承办文件")
    papers.put("1", person_id=cast.tang.person.pk)
    tang, qian = cast.tang.principal(), cast.qian.principal()
    handover = acts.start(
        cast.tang.person, post=post_of(cast, "tang"), occasion="transfer", effective_on=timezone.localdate(),
        actor=qian,
    )  # fmt: skip
    handover = acts.assign_all(handover, decision="office", revision=1, actor=tang)
    handover = acts.submit(handover, revision=handover.revision, actor=tang)
    assert open_todos(cast, "tang") == [] and open_todos(cast, "qian") == ["changes.countersign"]
    with pytest.raises(Refused) as refusal:
        acts.countersign(handover, revision=handover.revision, actor=tang)
    assert refusal.value.status == 403


def test_who_sees_a_sheet(cast: Cast, papers: Shelf) -> None:
    handover = give_all(start(cast), cast, to="zhao")

    def viewers() -> set[str]:
        everybody = ("li", "qian", "tang", "zhao", "zhou", "wang", "gu", "fang", "shen", "sun", "temp", "mi")
        return {
            login for login in everybody
            if handover in Handover.objects.visible_to(cast.member(login).principal())
        }  # fmt: skip

    assert viewers() == {"li", "qian", "tang", "sun"}
    acts.submit(handover, revision=handover.revision, actor=cast.li.principal())
    assert viewers() == {"li", "qian", "tang", "sun", "zhao"}
    assert not Handover.objects.visible_to(None).exists()
