"""Forms of messages: notices, batches of texts, their templates and quotas."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils import timezone

from yiwang.platform.accounts.queries.roles import label_of
from yiwang.platform.messages import rules
from yiwang.platform.messages.actions.notices import LONGEST_TEXT, LONGEST_TITLE
from yiwang.platform.messages.actions.reach import LONGEST_NOTE, LONGEST_REASON
from yiwang.platform.messages.models import Message, TextPurpose, TextTemplate
from yiwang.platform.messages.queries.audience import Audience
from yiwang.platform.messages.queries.ladder import Limits, limits

ROLES = (
    "accounts.unit_head",
    "accounts.deputy_head",
    "accounts.office_director",
    "accounts.clerk",
    "accounts.information_officer",
    "accounts.supervision_contact",
    "accounts.duty_manager",
    "accounts.personnel_manager",
)
_MOST_CHOSEN = 500


class Ids(forms.Field):
    """Ids chosen in a picker, each once, in their order."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> tuple[int, ...]:
        """What is no number was not chosen in a picker."""
        found = _ids(value or ())
        if len(found) > _MOST_CHOSEN:
            raise forms.ValidationError(f"一次最多选择{_MOST_CHOSEN}个")
        return found


def _ids(words: Iterable[str]) -> tuple[int, ...]:
    numbers = [int(one) for one in words if str(one).isdecimal() and len(str(one)) < 19]
    return tuple(dict.fromkeys(numbers))


class Chosen(forms.Form):
    """Whom it is for: what pickers sent, and roles."""

    persons = Ids(label="人员", required=False)
    units = Ids(label="单位", required=False)
    tags = Ids(label="标签", required=False)
    roles = forms.MultipleChoiceField(
        label="岗位角色",
        required=False,
        choices=lambda: [(key, label_of(key)) for key in ROLES],
        widget=forms.CheckboxSelectMultiple,
        help_text="您发送范围内担任这些角色的人员",
    )

    def picked(self) -> dict[str, tuple[int, ...]]:
        """What the pickers sent, be the form good or not."""
        if not self.is_bound:
            return {}
        return {name: _ids(self._words(name)) for name in ("persons", "units", "tags")}

    def _words(self, name: str) -> list[str]:
        data: Any = self.data
        return list(data.getlist(name))

    def role_labels(self) -> list[str]:
        """The roles that are chosen, in words."""
        return [label_of(key) for key in self._words("roles") if key in ROLES] if self.is_bound else []

    def audience(self) -> Audience:
        """What was chosen, after the form was found good."""
        chosen = self.cleaned_data
        return Audience(
            persons=chosen["persons"],
            units=chosen["units"],
            tags=chosen["tags"],
            roles=tuple(chosen["roles"]),
        )


_MINUTES = {
    "until_text": "多少分钟后发短信",
    "until_contact": "再过多少分钟请代理人、联络人转达",
    "until_duty": "再过多少分钟请值班室转达",
}


def _minutes(label: str, limits: Limits) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=limits.least,
        max_value=limits.most,
        widget=forms.NumberInput(attrs={"min": limits.least, "max": limits.most, "inputmode": "numeric"}),
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), f"请填写{limits.least}至{limits.most}的整数"
        ),
    )


class NoticeForm(Chosen):
    """发通知. Whom it is for comes from the pickers beside it."""

    title = forms.CharField(label="标题", max_length=LONGEST_TITLE)
    text = forms.CharField(
        label="内容",
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 6, "maxlength": LONGEST_TEXT, "data-count": ""}),
        help_text="不得包含涉密信息；公文正文请通过公文管理发送",
    )
    urgency = forms.TypedChoiceField(label="紧急程度", choices=Message.Urgency.choices, coerce=int, initial=0)
    valid_until = forms.DateField(
        label="有效期至",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="当日24:00后不再提醒；不填为长期有效",
    )
    need_receipt = forms.BooleanField(label="要求确认收到", required=False)
    must_reach = forms.BooleanField(
        label="必达：未确认的逐级升级提醒",
        required=False,
        help_text="未确认的，依次发短信、请代理人或单位联络人转达、请值班室转达，直至确认或告知本人",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.limits = limits()
        for name, label in _MINUTES.items():
            self.fields[name] = _minutes(label, self.limits)

    def clean(self) -> dict[str, Any]:
        """What must reach everybody must be confirmed; minutes left empty are the usual ones."""
        given = super().clean() or self.cleaned_data
        if given.get("must_reach"):
            given["need_receipt"] = True
        for name, usual in zip(_MINUTES, self.limits.usual, strict=True):
            given[name] = given.get(name) or usual
        return given

    def minutes(self) -> tuple[int, ...]:
        """Between the steps of the ladder, after the form was found good."""
        return tuple(self.cleaned_data[name] for name in _MINUTES)

    def clean_valid_until(self) -> Any:
        """The last day, as the moment it ends."""
        day = self.cleaned_data["valid_until"]
        if day is None:
            return None
        if day < timezone.localdate():
            raise forms.ValidationError("有效期不能早于今天")
        end = datetime.datetime.combine(day, datetime.time(23, 59, 59))
        return timezone.make_aware(end)


class Worded(forms.Form):
    """A form with a field for each {变量} of a text; 姓名 is none, it is each receiver's own."""

    def add_words(self, text: str, *, given: Mapping[str, str], required: bool) -> None:
        """The fields, with what is given for them."""
        for name in rules.variables_of(text)[: rules.MOST_WORDS]:
            if name != rules.PERSON_WORD and not rules.pattern_problem(f"{{{name}}}"):
                self.fields[f"word_{name}"] = forms.CharField(
                    label=name,
                    required=required,
                    max_length=rules.LONGEST_WORD,
                    initial=given.get(name, ""),
                )

    @property
    def word_fields(self) -> list[forms.BoundField]:
        """The fields of variables, in the order of the text."""
        return [self[name] for name in self.fields if name.startswith("word_")]

    def given_words(self) -> dict[str, str]:
        """What stands in them now, be the form good or not."""
        return {one.name.removeprefix("word_"): one.value() or "" for one in self.word_fields}


class TemplateForm(Worded):
    """短信模板: its words, and what its variables may be, for the preview."""

    name = forms.CharField(label="模板名称", max_length=30, min_length=2)
    kind = forms.ChoiceField(
        label="类型",
        choices=[("", "请选择"), *TextPurpose.choices],
        help_text="值班、应急不受夜间时段和月额度限制",
    )
    text = forms.CharField(
        label="模板内容",
        max_length=rules.LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": rules.LONGEST_TEXT, "data-count": ""}),
        help_text="变量写在花括号里，如“请于{时间}在{地点}参加{会议}”；{姓名}按接收人自动填写。不含签名",
    )
    for_district = forms.BooleanField(label="全区通用", required=False)

    def __init__(self, *args: Any, may_district: bool, samples: Mapping[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        if not may_district:
            del self.fields["for_district"]
        self.add_words(self["text"].value() or "", given=samples, required=False)


class BatchForm(Chosen, Worded):
    """发短信: a template with its words, or free text. is_draft: nothing has to be complete yet."""

    template = forms.ChoiceField(label="模板", required=False)
    purpose = forms.ChoiceField(label="用途", required=False, choices=[("", "请选择"), *TextPurpose.choices])
    text = forms.CharField(
        label="短信内容",
        required=False,
        max_length=rules.LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": rules.LONGEST_TEXT, "data-count": ""}),
        help_text="可用{姓名}；不得包含公文正文、个人敏感信息、密码和平台以外的链接。自拟内容须审批",
    )
    need_receipt = forms.BooleanField(label="要求签收（短信末尾加“回复1签收”）", required=False)
    external = forms.CharField(
        label="平台外号码",
        required=False,
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="仅限会议、应急；每行一个",
    )
    external_reason = forms.CharField(label="使用平台外号码的事由", required=False, max_length=100)
    due_at = forms.DateTimeField(
        label="定时发送",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="不填为立即发送；21:00至次日8:00顺延到8:00，值班、应急除外",
    )

    def __init__(
        self,
        *args: Any,
        templates: Iterable[TextTemplate],
        words: Mapping[str, str],
        is_draft: bool,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.templates = {one.code: one for one in templates}
        choices = [(one.code, f"{one.get_kind_display()} · {one.name}") for one in self.templates.values()]
        field: Any = self.fields["template"]
        field.choices = [("", "不用模板，自拟内容（须审批）"), *choices]
        self.chosen = self.templates.get(self["template"].value() or "")
        if self.chosen is not None:
            self.add_words(self.chosen.text, given=words, required=not is_draft)

    def clean_external(self) -> list[str]:
        """Each line, or separated by commas."""
        typed: str = self.cleaned_data["external"]
        return typed.replace("，", "\n").replace(",", "\n").split()


class MomentForm(forms.Form):
    """调整时间 of a batch that has not gone."""

    due_at = forms.DateTimeField(
        label="计划发送时间",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="21:00至次日8:00顺延到8:00，值班、应急除外",
    )


class ReasonForm(forms.Form):
    """Why something ends or is settled."""

    reason = forms.CharField(label="原因", max_length=200)


class ReportForm(forms.Form):
    """报备号 of a template."""

    number = forms.CharField(label="报备号", required=False, max_length=60)


class HandleForm(forms.Form):
    """What was done about a reply."""

    note = forms.CharField(label="处理说明", max_length=200)


class QuotaForm(forms.Form):
    """月额度 of a unit."""

    monthly = forms.IntegerField(label="月额度（条）", min_value=0, max_value=10_000_000)
    reason = forms.CharField(label="事由", max_length=100)


class DecideForm(forms.Form):
    """同意 or 驳回."""

    opinion = forms.CharField(label="意见", required=False, max_length=200)


class ToldForm(forms.Form):
    """Whom one has told, by telephone or in person, and a remark."""

    lines = Ids(label="人员")
    note = forms.CharField(label="备注", required=False, max_length=LONGEST_NOTE)


class StopForm(forms.Form):
    """停止升级, with the reason."""

    reason = forms.CharField(
        label="事由",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST_REASON, "data-count": ""}),
    )


class RecallForm(forms.Form):
    """撤回, with the reason."""

    reason = forms.CharField(label="事由", max_length=100)
