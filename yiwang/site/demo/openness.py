"""Stories of who sees whom: photos, rules and hidings of each kind, contacts, looks, shares in each state."""

import datetime
from collections.abc import Callable

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.files import actions as files
from yiwang.platform.accounts.models import Account
from yiwang.platform.addressbook.actions import contacts, looks, mobiles, proposals, watching
from yiwang.platform.addressbook.models import Group, Hiding, Proposal
from yiwang.platform.addressbook.models.book import Mode, Preset, Tier
from yiwang.platform.org.actions import corrections, own
from yiwang.platform.org.models import Person, Unit
from yiwang.platform.sharing.actions import shares
from yiwang.platform.sharing.models import Share
from yiwang.platform.tags.actions import share as tag_shares
from yiwang.platform.tags.actions import tag as tag_acts
from yiwang.platform.tags.actions import use
from yiwang.platform.tags.models import Tag
from yiwang.site.demo import portraits
from yiwang.site.demo.stage import Lacking, Stage
from yiwang.site.demo.tags import KEEPER

_TOWN, _OTHER_TOWN, _BUREAU = "朱家角镇", "徐泾镇", "区水务局"
_WITH_PHOTO = ("sun", "qian", "tang", "gu", "lu", "zhao", "fang", "li", "zhou", "wang", "he", "xu")
_DESK = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130.0"
_PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile"
_SEASON = 120
_CROWD = 206  # more cards than a day's work explains


def _person(login: str) -> Person:
    return Account.objects.get_queryset().select_related("person__unit").get(login_name=login).person


def faces(stage: Stage) -> None:
    """照片: figures for the named people."""
    for number, login in enumerate(_WITH_PHOTO):
        actor = stage.actor(login)
        upload = SimpleUploadedFile("照片.png", portraits.tile(number))
        file = files.store_file(upload, purpose="org.person.photo", actor=actor)
        own.set_own_photo(_person(login), file=file, actor=actor)


# --- rules and hidings ------------------------------------------------------------


def _agreed(stage: Stage, *wanted: Proposal) -> None:
    for one in wanted:
        proposals.approve(one, actor=stage.actor("an"), opinion="同意")


def rules_of_each_kind(stage: Stage) -> None:
    """通讯规则: between units, for a tag with a period and its reason, for a duty, between two persons."""
    sun, until = stage.actor("sun"), stage.today + datetime.timedelta(days=_SEASON)
    bureau, town = stage.unit(_BUREAU), stage.unit(_TOWN)
    one, other = stage.somebody(town), stage.somebody(stage.unit("区信访办"))
    _agreed(
        stage,
        proposals.propose_rule(
            viewer=stage.unit("区委组织部"),
            target=stage.unit("区政府领导"),
            mode=Mode.DIRECT,
            reason="干部工作需要直接联系区领导",
            actor=sun,
        ),
        proposals.propose_rule(
            viewer=_group("防汛值班员"),
            target=bureau,
            mode=Mode.DIRECT,
            priority=60,
            reason="汛期防汛值守，值班员可直接联系区水务局领导",
            valid_to=until,
            actor=sun,
        ),
        proposals.propose_rule(
            viewer=proposals.duty("党总支书记"),
            target=stage.unit("区民政局"),
            mode=Mode.DIRECT,
            reason="基层治理和社会救助工作需要",
            actor=sun,
        ),
        proposals.propose_rule(
            viewer=one,
            target=other,
            mode=Mode.NONE,
            reason="信访事项办理回避",
            valid_to=until,
            actor=sun,
        ),
    )
    ended = proposals.propose_rule(
        viewer=stage.unit(_OTHER_TOWN),
        target=stage.unit("区商务委"),
        mode=Mode.DIRECT,
        reason="进博会服务保障期间直接联系",
        actor=sun,
    )
    _agreed(stage, ended)
    proposals.end(ended, reason="进博会服务保障工作结束", actor=stage.actor("an"))


def _group(tag: str) -> Group:
    known = Tag.objects.living().filter(name=tag).first()
    found = known and Group.objects.filter(source="tags.tag", reference=str(known.pk)).first()
    if not found:
        raise Lacking(tag)
    return found


def hidings_of_each_kind(stage: Stage) -> None:
    """隐藏设置: a unit with a white list, an inner unit, a person, single fields; 层级 by hand."""
    sun, qian = stage.actor("sun"), stage.actor("qian")
    town, office = stage.unit(_TOWN), stage.unit("区委办公室")
    everybody, except_own = Hiding.Scope.EVERYBODY, Hiding.Scope.EXCEPT_OWN
    inspection = _section(stage.unit("区纪委监委"), "审查调查一室")
    _agreed(
        stage,
        proposals.propose_hiding(
            inspection,
            scope=everybody,
            passes=[office, _person("lu")],
            reason="审查调查工作需要，不对外公开",
            actor=sun,
        ),
        proposals.propose_hiding(
            stage.unit(_TOWN, "社区平安办公室"),
            scope=except_own,
            fields=[Hiding.Field.MOBILE, Hiding.Field.ROOM],
            reason="综治信访工作需要",
            actor=qian,
        ),
        proposals.propose_hiding(
            stage.somebody(town),
            scope=except_own,
            reason="家庭原因，暂不对其他单位公开",
            valid_to=stage.today + datetime.timedelta(days=_SEASON),
            actor=qian,
        ),
        proposals.propose_hiding(
            _person("lu"),
            scope=everybody,
            fields=[Hiding.Field.MOBILE],
            reason="区领导手机号码不公开，由办公室转接",
            actor=sun,
        ),
        proposals.propose_tier(
            stage.somebody(stage.unit("区府办")),
            tier=Tier.Q1,
            reason="担任区领导联络员",
            valid_to=stage.today + datetime.timedelta(days=365),
            actor=sun,
        ),
    )


def _section(department: Unit, part: str) -> Unit:
    sections = Unit.objects.living().filter(path__startswith=department.path, level=department.level + 1)
    found = sections.filter(short_name__contains=part).first() or sections.order_by("-sort").first()
    if found is None:
        raise Lacking(department.short_name)
    return found


def proposals_in_each_state(stage: Stage) -> None:
    """待审批, 不同意, 已撤回: what an has before her and what became of others."""
    sun, qian, town = stage.actor("sun"), stage.actor("qian"), stage.unit(_TOWN)
    proposals.propose_hiding(
        stage.somebody(town),
        scope=Hiding.Scope.EXCEPT_OWN,
        fields=[Hiding.Field.OFFICE_PHONE],
        reason="信访接待岗位，办公电话仅对本单位公开",
        actor=qian,
    )
    proposals.propose_preset(preset=Preset.STRICT, reason="全国两会期间收紧沟通范围", actor=sun)
    refused = proposals.propose_tier(
        stage.somebody(town),
        tier=Tier.Q2,
        reason="经常参加区级会议",
        valid_to=stage.today + datetime.timedelta(days=180),
        actor=qian,
    )
    proposals.refuse(refused, opinion="不属于“相关同志”，请按任职确定层级", actor=stage.actor("an"))
    withdrawn = proposals.propose_rule(
        viewer=town,
        target=stage.unit("区财政局"),
        mode=Mode.DIRECT,
        reason="年终决算联系",
        actor=sun,
    )
    proposals.withdraw(withdrawn, actor=sun)


# --- contacts and looks ------------------------------------------------------------


def acquaintances(stage: Stage) -> None:
    """联系人: accepted, waiting for zhao and lu, refused. Each asker finds the other by his name only."""
    met = contacts.ask(_person("zhao"), reason="虹桥国际开放枢纽项目对接", actor=stage.actor("wang"))
    contacts.accept(met, actor=stage.actor("zhao"))
    contacts.ask(_person("zhao"), reason="两镇交界处河道保洁协调", actor=stage.actor("gu"))
    contacts.ask(_person("lu"), reason="水利工程进展需当面汇报", actor=stage.actor("fang"))
    turned_down = contacts.ask(_person("he"), reason="咨询文件流转进度", actor=stage.actor("li"))
    contacts.refuse(turned_down, actor=stage.actor("he"))


def who_looked(stage: Stage) -> None:
    """谁看过我: cards opened, numbers asked for with a purpose; one who opened too many."""
    for viewer, agent, seen in (
        ("zhao", _PHONE, ("li", "tang", "zhou", "qian")),
        ("qian", _DESK, ("li", "zhou", "tang")),
        ("wang", _DESK, ("li", "qian")),
        ("li", _DESK, ("zhao", "qian", "zhou", "wang")),
        ("fang", _DESK, ("li", "sun")),
    ):
        for login in seen:
            one = _person(login)
            looks.opened(one.pk, one.name, actor=stage.actor(viewer), agent=agent)
    mobiles.open_mobile(actor=stage.actor("zhou"))
    for viewer, login, purpose in (
        ("qian", "li", "值班值守：防汛夜间值班"),
        ("zhao", "li", "公务联系：起草镇长办公会材料"),
        ("li", "zhou", "会议活动通知：居村书记例会"),
    ):
        mobiles.reveal(_person(login).pk, purpose=purpose, actor=stage.actor(viewer), agent=_DESK)
    busy = stage.actor("fang")
    others = Person.objects.visible_to(busy).filter(unit_path__gte=stage.unit(_BUREAU).path)
    for person_id, name in list(others.order_by("position").values_list("pk", "name")[:_CROWD]):
        looks.opened(person_id, name, actor=busy, agent=_DESK)
    watching.note_mass_views(now=timezone.now(), actor=SYSTEM)


# --- sharing, tags, gaps ------------------------------------------------------------


def shares_in_each_state(stage: Stage) -> None:
    """市级共享: a draft, with 区政务办, returned, given up, refused, withdrawn, changed, overdue."""
    fields = [Share.Field.TITLE, Share.Field.OFFICE_PHONE]

    def asked(name: str, persons: str, reason: str, *, submits: bool = True) -> Share:
        unit = stage.unit(name)
        actor = stage.administrator(unit)
        one = shares.write(unit, persons=persons, fields=fields, reason=reason, actor=actor)
        if submits:
            shares.submit(one, actor=actor, today=stage.today)
        return one

    heads, leaders, everybody = Share.Persons.HEADS, Share.Persons.LEADERS, Share.Persons.ALL
    asked("练塘镇", leaders, "长三角生态绿色一体化发展示范区联合河长制工作", submits=False)
    stage.agree(asked("区水务局", heads, "市、区水务系统防汛联络"), 1)
    stage.send_back(asked("区文化旅游局", heads, "旅游节活动联络"), "请说明与市级部门对接的具体工作")
    stage.disagree(asked("区体育局", everybody, "市民运动会联络"), "共享全部人员超出工作需要")
    withdrawn = asked("赵巷镇", leaders, "商圈联合执法")
    stage.agree(withdrawn)
    withdrawn.refresh_from_db()
    actor = stage.administrator(stage.unit("赵巷镇"))
    shares.withdraw(withdrawn, reason="联合执法工作结束", actor=actor)

    given_up = asked("区生态环境局", heads, "环保督察期间联络")
    stage.send_back(given_up, "督察已结束，请确认是否仍需共享")
    given_up.refresh_from_db()
    shares.discard(given_up, actor=stage.administrator(given_up.unit))
    stage.agree(asked("华新镇", everybody, "物流园区市、区联合监管"))
    stage.agree(asked("华新镇", leaders, "物流园区市、区联合监管，改为只共享领导班子"))
    late = asked("重固镇", leaders, "福泉山遗址保护联络")
    stage.agree(late)
    Share.objects.filter(pk=late.pk).update(review_on=stage.ago(1))  # nobody waits a year for it
    shares.suspend_due(today=stage.today)


def tags_in_use(stage: Stage) -> None:
    """标签: one that is over, one with units on its list that others share; uses of this month."""
    sun, town = stage.actor("sun"), stage.unit(_TOWN)
    over = tag_acts.make_tag(
        town, name="人口普查指导员", group="专项工作", note="普查期间的指导员", actor=SYSTEM
    )
    tag_acts.suspend_tag(over, reason="普查工作结束", actor=stage.actor("qian"))
    told = Tag.objects.living().filter(name="居村书记").first()
    staff = Tag.objects.living().filter(name="信息员").first()
    if told is None or staff is None:
        raise Lacking("标签")
    tag_shares.share_tag(staff, units=[stage.unit("区委办公室").pk], actor=sun, viewer=KEEPER)
    use.resolve(told.pk, about="通知：居村书记例会", actor=stage.actor("qian"))
    use.resolve(staff.pk, about="通知：政务信息报送要点", actor=stage.actor("he"))
    use.resolve(staff.pk, about="通知：政务信息采用情况", actor=stage.actor("tang"))


def entries_lack_something(stage: Stage) -> None:
    """信息完整率: some who came lately have no office phone yet."""
    for name in (_TOWN, _TOWN, _OTHER_TOWN, _BUREAU, "区民政局"):
        one = stage.somebody(stage.unit(name), category="contracted")
        corrections.correct_person(one, facts={"office_phone": ""}, actor=SYSTEM)


STORIES: tuple[Callable[[Stage], None], ...] = (
    faces,
    rules_of_each_kind,
    hidings_of_each_kind,
    proposals_in_each_state,
    acquaintances,
    who_looked,
    shares_in_each_state,
    tags_in_use,
    entries_lack_something,
)
