"""Reading an upload."""

from django import forms

from yiwang.kernel.files.kinds import accepted


class UploadForm(forms.Form):
    """A file and what it is for; kind and content are checked by the action."""

    file = forms.FileField(
        label="附件",
        max_length=255,
        widget=forms.ClearableFileInput(attrs={"accept": accepted()}),
        error_messages={"required": "请选择文件"},
    )
    purpose = forms.RegexField(r"^[a-z][a-z0-9_.]{0,59}$", required=False)
