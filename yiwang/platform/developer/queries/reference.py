"""The reference of the open API, worked out from its OpenAPI description: what programs read, for people."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import resolve, reverse

from yiwang.platform.developer.queries.words import EXAMPLES, WORDS

SECURITY = "client_auth"
TOKEN_PATH = "/api/v1/oauth2/token"  # noqa: S105  an address
_DEPTH = 4
_TYPES = {
    "integer": "整数",
    "string": "文本",
    "boolean": "是否",
    "number": "数值",
    "object": "对象",
    "array": "列表",
}
_USUAL = ("receivers", "persons", "items", "title", "words")
_PLAIN_EXAMPLES = ("persons", "ids", "units")  # of each in a list
_EXAMPLES: dict[str, Any] = {"integer": 1, "string": "", "boolean": False, "number": 0, "object": {}}


@dataclass(frozen=True, slots=True)
class Field:
    """One value of a request or an answer; path: to.be.read[] from outside in."""

    path: str
    type: str
    is_required: bool
    about: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered with a status."""

    status: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """One call. key: for links within the page."""

    key: str
    method: str
    path: str
    title: str
    about: str
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    example: str
    answers: tuple[Answer, ...]

    @property
    def curl(self) -> str:
        """As it is typed."""
        address = f'"$YIWANG{self.path}"'
        if self.method == "GET":
            return f'curl -H "Authorization: Bearer $TOKEN" {address}'
        if self.path == TOKEN_PATH:
            return f'curl -u "$CLIENT_ID:$SECRET" -d grant_type=client_credentials {address}'
        head = f'curl -X {self.method} -H "Authorization: Bearer $TOKEN"'
        body = json.dumps(json.loads(self.example or "{}"), ensure_ascii=False)
        return f"{head} \\\n  -H \"Content-Type: application/json\" \\\n  -d '{body}' {address}"


@dataclass(frozen=True, slots=True)
class Chapter:
    """Calls that belong together."""

    title: str
    operations: tuple[Operation, ...]


@cache
def description() -> Mapping[str, Any]:
    """The OpenAPI description of the running platform."""
    view = resolve(reverse("api:openapi-json"))
    answer = view.func(HttpRequest(), *view.args, **view.kwargs)
    content: Mapping[str, Any] = json.loads(answer.content)
    return content


def open_operations() -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """(method, path, operation) of what applications may call."""
    for path, methods in description()["paths"].items():
        for method, operation in methods.items():
            names = {name for one in operation.get("security", ()) for name in one}
            if SECURITY in names or path == TOKEN_PATH:
                yield method.upper(), path, operation


@cache
def chapters() -> tuple[Chapter, ...]:
    """The reference, in the order in which one needs it."""
    groups: dict[str, list[Operation]] = {}
    for method, path, operation in open_operations():
        title = next(iter(operation.get("tags", ())), "其他")
        groups.setdefault(title, []).append(_operation(method, path, operation))
    order = ("访问令牌", "应用", "统一待办", "统一消息", "标签", "通讯录同步", "事件", "批量作业")
    known = [title for title in order if title in groups]
    return tuple(
        Chapter(title, tuple(groups[title])) for title in (*known, *sorted(set(groups) - set(known)))
    )


def _operation(method: str, path: str, operation: Mapping[str, Any]) -> Operation:
    contents = operation.get("requestBody", {}).get("content", {})
    shapes: list[Mapping[str, Any]] = [one.get("schema", {}) for one in contents.values()]
    body = shapes[0] if shapes else {}
    answers = tuple(
        Answer(status, tuple(_fields(_schema_of(answer))))
        for status, answer in sorted(operation.get("responses", {}).items())
    )
    return Operation(
        key=f"{method}{path}".replace("/", "-").replace("{", "").replace("}", "").lower(),
        method=method,
        path=path,
        title=operation.get("summary", path),
        about=operation.get("description", ""),
        parameters=tuple(_parameter(one) for one in operation.get("parameters", ())),
        body=tuple(_fields(body)),
        example=json.dumps(example_of(body), ensure_ascii=False, indent=2) if body else "",
        answers=answers,
    )


def _schema_of(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    content: Mapping[str, Any] = next(iter(answer.get("content", {}).values()), {})
    schema: Mapping[str, Any] = content.get("schema", {})
    return schema


def _parameter(one: Mapping[str, Any]) -> Field:
    schema = _plain(one.get("schema", {}))
    return Field(
        path=one["name"],
        type=_type(schema),
        is_required=bool(one.get("required")),
        about=_about(one["name"], {**schema, **one}),
    )


def _plain(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema itself: references followed, "or nothing" left out."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        found: Mapping[str, Any] = description()["components"]["schemas"].get(name, {})
        return _plain(found)
    for word in ("anyOf", "allOf", "oneOf"):
        real = [one for one in schema.get(word, ()) if one.get("type") != "null"]
        if real:
            return {**_plain(real[0]), **{key: value for key, value in schema.items() if key != word}}
    return schema


def _type(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return " / ".join(map(str, schema["enum"]))
    word = _TYPES.get(str(schema.get("type", "")), "任意")
    if schema.get("format") == "date-time":
        return "时间（带时区）"
    if schema.get("type") == "array":
        return f"{_type(_plain(schema.get('items', {})))}的列表"
    return word


def _about(name: str, schema: Mapping[str, Any]) -> str:
    """What it is, and what the schema says of the value. Descriptions for programmers are not shown."""
    said = str(schema.get("description", ""))
    own = said if any("\u4e00" <= sign <= "\u9fff" for sign in said) and ": " not in said else ""
    return "；".join(one for one in (own or WORDS.get(name, ""), _bounds(schema)) if one)


def _bounds(schema: Mapping[str, Any]) -> str:
    """What the schema itself says of the value."""
    words = []
    if "maxLength" in schema:
        words.append(f"最多{schema['maxLength']}个字符")
    if "maxItems" in schema:
        words.append(f"最多{schema['maxItems']}项")
    if schema.get("type") == "integer" and "maximum" in schema and schema["maximum"] < 2**53:
        words.append(f"{schema.get('minimum', 0)}至{schema['maximum']}")
    if "default" in schema and schema["default"] not in (None, [], ""):
        words.append(f"默认 {json.dumps(schema['default'], ensure_ascii=False)}")
    return "；".join(words)


def _fields(schema: Mapping[str, Any], prefix: str = "", depth: int = 0) -> Iterator[Field]:
    plain = _plain(schema)
    if plain.get("type") == "array":
        yield from _fields(plain.get("items", {}), f"{prefix}[]", depth)
        return
    required = set(plain.get("required", ()))
    for name, one in plain.get("properties", {}).items():
        inner = _plain(one)
        path = f"{prefix}.{name}" if prefix else name
        yield Field(path, _type(inner), name in required, _about(name, {**inner, **one}))
        if depth < _DEPTH:
            below = inner.get("items", {}) if inner.get("type") == "array" else inner
            if _plain(below).get("properties"):
                mark = f"{path}[]" if inner.get("type") == "array" else path
                yield from _fields(below, mark, depth + 1)


def example_of(schema: Mapping[str, Any], depth: int = 0, name: str = "") -> Any:
    """A value of that shape: what must be there, and what usually is; words that the calls take."""
    plain = _plain(schema)
    if "enum" in plain:
        return plain["enum"][0]
    if name in EXAMPLES and (name not in _PLAIN_EXAMPLES or plain.get("type") != "array"):
        return EXAMPLES[name]
    if plain.get("type") == "array":
        return [example_of(plain.get("items", {}), depth + 1, name)] if depth < _DEPTH else []
    if "properties" in plain:
        wanted = {*plain.get("required", ()), *_USUAL}
        return {
            name: example_of(one, depth + 1, name)
            for name, one in plain["properties"].items()
            if name in wanted
        }
    if plain.get("format") == "date-time":
        return "2026-11-30T18:00:00+08:00"
    return plain.get("default", _EXAMPLES.get(str(plain.get("type", ""))))
