"""The reference as a Postman collection (format 2.1), made from the OpenAPI description."""

import json
from typing import Any

from yiwang.kernel.extension.open_calls import wecom_calls
from yiwang.platform.developer.queries import reference
from yiwang.platform.developer.queries.reference import Operation

_SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"


def collection(base: str) -> dict[str, Any]:
    """base: the platform's address; client_id, client_secret and token are variables to be filled in."""
    return {
        "info": {"name": "一网协同开放接口", "schema": _SCHEMA},
        "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "{{token}}", "type": "string"}]},
        "variable": [
            {"key": key, "value": value}
            for key, value in (("base", base), ("client_id", ""), ("client_secret", ""), ("token", ""))
        ],
        "item": [
            *(
                {"name": chapter.title, "item": [_request(one) for one in chapter.operations]}
                for chapter in reference.chapters()
            ),
            {"name": "企业微信兼容接口", "item": [_gettoken(), *(_wecom(one) for one in wecom_calls)]},
        ],
    }


def _request(one: Operation) -> dict[str, Any]:
    path = one.path.replace("{", ":").replace("}", "")
    request: dict[str, Any] = {
        "method": one.method,
        "description": one.about,
        "header": [],
        "url": _url(
            path, [(field.path, "") for field in one.parameters if "{" + field.path + "}" not in one.path]
        ),
    }
    if one.path == reference.TOKEN_PATH:
        request["auth"] = {
            "type": "basic",
            "basic": [
                {"key": "username", "value": "{{client_id}}", "type": "string"},
                {"key": "password", "value": "{{client_secret}}", "type": "string"},
            ],
        }
        request["body"] = {
            "mode": "urlencoded",
            "urlencoded": [{"key": "grant_type", "value": "client_credentials", "type": "text"}],
        }
    elif one.body:
        request["header"] = [{"key": "Content-Type", "value": "application/json"}]
        request["body"] = {"mode": "raw", "raw": one.example}
    return {"name": one.title, "request": request}


def _url(path: str, query: list[tuple[str, str]]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "raw": "{{base}}" + path,
        "host": ["{{base}}"],
        "path": [part for part in path.split("/") if part],
    }
    if query:
        found["query"] = [{"key": key, "value": value, "disabled": not value} for key, value in query]
    return found


def _gettoken() -> dict[str, Any]:
    query = [("corpid", "{{client_id}}"), ("corpsecret", "{{client_secret}}")]
    return {"name": "获取access_token", "request": {"method": "GET", "url": _url("/cgi-bin/gettoken", query)}}


def _wecom(one: Any) -> dict[str, Any]:
    query = [("access_token", "{{token}}")]
    if one.method == "GET" and one.example:
        query += [(key, value) for key, _, value in (part.partition("=") for part in one.example.split("&"))]
    request: dict[str, Any] = {
        "method": one.method,
        "auth": {"type": "noauth"},
        "url": _url(f"/cgi-bin/{one.path}", query),
    }
    if one.method == "POST":
        body = json.dumps(json.loads(one.example or "{}"), ensure_ascii=False, indent=2)
        request["body"] = {"mode": "raw", "raw": body}
    return {"name": one.about, "request": request}
