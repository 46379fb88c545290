"""Django's form messages in the platform's own words. Texts of our own fields stand with the fields."""

from typing import Any

from django.core import validators
from django.forms import fields, formsets, models

_FIELDS: dict[type, dict[str, str]] = {
    fields.Field: {"required": "请填写此项"},
    fields.ChoiceField: {"invalid_choice": "请从选项中选择"},
    fields.MultipleChoiceField: {"invalid_choice": "请从选项中选择", "invalid_list": "请从选项中选择"},
    fields.DateField: {"invalid": "日期格式应为2026-11-23"},
    fields.DateTimeField: {"invalid": "时间格式应为2026-11-23 14:05"},
    fields.TimeField: {"invalid": "时间格式应为14:05"},
    fields.SplitDateTimeField: {
        "invalid_date": "日期格式应为2026-11-23",
        "invalid_time": "时间格式应为14:05",
    },
    fields.DurationField: {"invalid": "时长格式不正确", "overflow": "天数应在{min_days}至{max_days}之间"},
    fields.DecimalField: {"invalid": "请填写数字"},
    fields.FloatField: {"invalid": "请填写数字"},
    fields.IntegerField: {"invalid": "请填写整数"},
    fields.FileField: {
        "invalid": "没有收到文件，请重新选择",
        "missing": "请选择文件",
        "empty": "文件内容为空",
        "max_length": "文件名不能超过%(max)d个字（当前%(length)d个字）",
        "contradiction": "不能同时上传和清除文件",
    },
    fields.ImageField: {"invalid_image": "请上传图片文件"},
    fields.JSONField: {"invalid": "内容格式不正确"},
    fields.MultiValueField: {"invalid": "内容格式不正确", "incomplete": "请填写完整"},
    fields.URLField: {"invalid": "网址格式不正确"},
    fields.UUIDField: {"invalid": "编号格式不正确"},
    models.InlineForeignKeyField: {"invalid_choice": "所属内容已变化，请刷新后重试"},
    models.ModelChoiceField: {"invalid_choice": "请从选项中选择"},
    models.ModelMultipleChoiceField: {
        "invalid_list": "请从选项中选择",
        "invalid_choice": "请从选项中选择",
        "invalid_pk_value": "请从选项中选择",
    },
    formsets.BaseFormSet: {
        "missing_management_form": "页面已失效，请刷新后重新提交",
        "too_many_forms": "最多填写%(num)d项",
        "too_few_forms": "至少填写%(num)d项",
    },
}

_VALIDATORS: dict[type, str] = {
    validators.RegexValidator: "格式不正确",
    validators.DomainNameValidator: "域名格式不正确",
    validators.URLValidator: "网址格式不正确",
    validators.EmailValidator: "电子邮箱格式不正确",
    validators.BaseValidator: "应为%(limit_value)s（当前%(show_value)s）",
    validators.MaxValueValidator: "不能大于%(limit_value)s",
    validators.MinValueValidator: "不能小于%(limit_value)s",
    validators.StepValueValidator: "应为%(limit_value)s的倍数",
    validators.MinLengthValidator: "不能少于%(limit_value)d个字（当前%(show_value)d个字）",
    validators.MaxLengthValidator: "不能超过%(limit_value)d个字（当前%(show_value)d个字）",
    validators.ProhibitNullCharactersValidator: "含有不允许的字符",
    validators.FileExtensionValidator: "不支持的文件类型，允许：%(allowed_extensions)s",
}

_DECIMALS = {
    "invalid": "请填写数字",
    "max_digits": "不能超过%(max)s位数字",
    "max_decimal_places": "小数不能超过%(max)s位",
    "max_whole_digits": "整数部分不能超过%(max)s位",
}


def apply() -> None:
    """Replace the messages, once at start-up: translation is off, and Django's own is English."""
    for field, messages in _FIELDS.items():
        own: Any = field
        own.default_error_messages = {**own.__dict__.get("default_error_messages", {}), **messages}
    for validator, message in _VALIDATORS.items():
        of_class: Any = validator
        of_class.message = message
    decimals: Any = validators.DecimalValidator
    decimals.messages = _DECIMALS
