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


class TestTerminal:
    """What a person reads who watches `make run`."""

    def line(self, message: str, *, failed: bool = False) -> str:
        error = (ValueError, ValueError("王伟 13812345678"), None) if failed else None
        record = logging.LogRecord("yiwang.request", logging.WARNING, "", 1, message, (), error)
        record.created = 1795456420.0  # 2026-11-24 01:53:40 in Shanghai
        record.fields = {"method": "GET", "status": 404, "account": None}
        with request_context.entering(request_context.RequestContext("request-1")):
            return logs.TerminalFormatter().format(record)

    def test_one_line_with_the_clock_of_shanghai(self) -> None:
        assert self.line("request") == "01:53:40 warning request method=GET status=404 [request-1]"

    def test_a_trace_stands_below(self) -> None:
        first, *rest = self.line("unexpected error", failed=True).splitlines()
        assert first.endswith("[request-1]")
        assert rest == ["ValueError: 王伟 *******5678"]

    def test_no_personal_data_and_nothing_that_a_terminal_obeys(self) -> None:
        said = self.line("13812345678\n\x1b[2J\x9b31m")
        assert "1381234" not in said
        assert said.isprintable()
