"""What is typed to propose who sees whom, and to add a contact."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from yiwang.platform.addressbook.models import Canary, Group, Hiding
from yiwang.platform.addressbook.models.book import Mode, Preset, Tier

_DATE = {"invalid": "请按 2026-11-23 的格式填写日期"}


def _date(label: str, *, required: bool = False, hint: str = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"})
    messages = {**_DATE, "required": f"请填写{label}"}
    return forms.DateField(
        label=label, required=required, widget=widget, error_messages=messages, help_text=hint
    )


def _reason() -> forms.CharField:
    return forms.CharField(label="事由", max_length=200, error_messages={"required": "请填写事由"})


class Chosen(forms.TypedMultipleChoiceField):
    """Ids that a picker has put into the form; who they are is asked by the view."""

    widget = forms.SelectMultiple

    def __init__(self, label: str, kind: str, *, many: bool = False, required: bool = True) -> None:
        messages = {"required": f"请选择{label}", "invalid_choice": f"请重新选择{label}"}
        super().__init__(label=label, coerce=int, required=required, error_messages=messages)
        self.kind, self.many = kind, many

    def valid_value(self, value: Any) -> bool:
        text = str(value)
        return text.isascii() and text.isdigit() and len(text) < 19


def _tags() -> QuerySet[Group]:
    return Group.objects.exclude(source=Group.TITLE).order_by("label", "id")


class ProposalForm(forms.Form):
    """First whom it is about, last what every proposal says; pickers are the fields of class Chosen."""

    reason = _reason()
    valid_from = _date("生效日期", hint="留空表示审批同意后立即生效")
    valid_to = _date("失效日期", hint="留空表示长期有效")
    lead = ("tier",)
    tail = ("valid_from", "valid_to", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        about = [name for name in self.fields if name in self.lead or name.startswith(("viewer_", "target_"))]
        rest = [name for name in self.fields if name not in (*about, *self.tail)]
        self.order_fields([*about, *rest, *self.tail])

    def clean_valid_from(self) -> Any:
        return self.cleaned_data["valid_from"] or timezone.localdate()


class RuleForm(ProposalForm):
    mode = forms.TypedChoiceField(
        label="沟通方式", coerce=int, choices=Mode.choices, widget=forms.RadioSelect, initial=Mode.DIRECT
    )
    priority = forms.IntegerField(
        label="优先级", min_value=1, max_value=99, initial=50, help_text="同样具体的规则，数字大的优先"
    )


class UnitRuleForm(RuleForm):
    viewer_unit = Chosen("查看方机构（含下级）", "unit")
    target_unit = Chosen("被查看方机构（含下级）", "unit")


class TwoSidedForm(RuleForm):
    """Each side is a unit, or something else that is named here."""

    other = ""
    one_of = ""

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        others = 0
        for side, label in (("viewer", "查看方"), ("target", "被查看方")):
            given = [name for name in (f"{side}_unit", f"{side}_{self.other}") if data.get(name)]
            others += f"{side}_{self.other}" in given
            if len(given) != 1 and not any(name in self.errors for name in self.fields):
                self.add_error(f"{side}_{self.other}", f"请为{label}选择机构或{self.one_of}其中一项")
        if not others and not self.errors:
            self.add_error(f"target_{self.other}", f"至少一方应为{self.one_of}")
        return data


class Tags(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A tag that rules may speak of; the module of tags keeps its members."""

    def __init__(self, label: str) -> None:
        super().__init__(_tags(), label=label, required=False, empty_label="不按标签")


class TagRuleForm(TwoSidedForm):
    viewer_unit = Chosen("查看方机构（含下级）", "unit", required=False)
    viewer_tag = Tags("查看方标签")
    target_unit = Chosen("被查看方机构（含下级）", "unit", required=False)
    target_tag = Tags("被查看方标签")
    other, one_of = "tag", "标签"


class PostRuleForm(TwoSidedForm):
    viewer_unit = Chosen("查看方机构（含下级）", "unit", required=False)
    viewer_title = forms.CharField(label="查看方职务", max_length=60, required=False)
    target_unit = Chosen("被查看方机构（含下级）", "unit", required=False)
    target_title = forms.CharField(label="被查看方职务", max_length=60, required=False)
    other, one_of = "title", "职务"


class PersonRuleForm(RuleForm):
    viewer_person = Chosen("查看人", "person")
    target_person = Chosen("被查看人", "person")


class HidingForm(ProposalForm):
    scope = forms.ChoiceField(label="隐藏范围", choices=Hiding.Scope.choices, widget=forms.RadioSelect)
    fields_hidden = forms.MultipleChoiceField(
        label="只隐藏以下内容",
        choices=Hiding.Field.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="都不选表示整条隐藏",
    )
    pass_units = Chosen("白名单机构", "unit", many=True, required=False)
    pass_persons = Chosen("白名单人员", "person", many=True, required=False)
    pass_tags = forms.ModelMultipleChoiceField(
        _tags(), label="白名单标签", required=False, widget=forms.CheckboxSelectMultiple
    )


class UnitHidingForm(HidingForm):
    target_unit = Chosen("隐藏的机构（含下级）", "unit")


class PersonHidingForm(HidingForm):
    target_person = Chosen("隐藏的人员", "person")


class TierForm(ProposalForm):
    target_person = Chosen("人员", "person")
    tier = forms.TypedChoiceField(label="层级", coerce=int, choices=Tier.choices)
    valid_to = _date("失效日期", required=True)


class PresetForm(forms.Form):
    preset = forms.ChoiceField(label="通讯规则", choices=Preset.choices, widget=forms.RadioSelect)
    reason = _reason()


class DecisionForm(forms.Form):
    opinion = forms.CharField(label="意见", max_length=200, required=False)


class EmergencyForm(forms.Form):
    reason = _reason()


class CanaryForm(forms.Form):
    kind = forms.ChoiceField(
        label="监测内容", choices=Canary.Kind.choices, error_messages={"required": "请选择监测内容"}
    )
    unit = Chosen("所在机构", "unit")


class SeenAsForm(forms.Form):
    person_id = Chosen("查看人", "person")
    reason = _reason()


class AskForm(forms.Form):
    reason = forms.CharField(
        label="申请理由",
        max_length=100,
        error_messages={"required": "请填写申请理由"},
        widget=forms.TextInput(attrs={"placeholder": "例如：对接防汛物资调拨"}),
    )


class PurposeForm(forms.Form):
    """What a whole mobile number is asked for."""

    OTHER = "其他"
    CHOICES = ("公务联系", "会议活动通知", "值班值守", "应急处置", OTHER)
    purpose = forms.ChoiceField(
        label="用途",
        choices=[(one, one) for one in CHOICES],
        widget=forms.RadioSelect,
        error_messages={"required": "查看敏感信息须填写用途", "invalid_choice": "查看敏感信息须填写用途"},
    )
    text = forms.CharField(
        label="说明",
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "例如：防汛物资调拨", "autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("purpose") == self.OTHER and not values.get("text", "").strip():
            self.add_error("text", "选择“其他”的，请填写说明")
        return values

    @property
    def said(self) -> str:
        """会议活动通知：防汛会商"""
        return "：".join(filter(None, (self.cleaned_data["purpose"], self.cleaned_data["text"].strip())))


class FindingForm(forms.Form):
    """What came of looking into many looks."""

    finding = forms.CharField(
        label="核查情况",
        max_length=200,
        error_messages={"required": "请填写核查情况"},
        widget=forms.TextInput(attrs={"placeholder": "例如：经核实，为汛期集中通知"}),
    )
