"""Log lines carry no personal data."""

import json
import logging

from yiwang.kernel import logs, request_context


def _line(record: logging.LogRecord) -> dict[str, object]:
    parsed: dict[str, object] = json.loads(logs.JsonFormatter().format(record))
    return parsed


def test_a_line_is_one_json_object() -> None:
    record = logging.LogRecord("yiwang.jobs", logging.WARNING, __file__, 1, "第%d次\n重试", (2,), None)
    record.fields = {"job": "org.rebuild"}
    with request_context.entering(request_context.RequestContext("request-1")):
        text = logs.JsonFormatter().format(record)
    assert "\n" not in text
    line = json.loads(text)
    assert line["message"] == "第2次\n重试"
    assert (line["level"], line["job"], line["request_id"]) == ("warning", "org.rebuild", "request-1")


def test_long_numbers_are_cut() -> None:
    record = logging.LogRecord("x", logging.INFO, "", 1, "13812345678 与 31011819900101123X", (), None)
    message = str(_line(record)["message"])
    assert "1381234" not in message
    assert "19900101" not in message


def test_values_a_database_error_quotes_are_left_out() -> None:
    text = 'duplicate key value violates unique constraint "x"\nDETAIL:  Key (name)=(张晓燕) already exists.'
    assert "张晓燕" not in logs.without_personal_data(text)
    assert "unique constraint" in logs.without_personal_data(text)
