"""Log lines as JSON or for a terminal, without personal data. What is logged when belongs to the callers."""

import datetime
import json
import logging
import re
import traceback
from types import TracebackType
from typing import Any
from zoneinfo import ZoneInfo

from yiwang.kernel import request_context

SHANGHAI = ZoneInfo("Asia/Shanghai")

# Identity numbers, mobiles and bank cards are runs of eleven and more digits; a database's DETAIL line
# repeats the values of the row it refused.
_LONG_NUMBER = re.compile(r"\d{7}(?=\d{4})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")  # a terminal would obey them
_DATABASE_DETAIL = re.compile(r"^\s*(DETAIL|CONTEXT|LINE \d+|HINT):.*$", re.MULTILINE)


def without_personal_data(text: str) -> str:
    """The text with long numbers cut to their last digits and without the values a database error quotes."""
    return _LONG_NUMBER.sub("*******", _DATABASE_DETAIL.sub(r"\1: (left out)", text))


class JsonFormatter(logging.Formatter):
    """One JSON object a line. Further fields come by `extra={"fields": {...}}`."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.datetime.fromtimestamp(record.created, datetime.UTC).isoformat(
                "T", "milliseconds"
            ),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": without_personal_data(record.getMessage()),
        }
        request_id = request_context.current().request_id
        if request_id:
            line["request_id"] = request_id
        line.update(getattr(record, "fields", None) or {})
        if record.exc_info and record.exc_info[0] is not None:
            line["exception"] = record.exc_info[0].__qualname__
            line["trace"] = without_personal_data(_trace(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)


class TerminalFormatter(logging.Formatter):
    """The same for eyes: time, level, message and fields in one line, a trace below it."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.datetime.fromtimestamp(record.created, SHANGHAI).strftime("%H:%M:%S")
        fields = getattr(record, "fields", None) or {}
        message = without_personal_data(record.getMessage())
        parts = [at, f"{record.levelname.lower():7}", message]
        parts += [f"{name}={value}" for name, value in fields.items() if value not in (None, "")]
        if request_id := request_context.current().request_id:
            parts.append(f"[{request_id}]")
        line = _CONTROL.sub(" ", " ".join(parts))
        if record.exc_info and record.exc_info[0] is not None:
            line += "\n" + without_personal_data(_trace(record.exc_info)).rstrip()
        return line


def _trace(
    exc_info: tuple[type[BaseException] | None, BaseException | None, TracebackType | None],
) -> str:
    return "".join(traceback.format_exception(*exc_info))
