"""Pushing to the municipal directory over real HTTP: increments, failures, withdrawal, comparison."""

import datetime
import json
import urllib.error
import urllib.request
from collections.abc import Callable
from functools import partial

import pytest
from django.conf import settings
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.addressbook.actions import proposals
from yiwang.platform.changes.tests import applications as ask
from yiwang.platform.messages.models import Message
from yiwang.platform.org.actions import own
from yiwang.platform.org.models import Person
from yiwang.platform.sharing import rules
from yiwang.platform.sharing.actions import comparing, ledger, pushing, shares
from yiwang.platform.sharing.gateways import directory as gateway
from yiwang.platform.sharing.gateways import directory_protocol as protocol
from yiwang.platform.sharing.gateways.directory_simulator import Simulator
from yiwang.platform.sharing.models import Channel, PushRecord, Share, SharedPerson
from yiwang.platform.sharing.queries import shares as queries
from yiwang.platform.sharing.tests.applications import in_force
from yiwang.platform.sharing.tests.people import as_member, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def shared(cast: Cast, municipal_directory: Simulator) -> Share:
    """朱家角镇, in force and pushed."""
    share = in_force(cast)
    ledger.follow()
    assert pushing.push_due() == 5
    return share


def held(simulator: Simulator) -> set[str]:
    return {one["name"] for one in simulator.held.values()}


def later(minutes: int = 0) -> datetime.datetime:
    return timezone.now() + datetime.timedelta(minutes=minutes)


def read(address: str) -> str:
    """What the simulator answers to anybody."""
    with urllib.request.urlopen(address) as answer:  # noqa: S310  our own server on loopback
        text: str = answer.read().decode()
    return text


def run() -> int:
    ledger.follow()
    return pushing.push_due(now=later(1))


def test_what_the_directory_holds(cast: Cast, shared: Share, municipal_directory: Simulator) -> None:
    assert held(municipal_directory) == {"赵明远", "钱玉芬", "李四", "周月娥", "唐静宜"}
    li = next(one for one in municipal_directory.held.values() if one["name"] == "李四")
    assert li == {
        "name": "李四",
        "unit": "朱家角镇",
        "department": "党政办公室",
        "title": "办事员",
        "office_phone": "021-59720000",
    }
    everything = json.dumps(municipal_directory.held, ensure_ascii=False)
    for member in (cast.li, cast.zhao):
        assert member.person.id_number not in everything and member.person.mobile not in everything
    assert queries.progress(shared).shared == 5
    record = PushRecord.objects.filter(person=cast.li.person).get()
    assert record.outcome == "confirmed" and record.is_simulated
    channel = Channel.objects.get()
    assert channel.is_simulated and channel.answered_at is not None


def test_only_what_changed_is_pushed_again(
    cast: Cast,
    shared: Share,
    municipal_directory: Simulator,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    before = municipal_directory.requests
    assert run() == 0
    li = cast.li.principal()
    with django_capture_on_commit_callbacks(execute=True):
        own.change_own_details(cast.li.person, facts={"office_phone": "021-59720088"}, actor=li)
    assert municipal_directory.requests == before + 1
    assert "021-59720088" in {one.get("office_phone") for one in municipal_directory.held.values()}
    with django_capture_on_commit_callbacks(execute=True):
        own.change_own_details(cast.li.person, facts={"room": "301"}, actor=li)  # no field of the share
    assert run() == 0 and municipal_directory.requests == before + 1


def test_who_leaves_the_unit_leaves_the_directory(
    cast: Cast, shared: Share, municipal_directory: Simulator
) -> None:
    operation = ask.apply_for(ask.transfer(cast, cast.li), cast.qian)
    ask.take_effect(ask.agree(operation, cast.tang, cast.gu, cast.sun))
    assert Person.objects.get(pk=cast.li.person.pk).unit == cast.units["QP-0302-01"]
    assert run() == 1
    assert "李四" not in held(municipal_directory)


def test_who_is_hidden_leaves_within_the_next_minute(
    cast: Cast, shared: Share, municipal_directory: Simulator
) -> None:
    hiding = proposals.propose_hiding(
        cast.li.person, scope="except_own", fields=[], reason="工作需要", actor=cast.qian.principal()
    )
    proposals.approve(hiding, actor=cast.an.principal())
    assert run() == 1
    assert "李四" not in held(municipal_directory) and len(held(municipal_directory)) == 4


def test_who_was_hidden_since_the_ledger_was_written_is_not_sent(
    cast: Cast, municipal_directory: Simulator
) -> None:
    """The last look is at the claim: between ledger and push somebody may be hidden."""
    in_force(cast)
    Person.objects.filter(pk=cast.li.person.pk).update(is_listed=False)
    pushing.push_due(now=later(1))
    assert "李四" not in held(municipal_directory) and len(held(municipal_directory)) == 4
    sent = PushRecord.objects.get(person=cast.li.person)
    assert sent.act == "delete"


def test_withdrawal_propagates_and_shows_until_confirmed(
    cast: Cast, shared: Share, municipal_directory: Simulator
) -> None:
    municipal_directory.is_down = True
    shares.withdraw(shared, reason="不再需要", actor=cast.tang.principal())
    pushing.push_due(now=later(1))
    shared.refresh_from_db()
    assert shared.cleared_at is None and queries.progress(shared).to_clear == 5
    assert "等待市级确认" in as_member(cast, "qian").get(f"/sharing/{shared.pk}/").content.decode()
    municipal_directory.is_down = False
    assert pushing.push_due(now=later(10)) == 5
    assert municipal_directory.held == {}
    ended = Share.objects.get(pk=shared.pk)
    assert ended.cleared_at is not None and queries.progress(ended).is_settled
    assert Message.objects.get(kind="sharing.cleared").title == "市级通讯录已确认清除朱家角镇的共享信息"
    assert "确认清除" in as_member(cast, "qian").get(f"/sharing/{shared.pk}/").content.decode()


def test_a_push_that_arrives_after_the_deletion_is_refused(
    cast: Cast, municipal_directory: Simulator
) -> None:
    """Who claimed the push is slow; meanwhile the share is withdrawn and the deletion confirmed."""
    share = in_force(cast)
    claims = pushing.claim(20, actor=SYSTEM, now=later(1))
    assert len(claims) == 5
    shares.withdraw(share, reason="不再需要", actor=cast.qian.principal())
    assert pushing.push_due(now=later(2)) == 5  # the deletions are first
    service = gateway.directory()
    for one in claims:
        taken = service.put(one.key, one.version, one.entry)
        assert taken.is_stale
        pushing.settle(one, taken, actor=SYSTEM, now=later(2))
    assert municipal_directory.held == {}
    pushing.push_due(now=later(5))
    assert municipal_directory.held == {} and not SharedPerson.objects.pending().exists()


def test_a_withdrawal_during_the_push_is_sent_after_it(cast: Cast, municipal_directory: Simulator) -> None:
    """The push is answered late: what it confirmed is older than what is wanted by then."""
    share = in_force(cast)
    (first, *_) = pushing.claim(1, actor=SYSTEM, now=later(1))
    taken = gateway.directory().put(first.key, first.version, first.entry)
    shares.withdraw(share, reason="不再需要", actor=cast.qian.principal())
    pushing.settle(first, taken, actor=SYSTEM, now=later(1))
    assert len(municipal_directory.held) == 1
    pushing.push_due(now=later(1))
    assert municipal_directory.held == {}
    share.refresh_from_db()
    assert share.cleared_at is not None


def test_nothing_is_lost_while_the_directory_is_down(cast: Cast, municipal_directory: Simulator) -> None:
    in_force(cast)
    municipal_directory.is_down = True
    moment = later(1)
    waits = []
    for _ in range(6):
        assert pushing.push_due(now=moment) == 0
        channel = Channel.objects.get()
        assert channel.next_at is not None
        waits.append(channel.next_at - moment)
        assert pushing.push_due(now=moment) == 0  # not before its time
        moment = channel.next_at
    assert waits == [rules.back_off(tries) for tries in range(1, 7)] and waits == sorted(waits)
    assert Channel.objects.get().tries == 6
    told = Message.objects.filter(kind="sharing.channel_down")
    assert told.count() == 1 and "5项推送等待中" in told.get().title
    assert PushRecord.objects.filter(outcome="failed").count() == 6
    assert "市级通讯录无法连接" in as_member(cast, "sun").get("/sharing/channel/").content.decode()

    municipal_directory.is_down = False
    assert pushing.push_due(now=moment + datetime.timedelta(hours=1)) == 5
    assert len(held(municipal_directory)) == 5
    channel = Channel.objects.get()
    assert channel.failing_since is None and channel.tries == 0
    assert Message.objects.filter(kind="sharing.channel_up").count() == 1


def test_without_a_directory_it_waits(cast: Cast, settings: Settings) -> None:
    settings.DIRECTORY_URL = ""
    in_force(cast)
    assert pushing.push_due(now=later(1)) == 0 and queries.pending() == 5
    assert not PushRecord.objects.exists()


def test_a_worker_that_died_leaves_its_claims_to_others(cast: Cast, municipal_directory: Simulator) -> None:
    in_force(cast)
    now = timezone.now()
    pushing.claim(20, actor=SYSTEM, now=now + datetime.timedelta(seconds=5))
    assert pushing.push_due(now=now + datetime.timedelta(seconds=10)) == 0
    assert pushing.push_due(now=now + rules.LEASE + datetime.timedelta(seconds=10)) == 5


class TestComparison:
    def test_a_directory_that_lost_everything_gets_it_again(
        self, shared: Share, municipal_directory: Simulator
    ) -> None:
        municipal_directory.entries.clear()
        made = comparing.compare()
        assert (made.ours, made.theirs, made.missing) == (5, 0, 5) and not made.is_equal
        assert pushing.push_due(now=later(1)) == 5 and len(municipal_directory.held) == 5
        assert comparing.compare().is_equal

    def test_what_it_holds_too_much_is_taken_out(
        self, cast: Cast, shared: Share, municipal_directory: Simulator
    ) -> None:
        li = SharedPerson.objects.get(person=cast.li.person)
        shares.withdraw(shared, reason="不再需要", actor=cast.qian.principal())
        pushing.push_due(now=later(1))
        municipal_directory.entries[li.key.hex].fields = {"name": "李四", "unit": "朱家角镇"}
        municipal_directory.take("ab" * 16, 7, {"name": "某某", "unit": "某单位"})
        made = comparing.compare()
        assert made.surplus == 2
        pushing.push_due(now=later(2))
        assert municipal_directory.held == {}
        assert PushRecord.objects.filter(person=None, act="delete").count() == 1

    def test_another_version_is_put_right(
        self, cast: Cast, shared: Share, municipal_directory: Simulator
    ) -> None:
        key = SharedPerson.objects.get(person=cast.li.person).key.hex
        municipal_directory.entries[key].version = 40
        municipal_directory.entries[key].fields = {"name": "李五", "unit": "朱家角镇"}
        assert comparing.compare().different == 1
        pushing.push_due(now=later(1))
        assert held(municipal_directory) >= {"李四"} and "李五" not in held(municipal_directory)

    def test_it_says_when_it_could_not_be_done(self, shared: Share, municipal_directory: Simulator) -> None:
        municipal_directory.is_down = True
        made = comparing.compare()
        assert made.fault == "市级通讯录返回 503" and not made.is_equal


class TestInterface:
    """docs/reference/directory-interface.md, against the simulator."""

    def test_the_same_request_twice_changes_nothing(self, municipal_directory: Simulator) -> None:
        service, entry = gateway.directory(), {"name": "张三", "unit": "朱家角镇"}
        first, again = (service.put("ab" * 16, 3, entry) for _ in range(2))
        assert first == again and first.version == 3 and not first.is_stale and first.is_simulated
        assert municipal_directory.entries["ab" * 16].version == 3

    def test_nothing_older_comes_back_after_a_deletion(self, municipal_directory: Simulator) -> None:
        service, entry = gateway.directory(), {"name": "张三", "unit": "朱家角镇"}
        service.put("ab" * 16, 3, entry)
        service.delete("ab" * 16, 4)
        assert service.put("ab" * 16, 3, entry).is_stale and municipal_directory.held == {}

    def test_long_lists_come_in_pages(
        self, municipal_directory: Simulator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(protocol, "MOST_LISTED", 2)
        for number in range(5):
            municipal_directory.take(f"{number:032x}", 1, {"name": "某", "unit": "某"})
        assert len(comparing._listed(gateway.directory())) == 5

    def test_entries_with_other_fields_are_refused(self, municipal_directory: Simulator) -> None:
        entry = {"name": "张三", "unit": "朱家角镇", "id_number": "…"}
        with pytest.raises(gateway.NotTaken):
            gateway.directory().put("ab" * 16, 1, entry)

    def test_unsigned_requests_are_refused(self, municipal_directory: Simulator) -> None:
        with pytest.raises(urllib.error.HTTPError) as refusal:
            read(f"{municipal_directory.url}/persons")
        assert refusal.value.code == 401
        refusal.value.close()

    def test_its_own_page_says_that_it_is_a_simulator(
        self, shared: Share, municipal_directory: Simulator
    ) -> None:
        page = read(municipal_directory.url + "/")
        assert "这不是真实的市级通讯录" in page and "李四" in page and "共5人" in page

    @pytest.mark.parametrize(
        ("spoil", "words"),
        [
            (lambda options: setattr(options, "DIRECTORY_URL", "http://127.0.0.1:9"), "没有应答"),
            (lambda options: setattr(options, "DIRECTORY_URL", "http://example.cn"), "须使用 https"),
            (lambda options: setattr(options, "DIRECTORY_URL", ""), "未配置"),
            (lambda options: setattr(options, "DIRECTORY_KEY_FILE", "/nowhere"), "密钥不可读"),
        ],
    )
    def test_what_is_no_answer(
        self,
        municipal_directory: Simulator,
        settings: Settings,
        spoil: Callable[[Settings], None],
        words: str,
    ) -> None:
        spoil(settings)
        with pytest.raises(gateway.Unreachable, match=words):
            gateway.directory().listed("")

    def test_an_answer_under_another_key_is_none(
        self, municipal_directory: Simulator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(protocol, "sign_answer", lambda *args, **more: "0" * 64)
        with pytest.raises(gateway.Unreachable, match="签名不正确"):
            monkeypatch.setattr(protocol, "is_same", lambda one, other: one == "1" * 64)
            gateway.directory().listed("")


def test_the_channel_is_for_the_district(cast: Cast, shared: Share) -> None:
    sun = as_member(cast, "sun")
    assert "市级通讯录模拟器" in sun.get("/sharing/channel/").content.decode()
    assert sun.post("/sharing/channel/compare/", follow=True).status_code == 200
    assert sun.post("/sharing/channel/push/", follow=True).status_code == 200
    assert as_member(cast, "qian").get("/sharing/channel/").status_code == 404
    refused(partial(pushing.hurry, actor=cast.qian.principal()), status=403, words="市级共享管理")
    assert settings.DIRECTORY_URL


def test_units_see_their_own_records(cast: Cast, shared: Share) -> None:
    assert "李四" in as_member(cast, "qian").get("/sharing/records/").content.decode()
    assert "李四" not in as_member(cast, "gu").get("/sharing/records/").content.decode()
