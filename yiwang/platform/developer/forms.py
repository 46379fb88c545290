"""What people type on the developer site."""

from typing import Any

from django import forms
from django.http import QueryDict

from yiwang.kernel.extension.open_calls import open_event_kinds, scopes
from yiwang.platform.clients.models import Client, Subscription
from yiwang.platform.clients.rules import MOST_RATE
from yiwang.platform.org.models import Unit

_REQUIRED = {"required": "请填写"}


def _lines(text: str) -> list[str]:
    """One in each line, or separated by commas."""
    return [one.strip() for line in text.splitlines() for one in line.split(",") if one.strip()]


class ApplicationForm(forms.Form):
    """What an application is and may do (接入申请表 with its additions)."""

    name = forms.CharField(label="应用名称", max_length=50, error_messages={"required": "请填写应用名称"})
    about = forms.CharField(
        label="用途说明", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    scopes = forms.MultipleChoiceField(
        label="接入方式", required=False, widget=forms.CheckboxSelectMultiple, choices=[]
    )
    fields_granted = forms.MultipleChoiceField(
        label="授权字段",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=Client.Field.choices,
        help_text="姓名和单位随通讯录同步提供；身份证号码不提供",
    )
    ranges = forms.ModelMultipleChoiceField(
        label="授权范围",
        required=False,
        queryset=Unit.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text="含下级机构；不选则为所属单位",
    )
    domains = forms.CharField(
        label="登记域名",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="待办链接和事件回调只能使用这些域名，每行一个，如 oa.example.gov.cn",
    )
    allowed_addresses = forms.CharField(
        label="调用地址范围",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="IP地址或网段，每行一个；留空不限",
    )
    requires_signature = forms.BooleanField(label="请求必须签名（HMAC-SM3）", required=False)
    rate = forms.IntegerField(label="每个接口每秒调用上限", min_value=1, max_value=MOST_RATE, initial=50)
    burst = forms.IntegerField(label="突发上限", min_value=1, max_value=MOST_RATE, initial=200)
    contact_name = forms.CharField(label="联系人", max_length=60, required=False)
    contact_phone = forms.CharField(label="联系电话", max_length=30, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = [(one.key, f"{one.label}：{one.about}") for one in scopes]  # type: ignore[attr-defined]
        found = Unit.objects.living().filter(level__lte=2).order_by("position")
        self.fields["ranges"].queryset = found  # type: ignore[attr-defined]

    def details(self) -> dict[str, Any]:
        """As the action takes them."""
        given = dict(self.cleaned_data)
        given["fields"] = given.pop("fields_granted")
        for name in ("domains", "allowed_addresses"):
            given[name] = _lines(given[name])
        return given


class RegisterForm(ApplicationForm):
    """The same with what never changes again."""

    unit = forms.ModelChoiceField(
        label="所属单位",
        queryset=Unit.objects.none(),
        empty_label="请选择",
        error_messages={"required": "请选择所属单位"},
    )

    field_order = ("name", "unit", "about")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = Unit.objects.living().filter(level=2).order_by("position")
        self.fields["unit"].queryset = found  # type: ignore[attr-defined]


class SandboxForm(forms.Form):
    """What a vendor says when he orders an application of the sandbox."""

    name = forms.CharField(label="应用名称", max_length=50, error_messages={"required": "请填写应用名称"})
    contact_name = forms.CharField(label="联系人", max_length=60, error_messages={"required": "请填写联系人"})
    contact_phone = forms.CharField(
        label="联系电话", max_length=30, error_messages={"required": "请填写联系电话"}
    )
    domains = forms.CharField(
        label="登记域名",
        required=False,
        initial="localhost:9000",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="待办链接和事件回调只能使用这些域名，每行一个；沙箱可以使用 localhost 和 127.0.0.1",
    )

    def details(self) -> dict[str, Any]:
        """As the action takes them."""
        return {**self.cleaned_data, "domains": _lines(self.cleaned_data["domains"])}


def asked_of(posted: QueryDict) -> dict[str, Any]:
    """What a receiver in the sandbox is to do, from the buttons beside a to-do or a message."""
    act, _, key = posted.get("do", "").partition(":")
    places = [
        name.removesuffix("_key") for name in posted if name.startswith("question") and name.endswith("_key")
    ]
    return {
        "kind": posted.get("kind", ""),
        "id": _whole(posted.get("id", "")),
        "act": act,
        "key": key,
        "reason": posted.get("reason", ""),
        "face": _whole(posted.get("face", "")),
        "chosen": {posted[f"{place}_key"]: [one for one in posted.getlist(place) if one] for place in places},
    }


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


class ReasonForm(forms.Form):
    reason = forms.CharField(label="事由", max_length=200, error_messages={"required": "请填写事由"})


class MemberForm(forms.Form):
    login_name = forms.CharField(
        label="登录名",
        max_length=60,
        help_text="应用负责人或开发商临时账号的登录名",
        error_messages={"required": "请填写登录名"},
    )


class CallbackForm(forms.Form):
    url = forms.CharField(
        label="回调地址",
        max_length=300,
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
        error_messages={"required": "请填写回调地址"},
    )
    kinds = forms.MultipleChoiceField(
        label="事件",
        widget=forms.CheckboxSelectMultiple,
        choices=[],
        error_messages={"required": "请选择事件种类"},
    )
    algorithm = forms.ChoiceField(label="签名算法", choices=Subscription.Algorithm.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kinds"].choices = [(one.key, one.label) for one in open_event_kinds]  # type: ignore[attr-defined]
