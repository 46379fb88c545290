"""What is typed about a tag: its name and period, its ending, its members, whom it is shared with."""

from typing import Any

from django import forms

from yiwang.platform.addressbook.forms import Chosen
from yiwang.platform.org.models import Unit
from yiwang.platform.tags.models import SensitiveWord
from yiwang.platform.tags.models.tag import NAME_LENGTH

_DATE = {"invalid": "请按 2026-11-23 的格式填写日期"}


def _date(label: str, hint: str) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"})
    return forms.DateField(label=label, required=False, widget=widget, error_messages=_DATE, help_text=hint)


class TagForm(forms.Form):
    """What every tag has. owner: only while it is made, and only where there is a choice."""

    owner = forms.TypedChoiceField(
        label="所有单位",
        coerce=int,
        error_messages={"required": "请选择所有单位", "invalid_choice": "请重新选择所有单位"},
    )
    name = forms.CharField(
        label="标签名称",
        max_length=NAME_LENGTH,
        error_messages={"required": "请填写标签名称", "max_length": "标签名称最多30个字"},
        widget=forms.TextInput(attrs={"placeholder": "例如：防汛信息员"}),
    )
    group = forms.CharField(
        label="分组",
        max_length=20,
        required=False,
        help_text="同类标签写同一个分组，列表中可按分组筛选",
        widget=forms.TextInput(attrs={"list": "tag-groups"}),
    )
    note = forms.CharField(
        label="说明",
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="写明标记的是什么职责、给谁使用",
    )
    valid_from = _date("生效日期", "留空表示立即生效")
    valid_to = _date("失效日期", "留空表示长期有效；到期当日24:00自动停用，提前7日提醒使用方")
    sensitivity = forms.CharField(
        label="敏感用词说明",
        max_length=200,
        required=False,
        help_text="名称含有可能涉及敏感个人信息的用词时填写",
    )

    def __init__(self, *args: Any, owners: list[Unit] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if owners is None:
            del self.fields["owner"]
        else:
            choices = [
                (one.pk, "全区（由系统管理员维护）" if one.level == 0 else one.full_name) for one in owners
            ]
            self.fields["owner"].choices = choices  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    reason = forms.CharField(label="事由", max_length=200, error_messages={"required": "请填写事由"})


class ResumeForm(forms.Form):
    valid_to = _date("新的失效日期", "留空表示长期有效")


class AddForm(forms.Form):
    """Persons and units from the pickers; one of both at least."""

    person_ids = Chosen("人员", "person", many=True, required=False)
    unit_ids = Chosen("机构", "unit", many=True, required=False)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not data.get("person_ids") and not data.get("unit_ids"):
            raise forms.ValidationError("请选择人员或机构")
        return data


class PasteForm(forms.Form):
    roll = forms.CharField(
        label="人员名单",
        max_length=60_000,
        error_messages={"required": "请粘贴人员名单", "max_length": "名单过长，请分批粘贴或使用表格导入"},
        widget=forms.Textarea(attrs={"rows": 10, "placeholder": "张三\n李四　13900000007\n13900000008"}),
        help_text="每行一人：姓名，或姓名和手机号码，或手机号码",
    )


class ShareForm(forms.Form):
    unit_ids = Chosen("共享组织", "unit", many=True)


class WordForm(forms.Form):
    word = forms.CharField(label="用词", max_length=20, error_messages={"required": "请填写用词"})
    weight = forms.ChoiceField(label="处理", choices=SensitiveWord.Weight.choices)
    topic = forms.CharField(label="类别", max_length=20, error_messages={"required": "请填写类别"})
