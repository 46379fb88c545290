"""What people type about batches."""

from django import forms

from yiwang.platform.org.models import Unit, UnitQuerySet


class TakeForm(forms.Form):
    """Present people as a workbook: of which unit, what for."""

    unit: "forms.ModelChoiceField[Unit]" = forms.ModelChoiceField(
        queryset=Unit.objects.none(),
        label="机构",
        empty_label=None,
        help_text="含下级机构",
        error_messages={"required": "请选择机构", "invalid_choice": "请选择机构"},
    )
    purpose = forms.CharField(
        label="导出用途",
        max_length=200,
        error_messages={"required": "请填写导出用途"},
        widget=forms.TextInput(attrs={"placeholder": "如：核对本单位人员信息"}),
    )

    def __init__(self, *args: object, units: UnitQuerySet, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    reason = forms.CharField(label="取消原因", max_length=200, error_messages={"required": "请填写取消原因"})
