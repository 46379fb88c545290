"""Forms of messages: a notice to others."""

import datetime
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone

from yiwang.platform.accounts.queries.roles import label_of
from yiwang.platform.messages.actions.notices import LONGEST_TEXT, LONGEST_TITLE
from yiwang.platform.messages.models import Message
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


class NoticeForm(forms.Form):
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

    def clean_valid_until(self) -> Any:
        """The last day, as the moment it ends."""
        day = self.cleaned_data["valid_until"]
        if day is None:
            return None
        if day < timezone.localdate():
            raise forms.ValidationError("有效期不能早于今天")
        end = datetime.datetime.combine(day, datetime.time(23, 59, 59))
        return timezone.make_aware(end)

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


class RecallForm(forms.Form):
    """撤回, with the reason."""

    reason = forms.CharField(label="事由", max_length=100)
