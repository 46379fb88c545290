"""What people type about their own account."""

from django import forms


class LoginForm(forms.Form):
    login = forms.CharField(
        label="登录名或手机号码", max_length=60, error_messages={"required": "请填写登录名或手机号码"}
    )
    password = forms.CharField(
        label="密码",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput,
        error_messages={"required": "请填写密码"},
    )
    next = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)


class ActivationCodeForm(forms.Form):
    login = forms.CharField(
        label="登录名或手机号码", max_length=60, error_messages={"required": "请填写登录名或手机号码"}
    )
    code = forms.CharField(label="激活码", max_length=20, error_messages={"required": "请填写激活码"})


class ActivationTextForm(forms.Form):
    """Whom to send a code for the activation."""

    login = forms.CharField(
        label="手机号码或登录名", max_length=60, error_messages={"required": "请填写手机号码或登录名"}
    )


class TextCodeForm(ActivationTextForm):
    """The code that was sent."""

    code = forms.CharField(
        label="短信验证码",
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": "请填写短信验证码"},
    )


class ActivationForm(forms.Form):
    password = forms.CharField(
        label="设置密码",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput,
        error_messages={"required": "请填写密码"},
    )
    repeated = forms.CharField(
        label="再次输入密码",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput,
        error_messages={"required": "请再次输入密码"},
    )
    accepted = forms.BooleanField(
        label="本人已阅读并同意使用承诺书",
        required=True,
        error_messages={"required": "请阅读并同意使用承诺书"},
    )

    def clean_repeated(self) -> str:
        repeated = str(self.cleaned_data["repeated"])
        if repeated != self.cleaned_data.get("password"):
            raise forms.ValidationError("两次输入的密码不一致")
        return repeated


class PasswordForm(forms.Form):
    old = forms.CharField(
        label="原密码",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput,
        error_messages={"required": "请填写原密码"},
    )
    new = forms.CharField(
        label="新密码",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput,
        error_messages={"required": "请填写新密码"},
    )
    repeated = forms.CharField(
        label="再次输入新密码",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput,
        error_messages={"required": "请再次输入新密码"},
    )

    def clean_repeated(self) -> str:
        repeated = str(self.cleaned_data["repeated"])
        if repeated != self.cleaned_data.get("new"):
            raise forms.ValidationError("两次输入的密码不一致")
        return repeated


class AdministrationForm(forms.Form):
    reason = forms.CharField(
        label="管理事由",
        max_length=200,
        widget=forms.TextInput(attrs={"placeholder": "如：办理新进人员账号开通"}),
        error_messages={"required": "请填写管理事由"},
    )
    password = forms.CharField(
        label="登录密码",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "请填写密码"},
    )
    next = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)


class MobileForm(forms.Form):
    mobile = forms.CharField(
        label="新手机号码",
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
        error_messages={"required": "请填写新手机号码"},
    )


class MobileCodeForm(MobileForm):
    """The code that was sent to the new number."""

    code = forms.CharField(
        label="短信验证码",
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": "请填写短信验证码"},
    )


class ContactForm(forms.Form):
    """What a person keeps of himself; checked by the action."""

    office_phone = forms.CharField(
        label="办公电话", max_length=30, required=False, help_text="如：021-69713333 或 021-69713333-801"
    )
    room = forms.CharField(label="办公地址/房间", max_length=100, required=False)
    email = forms.CharField(label="电子邮箱", max_length=254, required=False)
    second_mobile = forms.CharField(
        label="备用手机号码",
        max_length=20,
        required=False,
        help_text="仅用于联系本人，不用于登录，不在通讯录显示",
    )


class SpellingForm(forms.Form):
    spelling = forms.CharField(
        label="姓名拼音",
        max_length=120,
        help_text="每个字一个音节，音节之间用空格分开，ü写作v，如：shan yu、lv ming",
        error_messages={"required": "请填写姓名拼音"},
    )


class PhotoForm(forms.Form):
    photo = forms.FileField(
        label="照片",
        max_length=255,
        widget=forms.ClearableFileInput(attrs={"accept": ".jpg,.jpeg,.png"}),
        help_text="近期免冠工作照，jpg或png格式，不超过2MB",
        error_messages={"required": "请选择照片"},
    )


class OwnDataForm(forms.Form):
    password = forms.CharField(
        label="当前密码",
        max_length=128,
        strip=False,
        required=False,
        widget=forms.PasswordInput,
        help_text="留空则导出的证件号码、手机号码已隐去；需要完整号码的，请输入当前密码",
    )


class PostForm(forms.Form):
    post = forms.IntegerField()
    next = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)
