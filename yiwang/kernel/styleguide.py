"""Shows every part pages are built from. Only in debug; its names and numbers are made up."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from yiwang.kernel import errors, responses
from yiwang.kernel.listing import screens
from yiwang.kernel.listing.columns import Column
from yiwang.kernel.listing.conditions import Condition, Order, Where
from yiwang.kernel.listing.filters import ChoiceFilter, DateRangeFilter, TextFilter

PARTS = {
    "marks": "标记与状态",
    "people": "人员与单位",
    "cards": "卡片与指标",
    "lists": "列表",
    "tables": "小表",
    "forms": "表单",
    "feedback": "提示与反馈",
    "tree": "组织树",
}


@dataclass(frozen=True)
class SamplePost:
    id: int
    department: str
    unit_name: str
    title: str
    kind: str


@dataclass(frozen=True)
class SampleUser:
    """Stands in for accounts' Principal, which the kernel does not know."""

    account_id: int = 0
    name: str = "沈国平"
    unit_name: str = "区政务办"
    title: str = "副主任"
    mobile_tail: str = "6218"
    is_temporary: bool = False
    posts: tuple[SamplePost, ...] = (
        SamplePost(1, "区政务办", "区政务办", "副主任", "主职"),
        SamplePost(2, "区河长办", "综合科", "联络员", "兼职"),
    )
    current: SamplePost = field(
        default_factory=lambda: SamplePost(1, "区政务办", "区政务办", "副主任", "主职")
    )

    def allows(self, permission: str, *, at: str | None = None) -> bool:
        return True


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="姓名", max_length=50, help_text="与身份证件一致，可含间隔号“·”")
    unit = forms.ChoiceField(label="单位", choices=[("", "请选择"), ("1", "区政务办"), ("2", "朱家角镇")])
    mobile = forms.CharField(label="手机号码", max_length=11)
    starts_on = forms.DateField(label="生效日期", widget=forms.DateInput(attrs={"type": "date"}))
    kind = forms.ChoiceField(
        label="任职类型",
        choices=[("main", "主职"), ("concurrent", "兼职"), ("secondment", "借调")],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="事由",
        widget=forms.Textarea(attrs={"rows": 3, "data-count": True}),
        max_length=200,
        required=False,
    )
    file = forms.FileField(label="附件", required=False)
    is_listed = forms.BooleanField(label="在通讯录显示", required=False)


class SampleRows:
    """A source that needs no database; understands sorting by one key, and no filters but `is`."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self._rows = rows

    def fetch(
        self,
        conditions: Sequence[Condition],
        order: Sequence[Order],
        after: tuple[object, ...] | None,
        limit: int,
    ) -> list[dict[str, Any]]:
        rows = [row for row in self._rows if all(self._holds(row, one) for one in conditions)]
        for one in reversed(order):
            rows.sort(key=lambda row: row[one.field], reverse=one.is_descending)
        if after is not None:
            places = [self.place(row, order) for row in rows]
            rows = rows[places.index(after) + 1 :]
        return rows[:limit]

    def _holds(self, row: dict[str, Any], condition: Condition) -> bool:
        return (
            not isinstance(condition, Where)
            or condition.operator != "is"
            or row[condition.field] == condition.value
        )

    def place(self, row: dict[str, Any], order: Sequence[Order]) -> tuple[object, ...]:
        return tuple(row[one.field] for one in order)

    def count(self, conditions: Sequence[Condition], cap: int) -> int:
        return len(self.fetch(conditions, (), None, cap))

    def stream(self, conditions: Sequence[Condition], order: Sequence[Order]) -> Iterator[dict[str, Any]]:
        yield from self.fetch(conditions, order, None, len(self._rows))


SAMPLE_LIST = screens.Listing(
    key="styleguide.matters",
    title="督查事项",
    columns=(
        Column("title", "事项名称", is_fixed=True),
        Column("number", "督办编号", sort=("number",)),
        Column("unit", "承办单位", sort=("unit",)),
        Column("at", "下发时间", sort=("at",)),
        Column("left", "期限"),
        Column("size", "附件", align="right", is_chosen=False),
        Column("act", "", is_exported=False),
    ),
    filters=(
        TextFilter("q", "关键词", {"title": "contains"}, placeholder="名称、编号"),
        ChoiceFilter(
            "unit",
            "承办单位",
            [(one, one) for one in ("区政务办", "区水务局", "朱家角镇", "盈浦街道")],
            field="unit",
        ),
        DateRangeFilter("at", "下发日期", "at", is_moment=True),
    ),
    order=("number",),
    unique="number",
    sizes=(10, 20, 50),
)


# One moment for all requests: the sample list pages by key.
_NOW = timezone.localtime().replace(second=0, microsecond=0)


def _as_sample_user(request: HttpRequest) -> None:
    if getattr(request, "user", None) is None:
        request.user = SampleUser()  # type: ignore[assignment]


def _context(current: str) -> dict[str, Any]:
    now = timezone.localtime()
    return {
        "parts": PARTS,
        "current": current,
        "at": now,
        "due": now.date() + datetime.timedelta(days=3),
        "form": SampleForm({"name": "", "mobile": "1381234"}) if current == "forms" else None,
        "fresh_form": SampleForm(prefix="fresh"),
        "picked_form": SampleForm(prefix="picked"),
        "facts": [
            ("机构全称", "上海市青浦区政务服务办公室"),
            ("简称", "区政务办"),
            ("节点类型", "单位"),
            ("单位性质", "政府机关"),
            ("机构规格", "县处级正职"),
            ("值班电话", "021-00000000"),
            ("传真", ""),
            ("生效日期", datetime.date(2019, 2, 28)),
        ],
        "steps": [
            ("拟稿", "张晓燕 11-20", "done"),
            ("核稿", "王建明 11-21", "done"),
            ("会签", "区财政局", "now"),
            ("签发", "", "later"),
            ("用印", "", "later"),
        ],
        "events": [
            (now, "王建明", "核稿通过", "格式已按GB/T 9704调整"),
            (now - datetime.timedelta(days=1, hours=3), "张晓燕", "提交核稿", ""),
            (now - datetime.timedelta(days=1, hours=5), "张晓燕", "起草", ""),
        ],
        "rows": _rows(now),
    }


def _rows(now: datetime.datetime, count: int = 8) -> list[dict[str, Any]]:
    names = (
        "关于做好冬季防汛物资清点的通知",
        "2026年第四季度为民服务事项督查",
        "河长制工作联席会议纪要",
        "关于报送年度信息要点的函",
    )
    units = ("区政务办", "区水务局", "朱家角镇", "盈浦街道")
    return [
        {
            "number": f"督〔2026〕{101 + index}号",
            "size": index % 5,
            "title": names[index % 4],
            "unit": units[index % 4],
            "at": now - datetime.timedelta(hours=7 * index),
            "left": (3, 1, -2, None)[index % 4],
            "closed": "已办结" if index % 4 == 3 else "",
            "unread": index == 0,
        }
        for index in range(count)
    ]


def styleguide(request: HttpRequest) -> HttpResponseBase:
    """The first part."""
    return part(request, next(iter(PARTS)))


def part(request: HttpRequest, part: str) -> HttpResponseBase:
    """One part; refused-403 and the like show the error pages, plain the frame without menu."""
    _as_sample_user(request)
    if part == "broken":
        raise RuntimeError("The style guide was asked for an error")
    if part.startswith("refused-"):
        raise errors.Refused(
            "您没有“查看敏感信息”权限", status=int(part.removeprefix("refused-")), code="E-PERM-01"
        )
    if part == "plain":
        return responses.render(request, "styleguide/plain.html", {})
    if part in ("children", "options"):
        return responses.render(request, f"styleguide/_{part}.html", {})
    if part == "lists":
        rows = SampleRows(_rows(_NOW, 86))
        return screens.respond(
            request,
            rows,
            SAMPLE_LIST,
            template="styleguide/lists.html",
            fragment="styleguide/_rows.html",
            context=_context(part),
            may_export=True,
        )
    if part not in PARTS:
        raise errors.not_found()
    return responses.render(request, f"styleguide/{part}.html", _context(part))
