"""What administrators fill in for the seven person operations. Each form makes a `Content`."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms

from yiwang.kernel import validators
from yiwang.kernel.parameters import queries as parameters
from yiwang.platform.changes.models import PersonOperation
from yiwang.platform.changes.queries import operation_checks
from yiwang.platform.changes.rules.operation_content import CORRECTABLE, DUTY, Content
from yiwang.platform.changes.vocabulary import ENDING_DAYS, SECONDMENT_MONTHS
from yiwang.platform.org.models import Code, Person, Post, Unit
from yiwang.platform.org.queries import codes

Kind = PersonOperation.Kind
_DAY = {"type": "date"}
_DAY_WRONG = {"invalid": "日期格式应为2026-11-23"}


def _day(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    needed = {"required": f"请填写{label}"}
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
        error_messages={**_DAY_WRONG, **needed},
    )


def _text(label: str, most: int, *, required: bool = False, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=most,
        required=required,
        help_text=help_text,
        error_messages={"required": f"请填写{label}"},
    )


def _code_field(which: Code.List, label: str) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=lambda: [("", "无"), *codes.choices(which)])


def _duty_levels() -> list[tuple[str, str]]:
    return [("", "无"), *((code.code, code.label) for code in codes.in_use(Code.List.DUTY_LEVEL))]


_CATEGORIES = [(one.value, one.label) for one in Person.Category if one != Person.Category.EXTERNAL]


class OperationForm(forms.Form):
    """What every application says: when it happened, from when it shall hold, on what basis."""

    kind: ClassVar[str]
    # Groups of fields with a heading, as the page shows them.
    groups: ClassVar[Sequence[tuple[str, Sequence[str]]]] = ()
    when: ClassVar[tuple[str, Sequence[str]]] = (
        "时间和依据",
        ("change_date", "effective_on", "basis"),
    )

    change_date = _day("变动日期", help_text="文件日期或实际到岗、离岗日期，7个工作日的更新期限从此日起算")
    effective_on = _day("生效日期", required=False, help_text="不填即为变动日期；已过的为今天")
    basis = _text("依据文号", 60, help_text="如：青委组〔2026〕12号")

    def __init__(self, *args: Any, person: Person | None = None, units: Sequence[Unit] = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.person = person
        self._units = {unit.pk: unit for unit in units}

    def all_groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields of the page, group after group."""
        return [
            (title, [self[name] for name in names if name in self.fields])
            for title, names in (*self.groups, self.when)
        ]

    def unit_of(self, name: str) -> Unit | None:
        """The unit chosen, of those the page offered."""
        return self.cleaned_data.get(name)

    def content(self) -> Content:
        """The application as the actions take it."""
        data = self.cleaned_data
        return Content(
            kind=self.kind,
            change_date=data["change_date"],
            effective_on=data.get("effective_on"),
            person=self.person,
            basis=data.get("basis", ""),
            **self.said(),
        )

    def said(self) -> dict[str, Any]:
        """What this kind says besides."""
        raise NotImplementedError


class UnitField(forms.CharField):
    """A unit by its id; the page's picker fills it in."""

    def __init__(self, label: str) -> None:
        super().__init__(label=label, widget=forms.HiddenInput, error_messages={"required": f"请选择{label}"})

    def to_python(self, value: Any) -> Unit | None:  # type: ignore[override]
        text = str(value or "").strip()
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and len(text) < 19):
            raise forms.ValidationError("没有找到该单位")
        unit = Unit.objects.living().filter(pk=int(text)).first()
        if unit is None:
            raise forms.ValidationError("没有找到该单位")
        return unit

    def validate(self, value: Any) -> None:
        if value is None and self.required:
            raise forms.ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        """The unit has been found; nothing more is asked of it here."""


class _Duty(forms.Form):
    """职务 and what goes with it."""

    title = _text("职务", 60, required=True, help_text="如：局长、科长、一级主任科员")
    is_leader = forms.BooleanField(label="领导班子成员", required=False)
    is_head = forms.BooleanField(label="部门负责人", required=False)
    portfolio = _text("分管范围", 200)
    sort = forms.IntegerField(
        label="部门内排序号",
        required=False,
        min_value=1,
        max_value=9999,
        help_text="不填排在最后",
        error_messages={
            "min_value": "排序号应为1至9999",
            "max_value": "排序号应为1至9999",
            "invalid": "排序号应为1至9999",
        },
    )

    def duty(self, *names: str) -> dict[str, Any]:
        data = self.cleaned_data
        found = {name: data.get(name) for name in names or DUTY}
        return {name: value for name, value in found.items() if value is not None and value != ""}


_DUTY_NAMES = ("title", "sort", "is_leader", "is_head", "portfolio")


class _Facts(forms.Form):
    """Of the person himself."""

    name = _text("姓名", 60, required=True)
    name_mark = _text("区分标识", 20, help_text="同一单位有同名人员时填写，如：规划科")
    id_number = _text("身份证号码", 30, required=True)
    mobile = _text("手机号码", 30, required=True)
    second_mobile = _text("备用手机号码", 30)
    category = forms.ChoiceField(label="人员类别", choices=_CATEGORIES)
    establishment = forms.ChoiceField(
        label="编制类型", required=False, choices=[("", "请选择"), *Person.Establishment.choices]
    )
    duty_level = forms.ChoiceField(label="职务层次", required=False, choices=_duty_levels)
    grade = _code_field(Code.List.GRADE, "职级")
    post_grade = _code_field(Code.List.POST_GRADE, "岗位等级")
    contract_ends_on = _day(
        "聘用合同到期日", required=False, help_text="非编制内聘用人员填写，到期前30日提醒"
    )


_LISTS = {
    "duty_level": Code.List.DUTY_LEVEL,
    "grade": Code.List.GRADE,
    "post_grade": Code.List.POST_GRADE,
}
_RANKS = tuple(_LISTS)


class AddForm(_Facts, _Duty, OperationForm):
    kind = Kind.ADD
    groups = (
        ("人员信息", ("name", "name_mark", "id_number", "mobile", "second_mobile")),
        ("身份和职级", ("category", "establishment", *_RANKS, "contract_ends_on")),
        ("单位和职务", ("to_unit", *_DUTY_NAMES)),
        ("联系方式", ("office_phone", "room", "email")),
    )
    to_unit = UnitField("单位")
    office_phone = _text("办公电话", 30, help_text="在编人员必填，如：021-59720000-801")
    room = _text("办公地址/房间", 100)
    email = _text("电子邮箱", 254)
    over_quota = forms.BooleanField(
        label="超编录用已经机构编制部门批准", required=False, help_text="仅在编制已满时勾选，并填写批准文号"
    )
    when = ("时间和依据", ("change_date", "effective_on", "basis", "over_quota"))

    def said(self) -> dict[str, Any]:
        data = self.cleaned_data
        names = (*CORRECTABLE, "office_phone", "room", "email")
        facts = {name: data[name] for name in names if name in data}
        return {
            "facts": facts,
            "to_unit": self.unit_of("to_unit"),
            "duty": self.duty(),
            "over_quota": data["over_quota"],
        }


class CorrectForm(_Facts, _Duty, OperationForm):
    """What is left as it is says nothing. Numbers are shown masked and asked for only when they change."""

    kind = Kind.CORRECT
    groups = (
        ("人员信息", ("name", "is_renamed", "name_mark", "id_number", "mobile", "second_mobile")),
        ("身份和职级", ("category", "establishment", *_RANKS, "contract_ends_on")),
        ("职务", ("title", "is_leader", "is_head", "portfolio")),
    )
    id_number = _text("身份证号码", 30, help_text="不变不填")
    mobile = _text("手机号码", 30, help_text="不变不填；本人可在“我的”中自行更换")
    is_renamed = forms.BooleanField(
        label="因户籍变更姓名，原姓名记为曾用名", required=False, help_text="仅更正录入错误的，不勾选"
    )
    over_quota = AddForm.base_fields["over_quota"]
    when = ("时间和依据", ("change_date", "effective_on", "basis", "reason", "over_quota"))
    reason = _text("事由", 200)

    def __init__(self, *args: Any, main: Post | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.main = main
        if main is None:
            self.fields["title"].required = False
        person = self.person
        if person is not None:
            self._keep_retired_codes(person)
            self.fields["id_number"].widget.attrs["placeholder"] = validators.mask_citizen_id(
                person.id_number
            )
            self.fields["mobile"].widget.attrs["placeholder"] = validators.mask_mobile(person.mobile)
            second = person.second_mobile
            if second:
                self.fields["second_mobile"].widget.attrs["placeholder"] = validators.mask_mobile(second)

    def _keep_retired_codes(self, person: Person) -> None:
        """What he bears is offered to him though it is offered to nobody else any more (代码停用)."""
        for name, which in _LISTS.items():
            code = getattr(person, name)
            if code and not codes.is_code(which, code):
                field = self.fields[name]
                words = f"{codes.label(which, code)}（已停用）"
                field.choices = [*field.choices, (code, words)]  # type: ignore[attr-defined]

    def said(self) -> dict[str, Any]:
        data, person = self.cleaned_data, self.person
        facts = {name: data[name] for name in CORRECTABLE if name in data}
        for name in ("id_number", "mobile", "second_mobile"):
            if not facts.get(name):
                facts.pop(name, None)
        duty = self.duty("title", "is_leader", "is_head", "portfolio")
        if self.main is not None:
            duty["portfolio"] = data.get("portfolio", "")
            duty = {name: value for name, value in duty.items() if value != getattr(self.main, name)}
        is_renamed = bool(data["is_renamed"]) if person is not None else True
        return {
            "facts": facts,
            "duty": duty if self.main is not None else {},
            "post": self.main if self.main is not None and duty else None,
            "is_renamed": is_renamed,
            "reason": data.get("reason", ""),
            "over_quota": data["over_quota"],
        }


class _OfPosts(OperationForm):
    """A form that offers the person's posts."""

    def __init__(self, *args: Any, posts: Sequence[tuple[Post, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.posts = {str(post.pk): post for post, _ in posts}
        self.post_choices = [(str(post.pk), words) for post, words in posts]


class RemoveForm(_OfPosts):
    kind = Kind.REMOVE
    groups = (("移除的任职", ("post", "reason")),)
    post = forms.ChoiceField(
        label="任职", widget=forms.RadioSelect, error_messages={"required": "请选择要结束的任职"}
    )
    reason = _text("事由", 200, required=True, help_text="如：离开该部门、不再兼任")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["post"].choices = self.post_choices  # type: ignore[attr-defined]

    def said(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {"post": self.posts[data["post"]], "reason": data["reason"]}


class TransferForm(_Duty, _OfPosts):
    kind = Kind.TRANSFER
    groups = (
        ("调入单位和职务", ("to_unit", *_DUTY_NAMES)),
        ("原任职和事由", ("leaving", "reason")),
    )
    to_unit = UnitField("调入单位")
    leaving = forms.MultipleChoiceField(
        label="一并结束的兼任", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="主职和借调自动结束；勾选同时免去的兼职",
    )  # fmt: skip
    reason = _text("事由", 200)
    over_quota = AddForm.base_fields["over_quota"]
    when = ("时间和依据", ("change_date", "effective_on", "basis", "over_quota"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["leaving"].choices = self.post_choices  # type: ignore[attr-defined]
        if not self.post_choices:
            del self.fields["leaving"]

    def said(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "to_unit": self.unit_of("to_unit"),
            "duty": self.duty(),
            "leaving": tuple(int(pk) for pk in data.get("leaving", ())),
            "reason": data.get("reason", ""),
            "over_quota": data["over_quota"],
        }


class SecondForm(OperationForm):
    kind = Kind.SECOND
    groups = (("借调单位和期限", ("to_unit", "title", "until", "reason")),)
    to_unit = UnitField("借用单位")
    title = _text("借调后承担的工作", 60, required=True, help_text="如：专班工作人员、综合科借调干部")
    until = _day("借调结束日期")
    reason = _text("借调事由", 200, required=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        longest, before = parameters.told(SECONDMENT_MONTHS.key), parameters.told(ENDING_DAYS.key)
        self.fields["until"].help_text = f"不超过{longest}，期满前{before}提醒，可延期一次"

    def said(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "to_unit": self.unit_of("to_unit"),
            "duty": {"title": data["title"]},
            "until": data["until"],
            "reason": data["reason"],
        }


class ExtendForm(OperationForm):
    """借调延期: of a secondment that runs."""

    kind = Kind.SECOND
    groups = (("借调延期", ("until", "reason")),)
    until = _day("延期后的结束日期")
    reason = _text("延期事由", 200, required=True)

    def __init__(self, *args: Any, post: Post, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.post = post

    def said(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {"post": self.post, "until": data["until"], "reason": data["reason"]}


_FURTHER = [(one.value, one.label) for one in (Post.Kind.CONCURRENT, Post.Kind.ATTACHMENT, Post.Kind.REHIRED)]


class ConcurrentForm(_Duty, OperationForm):
    kind = Kind.CONCURRENT
    groups = (("任职", ("post_kind", "to_unit", *_DUTY_NAMES, "until")),)
    post_kind = forms.ChoiceField(label="任职类型", choices=_FURTHER, initial=Post.Kind.CONCURRENT)
    to_unit = UnitField("任职单位")
    until = _day("结束日期", required=False, help_text="挂职必填；兼职不定期的不填")

    def said(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "post_kind": data["post_kind"],
            "to_unit": self.unit_of("to_unit"),
            "duty": self.duty(),
            "until": data.get("until"),
        }


class DeregisterForm(OperationForm):
    kind = Kind.DEREGISTER
    groups = (("注销", ("departure", "reason", "suspends_now")),)
    departure = forms.ChoiceField(
        label="离开原因",
        widget=forms.RadioSelect,
        choices=[(one, Person.Departure(one).label) for one in operation_checks.DEPARTURES],
        error_messages={"required": "请选择离开原因"},
    )
    reason = _text("说明", 200)
    suspends_now = forms.BooleanField(
        label="提交后立即停用账号",
        required=False,
        initial=True,
        help_text="已经离岗的应当勾选；审核不通过时自动恢复",
    )

    def said(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "departure": data["departure"],
            "reason": data.get("reason", ""),
            "suspends_now": data["suspends_now"],
        }


FORMS: dict[str, type[OperationForm]] = {
    Kind.ADD: AddForm,
    Kind.CORRECT: CorrectForm,
    Kind.REMOVE: RemoveForm,
    Kind.TRANSFER: TransferForm,
    Kind.SECOND: SecondForm,
    Kind.CONCURRENT: ConcurrentForm,
    Kind.DEREGISTER: DeregisterForm,
}


class ReasonForm(forms.Form):
    reason = forms.CharField(label="原因", max_length=300, error_messages={"required": "请填写原因"})


class PurposeForm(forms.Form):
    purpose = forms.CharField(
        label="用途", max_length=200, error_messages={"required": "查看敏感信息须填写用途"}
    )
