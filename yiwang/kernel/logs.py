"""Log lines as JSON, without personal data. What is logged, and when, belongs to the callers."""

import datetime
import json
import logging
import re
import traceback
from types import TracebackType
from typing import Any

from yiwang.kernel import request_context

# Identity numbers, mobiles and bank cards are runs of eleven and more digits; a database's DETAIL line
# repeats the values of the row it refused.
_LONG_NUMBER = re.compile(r"\d{7}(?=\d{4})")
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


def _trace(
    exc_info: tuple[type[BaseException] | None, BaseException | None, TracebackType | None],
) -> str:
    return "".join(traceback.format_exception(*exc_info))
