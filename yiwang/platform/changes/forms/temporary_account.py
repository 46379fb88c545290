"""What is typed into an application for a temporary account; the rules are asked by the action."""

from collections.abc import Iterable
from typing import Any

from django import forms

from yiwang.platform.org.models import Person, Unit

_DAY = {"invalid": "请按 2026-11-23 的格式填写日期", "required": "请填写日期"}
_DOCUMENTS = ".pdf,.ofd,.doc,.docx,.wps,.jpg,.jpeg,.png"


def _day(label: str, help_text: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages=_DAY,
    )


class TemporaryForm(forms.Form):
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label="接入单位", empty_label=None, error_messages={"required": "请选择接入单位"}
    )
    sponsor = forms.ModelChoiceField(Person.objects.none(), label="接入联系人", required=False)
    vendor_name = forms.CharField(
        label="服务商名称", max_length=100, error_messages={"required": "请填写服务商名称"}
    )
    vendor_uscc = forms.CharField(
        label="统一社会信用代码", max_length=30, error_messages={"required": "请填写统一社会信用代码"}
    )
    name = forms.CharField(label="姓名", max_length=60, error_messages={"required": "请填写姓名"})
    id_kind = forms.ChoiceField(label="证件类型", choices=Person.IdKind.choices)
    id_number = forms.CharField(
        label="证件号码",
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "请填写证件号码"},
    )
    mobile = forms.CharField(
        label="手机号码",
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        error_messages={"required": "请填写手机号码"},
    )
    applications = forms.CharField(
        label="申请使用的应用",
        max_length=300,
        help_text="填写应用名称，限测试环境，如：防汛值班应用（测试环境）",
        error_messages={"required": "请填写申请使用的应用"},
    )
    purpose = forms.CharField(label="用途", max_length=200, error_messages={"required": "请填写用途"})
    starts_on = _day("启用日期")
    ends_on = _day("到期日期", "当日24:00停用")
    commitment = forms.FileField(
        label="保密承诺书",
        required=False,
        max_length=255,
        widget=forms.ClearableFileInput(attrs={"accept": _DOCUMENTS}),
        help_text="本人签署的扫描件或电子件；保存草稿时可暂不上传",
    )
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, units: Iterable[Unit], people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit: Any = self.fields["unit"]
        unit.queryset = Unit.objects.filter(pk__in=[one.pk for one in units])
        unit.label_from_instance = lambda one: one.full_name
        sponsor: Any = self.fields["sponsor"]
        sponsor.queryset = people


class ExtensionForm(forms.Form):
    ends_on = _day("延期至", "从启用之日起计算最长期限；需要更长的，到期后重新申请")
    purpose = forms.CharField(label="延期事由", max_length=200, error_messages={"required": "请填写延期事由"})
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
