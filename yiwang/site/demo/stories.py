"""What is going on in the demonstration district: changes of persons and units in every state.

Told through actions, as people would do it, the same each time for the same day; so no list is empty.
"""

import datetime
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.db import transaction

from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused
from yiwang.kernel.extension.imports import Incoming
from yiwang.platform.accounts.actions import roles
from yiwang.platform.accounts.models import Account, Verification
from yiwang.platform.changes.actions import (
    data_request,
    handover,
    people_batch,
    people_import,
    person_trouble,
    temporary_account,
    unit_change,
    unit_review,
)
from yiwang.platform.changes.models import Handover
from yiwang.platform.changes.rules import handover as handover_rules
from yiwang.platform.changes.rules.operation_content import Content
from yiwang.platform.org.models import Code, Post, Unit
from yiwang.platform.org.queries import codes
from yiwang.platform.upkeep.actions import corrections
from yiwang.site.demo import connections, keeping, openness, reaching, texting
from yiwang.site.demo.stage import Lacking, Stage
from yiwang.site.demo.vocabulary import TOLD

log = logging.getLogger(__name__)

TOWN, OTHER_TOWN, BUREAU = "朱家角镇", "徐泾镇", "区水务局"
OFFICE = "党政办公室"


@transaction.atomic
def tell(*, today: datetime.date, actor: Actor = SYSTEM) -> int:
    """All stories; how many. One that cannot be told keeps no other back, and no district from loading."""
    stage, told = Stage(today), 0
    for story in STORIES:
        try:
            with transaction.atomic():
                story(stage)
        except Lacking:
            log.info("the district is too small for %s", story.__name__)
        except Refused as refusal:
            log.warning("story %s: %s", story.__name__, refusal)
        else:
            told += 1
    audit.record(TOLD, ("org.unit", "", "演示区"), actor=actor, changes={"stories": [0, told]})
    return told


# --- persons ------------------------------------------------------------------------------------------------


def newcomers(stage: Stage) -> None:
    """新增: in effect, in review, refused by the identity service, a draft."""
    qian, office = stage.actor("qian"), stage.unit(TOWN, OFFICE)
    service = stage.unit(TOWN, "社区服务办公室")
    for unit in (office, service):
        said = stage.content("add", to_unit=unit, facts=stage.newcomer(), duty={"title": "工作人员"})
        stage.effect(stage.write(said, qian))
    waiting = stage.content(
        "add",
        to_unit=stage.unit(TOWN, "农业农村办公室"),
        facts=stage.newcomer(category="established", establishment="administrative"),
        duty={"title": "一级科员"},
    )
    stage.write(waiting, qian)
    unknown = stage.content(
        "add", to_unit=service, facts=stage.newcomer(is_refused=True), duty={"title": "工作人员"}
    )
    stage.effect(stage.write(unknown, qian), Verification.Outcome.NAME_MISMATCH)
    draft = stage.content("add", to_unit=office, facts=stage.newcomer(), duty={"title": "工作人员"})
    stage.write(draft, qian, submits=False)


def corrections_of_persons(stage: Stage) -> None:
    """修改: in effect, returned, rejected, waiting beyond its time."""
    qian, town = stage.actor("qian"), stage.unit(TOWN)
    grades = codes.by_label(Code.List.GRADE)

    def promoted(label: str, **more: Any) -> Content:
        person = stage.somebody(town, category="established")
        fresh = grades[label] if person.grade != grades[label] else grades["二级主任科员"]
        return stage.content("correct", person=person, facts={"grade": fresh}, reason="职级晋升", **more)

    done = promoted("三级主任科员")
    stage.effect(stage.write(done, qian))
    returned = stage.write(promoted("一级主任科员"), qian)
    stage.send_back(returned, "依据文号有误，请核对任职文件后重新提交")
    rejected = stage.write(promoted("四级调研员"), qian)
    stage.disagree(rejected, "晋升尚未经镇党委会研究，暂不办理")
    late = promoted("四级主任科员", change_date=stage.ago(12))
    stage.write(late, qian)
    soon = promoted("三级主任科员", change_date=stage.ago(6))
    stage.write(soon, qian)


def transfers(stage: Stage) -> None:
    """调动: inside the town, late in effect; to the other town and from it, on either side; in some days."""
    qian, gu = stage.actor("qian"), stage.actor("gu")
    town, other = stage.unit(TOWN), stage.unit(OTHER_TOWN)
    inside = stage.content(
        "transfer",
        person=stage.somebody(town, category="established"),
        change_date=stage.ago(11),
        to_unit=stage.unit(TOWN, "社区平安办公室"),
        duty={"title": "科员"},
        reason="工作需要",
    )
    stage.effect(stage.write(inside, qian))
    out = stage.content(
        "transfer",
        person=stage.somebody(town, category="established"),
        to_unit=stage.unit(OTHER_TOWN, "经济发展办公室"),
        duty={"title": "科员"},
        reason="干部交流",
    )
    stage.agree(stage.write(out, qian), 1)
    coming = stage.content(
        "transfer",
        person=stage.somebody(other, category="established"),
        to_unit=stage.unit(TOWN, "规划建设和生态环境办公室"),
        duty={"title": "科员"},
        reason="干部交流",
    )
    stage.agree(stage.write(coming, gu), 2)
    leaver = stage.somebody(town, category="established")
    roles.grant_role(
        Account.objects.get_queryset().get(person=leaver),
        role="accounts.information_officer",
        unit=town,
        reason="分工安排",
        actor=qian,
    )
    ahead = stage.content(
        "transfer",
        person=leaver,
        effective_on=stage.ahead(7),
        to_unit=stage.unit(OTHER_TOWN, "社区管理办公室"),
        duty={"title": "科员"},
        reason="干部交流",
    )
    stage.agree(stage.write(ahead, qian))


def secondments_and_further_posts(stage: Stage) -> None:
    """借调: waits for the lender; to come. 兼任: in effect, to come, cancelled, ended again (移除)."""
    qian, gu, town = stage.actor("qian"), stage.actor("gu"), stage.unit(TOWN)
    wanted = stage.content(
        "second",
        person=stage.somebody(stage.unit(BUREAU), category="established"),
        to_unit=stage.unit(TOWN, "规划建设和生态环境办公室"),
        duty={"title": "河湖长制专班工作人员"},
        until=stage.today + datetime.timedelta(days=150),
        reason="淀山湖岸线整治专项工作",
    )
    stage.agree(stage.write(wanted, qian), 1)
    lent = stage.content(
        "second",
        person=stage.somebody(town, category="established"),
        effective_on=stage.ahead(5),
        to_unit=stage.unit(OTHER_TOWN, OFFICE),
        duty={"title": "进博会服务保障专班工作人员"},
        until=stage.today + datetime.timedelta(days=120),
        reason="进博会服务保障",
    )
    stage.agree(stage.write(lent, gu))
    target = stage.unit(TOWN, "社区平安办公室")
    titles = ("应急管理联络员", "网格化管理联络员", "信访工作联络员", "安全生产联络员")
    posts = [
        stage.content(
            "concurrent",
            person=stage.somebody(town, category="established"),
            to_unit=target,
            duty={"title": title},
        )
        for title in titles
    ]
    stage.effect(stage.write(posts[0], qian))
    stage.agree(stage.write(replace(posts[1], effective_on=stage.ahead(4)), qian))
    cancelled = stage.write(replace(posts[2], effective_on=stage.ahead(4)), qian)
    stage.agree(cancelled)
    person_trouble.cancel(cancelled, reason="分工调整，不再兼任", actor=qian)
    begun = stage.write(posts[3], qian)
    stage.effect(begun)
    begun.refresh_from_db()
    ended = stage.content("remove", person=begun.person, post=begun.begun_post, reason="分工调整，不再兼任")
    stage.effect(stage.write(ended, qian))


def departures(stage: Stage) -> None:
    """注销: in effect today; with the district."""
    qian, town = stage.actor("qian"), stage.unit(TOWN)
    gone = stage.content(
        "deregister",
        person=stage.somebody(town, category="contracted"),
        departure="contract_ended",
        reason="聘用合同到期，不再续签",
    )
    stage.effect(stage.write(gone, qian))
    retiring = stage.content(
        "deregister",
        person=stage.somebody(town, category="established"),
        departure="retired",
        effective_on=stage.ahead(10),
        reason="达到法定退休年龄",
    )
    stage.agree(stage.write(retiring, qian), 1)


def elsewhere(stage: Stage) -> None:
    """Other units are busy too: each an application that its own office has to review, or has reviewed."""
    for number, name in enumerate(("区水务局", "区民政局", "区档案局", "练塘镇", "金泽镇", "赵巷镇")):
        unit = stage.unit(name)
        administrator = stage.administrator(unit)
        said = stage.content(
            "correct",
            person=stage.somebody(unit, category="established"),
            change_date=stage.ago(number * 2 + 1),
            duty={"title": "一级科员"} if number % 2 else {"title": "综合岗科员"},
            reason="岗位调整",
        )
        post = Post.objects.filter(person=said.person, is_living=True, kind=Post.Kind.MAIN).first()
        operation = stage.write(replace(said, post=post), administrator)
        if number % 3 == 0:
            stage.effect(operation)


def batches(stage: Stage) -> None:
    """人员批量申报: one carried out, one in review."""
    qian = stage.actor("qian")
    unit = (
        stage.unit(TOWN, "社区事务受理服务中心")
        if _has(TOWN, "社区事务受理服务中心")
        else stage.unit(TOWN, OFFICE)
    )
    for is_done in (True, False):
        batch = people_import.submit(_rows(stage, unit), actor=qian, today=stage.today)
        if is_done:
            stage.agree(batch)
            people_batch.apply(batch.pk, today=stage.today, actor=SYSTEM)


def _has(department: str, name: str) -> bool:
    return Unit.objects.living().filter(parent__short_name=department, short_name=name).exists()


def _rows(stage: Stage, unit: Unit) -> list[Incoming]:
    cells = [stage.newcomer() for _ in range(3)]
    return [
        Incoming(
            line,
            {
                "name": one["name"],
                "id_number": one["id_number"],
                "mobile": one["mobile"],
                "category": "非编制内聘用人员",
                "establishment": "劳动合同",
                "unit": f"{unit.code} {unit.short_name}",
                "title": "窗口工作人员",
                "office_phone": "021-59720000",
                "basis": f"朱府〔{stage.today.year}〕21号",
            },
        )
        for line, one in enumerate(cells, start=2)
    ]


def handing_over(stage: Stage) -> None:
    """工作交接 in progress: the office director of the bureau rotates; part of it has somebody already."""
    fang, bureau = stage.actor("fang"), stage.unit(BUREAU)
    administrator = stage.administrator(bureau)
    post = Post.objects.get(person=fang.person_id, is_living=True, kind=Post.Kind.MAIN)
    sheet = handover.start(
        post.person,
        post=post,
        occasion=Handover.Occasion.OTHER,
        effective_on=stage.ahead(6),
        reason="科室负责人轮岗",
        actor=administrator,
    )
    items = [
        one
        for one in sheet.items.order_by("pk")
        if len(handover_rules.choices(handover_rules.holding_of(one))) > 1
    ]
    if items:
        choice = handover.Choice("successor", administrator.person_id)
        handover.decide(sheet, {items[0].pk: choice}, revision=sheet.revision, actor=fang)


# --- units --------------------------------------------------------------------------------------------------


def units_of_the_town(stage: Stage) -> None:
    """机构调整 of the town: a draft, in review, returned, in effect at once, to come."""
    qian, office = stage.actor("qian"), stage.unit(TOWN, OFFICE)
    agriculture = stage.unit(TOWN, "农业农村办公室")
    unit_change.start(
        "create",
        plan={
            "parent": agriculture.pk,
            "unit": {
                "code": f"{agriculture.code}-91",
                "full_name": "乡村振兴工作组",
                "short_name": "乡村振兴工作组",
                "node_type": "section",
            },
        },
        actor=qian,
        today=stage.today,
        reason="乡村振兴示范村建设需要",
    )
    names = {
        "社区服务办公室": "社会事业发展办公室",
        "经济发展办公室": "经济和营商服务办公室",
        "规划建设和生态环境办公室": "规划建设和生态环境保护办公室",
    }
    changes = [
        unit_change.start(
            "rename",
            unit=stage.unit(TOWN, before),
            plan={"full_name": after, "short_name": after},
            actor=qian,
            today=stage.today,
            effective_on=stage.ahead(8),
            basis=f"青编〔{stage.today.year}〕{31 + number}号",
            reason="机构职能优化调整",
        )
        for number, (before, after) in enumerate(names.items())
    ]
    stage.agree(changes[0], opinion="同意，按编制部门批复执行")
    stage.send_back(changes[1], "请上传区委编办批复原件")
    unit_change.draft(
        "create",
        plan={
            "parent": office.pk,
            "unit": {
                "code": f"{office.code}-91",
                "full_name": "综合服务组",
                "short_name": "综合服务组",
                "node_type": "section",
            },
        },
        actor=qian,
        effective_on=stage.ahead(3),
        reason="加强后勤保障",
    )


def units_of_others(stage: Stage) -> None:
    """机构调整 of other units: in effect, refused, and one that could not take effect on its day."""
    gu, water = stage.actor("gu"), stage.administrator(stage.unit(BUREAU))
    done = unit_change.start(
        "rename",
        unit=stage.unit(OTHER_TOWN, "农业农村办公室"),
        plan={"full_name": "农业农村和乡村振兴办公室", "short_name": "农业农村和乡村振兴办公室"},
        actor=gu,
        today=stage.today,
        basis=f"青编〔{stage.today.year}〕36号",
        reason="职能整合",
    )
    stage.agree(done)
    unit_review.take_effect(done.pk, today=stage.today, actor=SYSTEM)
    refused = unit_change.start(
        "rename",
        unit=stage.unit(OTHER_TOWN, "社区管理办公室"),
        plan={"full_name": "城市运行管理办公室", "short_name": "城市运行管理办公室"},
        actor=gu,
        today=stage.today,
        effective_on=stage.ahead(5),
        basis=f"青编〔{stage.today.year}〕37号",
        reason="名称规范",
    )
    stage.disagree(refused, "与全区统一设置不符，不予调整")
    sections = list(
        Unit.objects.living().filter(parent__short_name=BUREAU, node_type="section").order_by("sort")[1:3]
    )
    same = {"full_name": "河湖长制工作科", "short_name": "河湖长制工作科"}
    both = [
        unit_change.start(
            "rename",
            unit=unit,
            plan=same,
            actor=water,
            today=stage.today,
            basis=f"青编〔{stage.today.year}〕{38 + number}号",
            reason="河湖长制职能调整",
        )
        for number, unit in enumerate(sections)
    ]
    for change in both:
        stage.agree(change)
        unit_review.take_effect(change.pk, today=stage.today, actor=SYSTEM)


def vendors(stage: Stage) -> None:
    """A temporary account is to last longer: the office has to decide."""
    qian, account = stage.actor("qian"), Account.objects.get_queryset().get(login_name="temp")
    assert account.expires_on is not None  # noqa: S101  temporary accounts have an end
    until = account.expires_on + datetime.timedelta(days=60)
    wanted = temporary_account.write_extension(
        account, ends_on=until, purpose="应用验收测试延期", actor=qian, today=stage.today
    )
    temporary_account.submit(wanted, actor=qian, today=stage.today)


# --- the address book ---------------------------------------------------------------------------------------


def mistakes(stage: Stage) -> None:
    """纠错: colleagues say what is wrong in the address book."""
    li, office = stage.actor("li"), stage.unit(TOWN, OFFICE)
    zhao = Account.objects.get_queryset().get(login_name="zhao").person
    corrections.report(
        zhao, field="office_phone", wrong="拨打无人接听，号码已停用", actor=li, today=stage.today
    )
    other = stage.somebody(office)
    corrections.report(
        other, field="room", wrong="已搬到2号楼", right="2号楼305室", actor=li, today=stage.ago(5)
    )


def own_data(stage: Stage) -> None:
    """个人信息更正: one waits for an answer, one was answered."""
    li, zhou, qian = stage.actor("li"), stage.actor("zhou"), stage.actor("qian")
    data_request.ask(
        field="rank", wrong="职级晋升后未更新", right="三级主任科员", actor=li, today=stage.today
    )
    asked = data_request.ask(field="posts", wrong="缺少2019年至2021年任职", actor=zhou, today=stage.today)
    words = "已核对干部档案，补录任职经历"
    data_request.answer(asked, corrects=True, words=words, actor=qian)


# --- connected applications ---------------------------------------------------------------------------------


def applications(stage: Stage) -> None:
    """接入应用: one in use, one in trial, one that was disabled."""
    connections.connect(stage.unit(BUREAU), stage.unit(TOWN))


STORIES: tuple[Callable[[Stage], None], ...] = (
    newcomers,
    corrections_of_persons,
    transfers,
    secondments_and_further_posts,
    departures,
    elsewhere,
    batches,
    units_of_the_town,
    units_of_others,
    handing_over,
    vendors,
    mistakes,
    own_data,
    applications,
    *openness.STORIES,
    *keeping.STORIES,
    *reaching.STORIES,
    *texting.STORIES,
)
