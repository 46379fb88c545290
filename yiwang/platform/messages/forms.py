"""Forms of messages: a notice to others."""

import datetime
from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone

from yiwang.kernel.extension.sms import sms_templates
from yiwang.platform.accounts.queries.roles import label_of
from yiwang.platform.messages import rules
from yiwang.platform.messages.actions.notices import LONGEST_TEXT, LONGEST_TITLE
from yiwang.platform.messages.actions.reach import LONGEST_NOTE, LONGEST_REASON
from yiwang.platform.messages.models import Message, SmsBatch
from yiwang.platform.messages.queries.audience import Audience

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


_MINUTES = ("until_text", "until_contact", "until_duty")


def _minutes(label: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=rules.REACH_LEAST,
        max_value=rules.REACH_MOST,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"),
            f"请填写{rules.REACH_LEAST}至{rules.REACH_MOST}的整数",
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
    until_text = _minutes("多少分钟后发短信")
    until_contact = _minutes("再过多少分钟请代理人、联络人转达")
    until_duty = _minutes("再过多少分钟请值班室转达")

    def clean(self) -> dict[str, Any]:
        """What must reach everybody must be confirmed; minutes left empty are the usual ones."""
        given = super().clean() or self.cleaned_data
        if given.get("must_reach"):
            given["need_receipt"] = True
        for name, usual in zip(_MINUTES, settings.REACH_MINUTES, strict=True):
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


class BatchForm(Chosen):
    """发短信: a template with its words, or free text."""

    purpose = forms.ChoiceField(label="用途", choices=[("", "请选择"), *SmsBatch.Purpose.choices])
    template = forms.ChoiceField(
        label="模板",
        required=False,
        choices=lambda: [
            ("", "不用模板（须审批）"),
            *((one.key, f"{one.label}：{one.text}") for one in sms_templates if one.for_batches),
        ],
    )
    words = forms.CharField(
        label="模板变量",
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="每行一个，如：时间=11月24日14:00",
    )
    text = forms.CharField(
        label="短信内容",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": 300, "data-count": ""}),
        help_text="不用模板时填写；不得包含公文正文、个人敏感信息和平台以外的链接",
    )
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
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text="不填为立即发送；21:00至次日8:00顺延到8:00，值班、应急除外",
    )

    def clean_words(self) -> dict[str, str]:
        """时间=…, one in each line."""
        lines = (line.partition("=") for line in self.cleaned_data["words"].splitlines() if "=" in line)
        return {name.strip(): value.strip() for name, _, value in lines}

    def clean_external(self) -> list[str]:
        """Each line, or separated by commas."""
        return [
            one for one in self.cleaned_data["external"].replace("，", "\n").replace(",", "\n").split() if one
        ]


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
