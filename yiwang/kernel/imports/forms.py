"""Choosing the file of an import."""

from typing import Any, BinaryIO, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile

from yiwang.kernel.extension.imports import ImportKind
from yiwang.kernel.imports import workbook
from yiwang.kernel.validators import Invalid


class ImportForm(forms.Form):
    """An xlsx file; cleaned_data["rows"] are its rows, not yet judged."""

    file = forms.FileField(
        label="文件",
        max_length=200,
        error_messages={"required": "请选择文件", "empty": "文件内容为空", "max_length": "文件名过长"},
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )

    def __init__(self, *args: Any, kind: ImportKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind

    def clean_file(self) -> UploadedFile:
        upload: UploadedFile = self.cleaned_data["file"]
        stream = cast("BinaryIO", upload.file)
        try:
            self.cleaned_data["rows"] = workbook.read(stream, upload.name or "", upload.size or 0, self.kind)
        except Invalid as refusal:
            raise forms.ValidationError(refusal.message, code="E-FILE-01") from refusal
        return upload
