"""Members by workbook: read as uploads are, tried first, put in row by row, the faults told row by row."""

from collections.abc import Sequence
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.kernel.extension.imports import Incoming, Outcome, import_kinds
from yiwang.kernel.imports import workbook
from yiwang.kernel.imports.models import ImportRun
from yiwang.platform.addressbook.tests.factories import browser, hide
from yiwang.platform.tags.actions import member_import
from yiwang.platform.tags.actions import tag as acts
from yiwang.platform.tags.models import TagMember
from yiwang.platform.tags.queries import import_plan
from yiwang.platform.tags.tests.factories import dynamic, mark, tag

pytestmark = pytest.mark.django_db

KIND = "tags.members"
Rows = Sequence[dict[str, str]]


def file_of(rows: Rows) -> bytes:
    """The template with these rows filled in."""
    return workbook.template(import_kinds.get(KIND), rows=rows)


def read(rows: Rows) -> list[Incoming]:
    """The rows as they come out of the file."""
    content = file_of(rows)
    kind = import_kinds.get(KIND)
    found = workbook.read(BytesIO(content), "成员.xlsx", len(content), kind)
    return [
        Incoming(one.line, one.cells, (*one.errors, *workbook.errors_of(one.cells, kind))) for one in found
    ]


def judged(cast: Cast, *rows: dict[str, str], login: str = "qian") -> list[tuple[str, str]]:
    """(outcome, fault) of each row."""
    found = import_plan.judge(read(rows), cast.member(login).principal())
    return [(one.outcome, "".join(one.errors)) for one in found]


def test_what_each_row_would_do(cast: Cast) -> None:
    one = tag(cast)
    mark(cast, one, "zhou")
    assert judged(
        cast,
        {"tag": "信息员", "name": "李四"},
        {"tag": "信息员", "name": "李四"},
        {"tag": " 信息员 ", "name": "周月娥"},
        {"tag": "信息员", "unit": "QP-0301-01"},
    ) == [
        (Outcome.NEW, ""),
        (Outcome.UNCHANGED, ""),
        (Outcome.UNCHANGED, ""),
        (Outcome.NEW, ""),
    ]
    assert TagMember.objects.filter(tag=one).count() == 1, "nothing happens before it is confirmed"


def test_faults_are_told_row_by_row(cast: Cast) -> None:
    tag(cast), tag(cast, unit="QP-0302", name="徐泾信息员")
    dynamic(cast, {"post": {"titles": ["科长"]}}, "负责人", unit="QP-0301")
    stopped = tag(cast, "旧名单")
    acts.suspend_tag(stopped, reason="不再使用", actor=SYSTEM)
    hide(cast.wang.person)
    told = judged(
        cast,
        {"tag": "没有的标签", "name": "李四"},
        {"tag": "徐泾信息员", "name": "李四"},  # another unit keeps it
        {"tag": "负责人", "name": "李四"},  # a rule says who belongs to it
        {"tag": "旧名单", "name": "李四"},
        {"tag": "信息员", "name": "查无此人"},
        {"tag": "信息员", "name": cast.wang.person.name},  # hidden from her: as if he did not exist
        {"tag": "信息员", "name": "李四", "mobile": cast.zhou.person.mobile},
        {"tag": "信息员", "name": "李四", "unit": "QP-0301-01"},
        {"tag": "信息员"},
        {"tag": "信息员", "unit": "QP-0101-01"},  # the hidden 专班
        {"tag": "信息员", "unit": "没有的编码"},
    )
    unknown = "没有这个标签，或者不是您维护的启用中的静态标签"
    assert [outcome for outcome, _ in told] == [Outcome.WRONG] * 11
    assert [fault for _, fault in told] == [
        *[unknown] * 4,
        "没有找到该人员",
        "没有找到该人员",
        "姓名与手机号码不一致",
        "姓名和机构编码应填写其中一项",
        "姓名和机构编码应填写其中一项",
        "没有找到该机构",
        "没有找到该机构",
    ]


def test_of_two_of_one_name_the_number_tells(cast: Cast) -> None:
    from_another = cast.wang.person
    from_another.name = "李四"
    from_another.save(update_fields=["name", "strokes"])
    tag(cast)
    assert judged(
        cast,
        {"tag": "信息员", "name": "李四"},
        {"tag": "信息员", "name": "李四", "mobile": cast.li.person.mobile},
    ) == [(Outcome.WRONG, "有2名同名人员，请补充手机号码"), (Outcome.NEW, "")]


def test_the_template_offers_his_own_tags(cast: Cast) -> None:
    tag(cast), tag(cast, unit="QP-0302", name="徐泾信息员")
    assert import_plan.choices_of(cast.qian.principal()) == {"tag": ["信息员"]}
    assert import_plan.choices_of(cast.sun.principal()) == {"tag": ["信息员", "徐泾信息员"]}


def test_putting_in_is_all_or_nothing_and_remembered(cast: Cast) -> None:
    one = tag(cast)
    qian = cast.qian.principal()
    rows = read([{"tag": "信息员", "name": "李四"}, {"tag": "信息员", "unit": "QP-0301-01"}])
    member_import.import_members(rows, actor=qian)
    ways = set(TagMember.objects.filter(tag=one).values_list("way", "added_by_name"))
    assert ways == {("imported", "钱玉芬")} and TagMember.objects.filter(tag=one).count() == 2
    assert Entry.objects.filter(verb="tags.members_added").count() == 2

    lines = Entry.objects.count()
    with pytest.raises(Refused) as refusal:
        bad = read([{"tag": "信息员", "name": "周月娥"}, {"tag": "信息员", "name": "查无此人"}])
        member_import.import_members(bad, actor=qian)
    assert (refusal.value.status, refusal.value.message) == (422, "没有找到该人员")
    assert TagMember.objects.filter(tag=one).count() == 2 and Entry.objects.count() == lines


def test_the_whole_way_through_the_pages(
    cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    """Upload, dry run, the file of faults, confirmation: the good rows go in, the others are told."""
    one = tag(cast)
    client: Client = browser(cast, "qian")
    rows = [{"tag": "信息员", "name": "李四"}, {"tag": "信息员", "name": "查无此人"}]
    with django_capture_on_commit_callbacks(execute=True):
        upload = SimpleUploadedFile("成员.xlsx", file_of(rows))
        assert client.post(f"/imports/{KIND}/", {"file": upload}).status_code == 303
    run = ImportRun.objects.get()
    page = client.get(f"/imports/runs/{run.pk}/").content.decode()
    assert "信息员：李四" in page and "没有找到该人员" in page and "有1行错误" in page
    assert not TagMember.objects.filter(tag=one).exists()
    assert client.get(f"/imports/runs/{run.pk}/errors/").content[:2] == b"PK"
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(f"/imports/runs/{run.pk}/confirm/").status_code == 303
    assert set(TagMember.objects.filter(tag=one).values_list("person", flat=True)) == {cast.li.person.pk}


def test_who_keeps_no_tags_has_no_such_import(cast: Cast) -> None:
    for login in ("li", "zhao", "shen"):
        assert browser(cast, login).get(f"/imports/{KIND}/").status_code == 404, login
