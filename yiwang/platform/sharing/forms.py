"""What people type about shares."""

from collections.abc import Sequence

from django import forms

from yiwang.platform.org.models import Unit
from yiwang.platform.sharing.models import Share

_LONG = forms.Textarea(attrs={"rows": 3})


class ShareForm(forms.Form):
    """An application. person_ids: who is chosen by name."""

    unit = forms.TypedChoiceField(
        label="单位", coerce=int, error_messages={"required": "请选择单位", "invalid_choice": "请选择单位"}
    )
    persons = forms.ChoiceField(
        label="共享人员",
        choices=Share.Persons.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择共享人员", "invalid_choice": "请选择共享人员"},
    )
    fields_shared = forms.MultipleChoiceField(
        label="共享字段",
        choices=Share.Field.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="姓名、单位部门为必有内容；只勾选工作必需的字段。证件号码、出生日期、职级、照片不参与共享",
        error_messages={"invalid_choice": "请选择共享字段"},
    )
    reason = forms.CharField(
        label="共享事由",
        max_length=300,
        widget=_LONG,
        help_text="说明业务需要和使用范围",
        error_messages={"required": "请填写共享事由"},
    )
    person_ids = forms.TypedMultipleChoiceField(coerce=int, required=False, choices=())
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: object, units: Sequence[Unit], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came
        self.fields["unit"].choices = [(one.pk, one.short_name) for one in units]  # type: ignore[attr-defined]
        asked = self.data.getlist("person_ids") if hasattr(self.data, "getlist") else []
        numbers = [(one, one) for one in asked if one.isdecimal()]
        self.fields["person_ids"].choices = numbers  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="原因", max_length=300, widget=_LONG, error_messages={"required": "请填写原因"}
    )
