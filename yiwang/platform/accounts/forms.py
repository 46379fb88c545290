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


class PostForm(forms.Form):
    post = forms.IntegerField()
    next = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)
