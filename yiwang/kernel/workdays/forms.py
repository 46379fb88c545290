"""Reading what an administrator sends to import a year.

Between preview and confirmation the rows travel in a signed text; nothing is kept on the server.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO, cast

from django import forms
from django.core import signing
from django.core.files.uploadedfile import UploadedFile

from yiwang.kernel.files import sniffing
from yiwang.kernel.validators import Invalid
from yiwang.kernel.workdays import workbook
from yiwang.kernel.workdays.planning import Row

_SALT = "yiwang.kernel.workdays.import"
_PREVIEW_SECONDS = 3_600
_LARGEST_FILE = 1024 * 1024
FIRST_YEAR, LAST_YEAR = 2018, 2099


class ImportForm(forms.Form):
    """A year's notice as an xlsx file. cleaned_data["rows"] are its rows, not yet judged."""

    year = forms.IntegerField(
        label="年份",
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        error_messages={
            "required": "请填写年份",
            "invalid": "请填写四位年份",
            "min_value": f"年份应在{FIRST_YEAR}至{LAST_YEAR}之间",
            "max_value": f"年份应在{FIRST_YEAR}至{LAST_YEAR}之间",
        },
    )
    source_doc = forms.CharField(
        label="依据文件",
        max_length=200,
        error_messages={"required": "请填写依据文件"},
        help_text="如：国务院办公厅关于2027年部分节假日安排的通知",
    )
    file = forms.FileField(
        label="工作日历文件",
        error_messages={"required": "请选择文件"},
        help_text="请下载模板，按通知填写放假和调休上班的日期；未填写的日期按周一至周五上班计算",
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )

    def clean_file(self) -> UploadedFile:
        upload: UploadedFile = self.cleaned_data["file"]
        name, size = upload.name or "", upload.size or 0
        if not name.lower().endswith(".xlsx"):
            raise forms.ValidationError("请使用xlsx模板")
        try:
            sniffing.inspect(cast("BinaryIO", upload.file), name, size, limit=_LARGEST_FILE)
            self.cleaned_data["rows"] = workbook.read(upload.read())
        except Invalid as refusal:
            raise forms.ValidationError(refusal.message) from refusal
        return upload


@dataclass(frozen=True, slots=True)
class Draft:
    """What was previewed. revision: of the year when the preview was made."""

    year: int
    source_doc: str
    revision: int
    rows: tuple[Row, ...]

    def token(self) -> str:
        """The draft as a signed text that the confirmation page sends back."""
        rows = [[row.line, _as_text(row.date), row.kind, row.name] for row in self.rows]
        return signing.dumps([self.year, self.source_doc, self.revision, rows], salt=_SALT, compress=True)


def _as_text(cell: object) -> str | float:
    if isinstance(cell, date):
        return f"{cell:%Y-%m-%d}"
    return cell if isinstance(cell, float) else str(cell)


class ConfirmForm(forms.Form):
    """The confirmation of a preview; cleaned_data["token"] becomes a Draft."""

    token = forms.CharField(widget=forms.HiddenInput)

    def clean_token(self) -> Draft:
        try:
            values: Any = signing.loads(self.cleaned_data["token"], salt=_SALT, max_age=_PREVIEW_SECONDS)
        except signing.BadSignature:
            raise forms.ValidationError("预览已失效，请重新上传") from None
        year, source_doc, revision, rows = values
        return Draft(year, source_doc, revision, tuple(Row(*row) for row in rows))
