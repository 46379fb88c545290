"""The Jinja2 environment: globals, context and form renderer. How values look is in template_filters."""

import functools
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.forms.renderers import Jinja2 as DjangoFormRenderer
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template import engines
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from jinja2 import Environment, FileSystemBytecodeCache, StrictUndefined
from markupsafe import Markup

from yiwang.kernel import shell, template_filters
from yiwang.kernel.realtime import address
from yiwang.kernel.template_engine import TemplateEngine

_SVG_BODY = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
_INVISIBLE = '<path stroke="none" d="M0 0h24v24H0z" fill="none" />'
# `../` and capitals have no place in an icon's name; it becomes part of a file name.
_ICON_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


# What the manifests of other parts of the kernel give to every template, by name.
globals_of_modules: dict[str, Callable[..., str]] = {}


class UnknownIconError(LookupError):
    """A template asks for an icon that Tabler does not have."""


@functools.cache
def icon(name: str, extra_class: str = "") -> Markup:
    """The outline icon as inline SVG, hidden from screen readers: the text beside it says what it means."""
    file = Path(settings.ICON_FOLDER) / f"{name}.svg"
    if not _ICON_NAME.fullmatch(name) or not file.is_file():
        raise UnknownIconError(f"There is no Tabler icon {name!r}")
    found = _SVG_BODY.search(file.read_text())
    if found is None:
        raise UnknownIconError(f"{file} is no SVG file")
    body = "".join(line.strip() for line in found[1].replace(_INVISIBLE, "").splitlines())
    # The body comes from a pinned package's file, the name was checked above: nothing of it is user input.
    drawing = Markup(body)  # noqa: S704
    return Markup('<svg class="{}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>').format(
        f"icon {extra_class}".strip(), drawing
    )


def url(name: str, *args: object, query: Mapping[str, object] | None = None, **kwargs: object) -> str:
    """The address of a named route. query: None values are left out."""
    if not args and not kwargs:
        address = _plain_url(name, settings.ROOT_URLCONF)
    elif len(args) == 1 and not kwargs and type(args[0]) is int and args[0] >= 0:
        address = str(args[0]).join(_around_number(name, settings.ROOT_URLCONF))
    else:
        address = reverse(name, args=args or None, kwargs=kwargs or None)
    return address + template_filters.query_string(query) if query else address


@functools.lru_cache(maxsize=2_000)
def _plain_url(name: str, root: str) -> str:
    return reverse(name, urlconf=root)


@functools.lru_cache(maxsize=2_000)
def _around_number(name: str, root: str) -> list[str]:
    """The parts of an address around its one number: a list of rows asks for hundreds of addresses."""
    number = 2**53 - 111  # stands nowhere else in an address
    return reverse(name, args=[number], urlconf=root).split(str(number))


@functools.lru_cache(maxsize=500)
def _url_or_empty(name: str, root: str) -> str:
    try:
        return reverse(name, urlconf=root)
    except NoReverseMatch:
        return ""


def url_or_empty(name: str) -> str:
    """The address of a route that may not be installed; "" when it is not."""
    return _url_or_empty(name, settings.ROOT_URLCONF)


@functools.lru_cache(maxsize=2_000)
def _hashed(path: str) -> str:
    return str(staticfiles_storage.url(path))


def static(path: str) -> str:
    """The address of a static file, with its content hash outside of development."""
    return str(staticfiles_storage.url(path)) if settings.DEBUG else _hashed(path)


class OncePerPage:
    """The CSRF input and token of one page. Django's own masks the secret anew at every use: slow."""

    __slots__ = ("_input", "_request", "_token")

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._token = ""
        self._input = ""

    @property
    def token(self) -> str:
        if not self._token:
            self._token = get_token(self._request)
        return self._token

    def __html__(self) -> str:
        if not self._input:
            self._input = format_html(
                '<input type="hidden" name="csrfmiddlewaretoken" value="{}">', self.token
            )
        return self._input

    __str__ = __html__


class LazyNonce:
    """The nonce of this response; the header gets it only when a template prints it."""

    __slots__ = ("_request",)

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    def __html__(self) -> str:
        return shell.csp_nonce(self._request)

    __str__ = __html__


def page_context(request: HttpRequest) -> dict[str, Any]:
    """What every template may use besides its own variables; these names are taken."""
    csrf = OncePerPage(request)
    return {
        "csrf_input": csrf,
        "csrf_token": csrf,
        "csp_nonce": LazyNonce(request),
        "user": getattr(request, "user", None),
        "path": request.path,
        "frame": shell.Frame(request),
        "live_address": functools.partial(address.address_of, request),
    }


def _bytecode_cache() -> FileSystemBytecodeCache | None:
    """Compiled templates survive restarts, in a folder only we can write: what lies there is executed."""
    if not settings.TEMPLATE_CACHE_FOLDER:
        return None
    folder = Path(settings.TEMPLATE_CACHE_FOLDER)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return FileSystemBytecodeCache(str(folder))


def environment(**options: Any) -> Environment:
    """The one environment of all pages; Django passes loader and auto_reload."""
    made = TemplateEngine(
        loader=options["loader"],
        auto_reload=options["auto_reload"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=None if settings.DEBUG else _bytecode_cache(),
        cache_size=-1,
    )
    made.globals.update(
        url=url,
        url_or_empty=url_or_empty,
        static=static,
        icon=icon,
        now=timezone.localtime,
        platform_name=settings.PLATFORM_NAME,
        demo_banner=settings.DEMO_BANNER if settings.DEMO else "",
        idle_seconds=settings.SESSION_IDLE_SECONDS,
        debug=settings.DEBUG,
    )
    made.globals.update(globals_of_modules)
    made.filters.update(template_filters.FILTERS)
    return made


def engine() -> Environment:
    """The environment Django made of settings.TEMPLATES."""
    backend: Any = engines["jinja2"]
    found: Environment = backend.env
    return found


_WIDGET_CLASSES = {
    "select.html": "form-select",
    "textarea.html": "form-control",
    "checkbox.html": "form-check-input",
    "radio.html": "choices",
    "checkbox_select.html": "choices",
    "radio_option.html": "form-check-input",
    "checkbox_option.html": "form-check-input",
    "hidden.html": "",
}


class FormRenderer(DjangoFormRenderer):
    """Django forms in our clothes: fields by ui/_form_field.html, widgets with Tabler's classes."""

    form_template_name = "ui/_form.html"
    field_template_name = "ui/_form_field.html"

    def get_template(self, template_name: str) -> Any:
        """Django's own widgets from Django's engine, which forgives missing variables; the rest from ours."""
        if template_name.startswith("django/"):
            return super().get_template(template_name)
        return engines["jinja2"].get_template(template_name)

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        widget = context.get("widget")
        if widget is not None:
            self._dress(template_name, widget)
        return Markup(super().render(template_name, context, request))  # noqa: S704  rendered with autoescape

    def _dress(self, template_name: str, widget: dict[str, Any]) -> None:
        name = template_name.rpartition("/")[2]
        added = _WIDGET_CLASSES.get(name, "form-control")
        attributes = widget["attrs"]
        if added and added not in attributes.get("class", ""):
            classes = [attributes.get("class", ""), added]
            if attributes.get("aria-invalid") == "true":
                classes.append("is-invalid")
            widget["attrs"] = {**attributes, "class": " ".join(filter(None, classes))}
