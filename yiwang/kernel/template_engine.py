"""Jinja's environment with three shortcuts, which change nothing of what pages say (ADR 26).

A page is some eight hundred values and four hundred calls; most of its time went into asking each of them
what it is.
"""

import functools
from collections.abc import MutableMapping
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro
from markupsafe import Markup, escape

_PLAIN = frozenset({FunctionType, MethodType, BuiltinFunctionType, type(functools.cache(len))})


class _Context(Context):
    """Calls what needs nothing of the template at once: functions, methods, and macros."""

    def call(self, called: Any, /, *args: Any, **kwargs: Any) -> Any:
        kind = type(called)
        if kind is Macro:
            return called(self.eval_ctx, *args, **_own(kwargs))
        if kind in _PLAIN and not hasattr(called, "jinja_pass_arg"):
            return called(*args, **_own(kwargs))
        return super().call(called, *args, **kwargs)


def _own(kwargs: dict[str, Any]) -> dict[str, Any]:
    """Without the variables of loops and blocks that compiled templates pass along with every call."""
    if kwargs:
        kwargs.pop("_loop_vars", None)
        kwargs.pop("_block_vars", None)
    return kwargs


def as_output(value: Any) -> str:
    """What is written of a value: markup stays as it is, everything else is escaped."""
    return value if type(value) is Markup else escape(value)


class _Generator(CodeGenerator):
    """Templates are written by `as_output`."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.as_output(")


class TemplateEngine(Environment):
    """Its globals are complete before the first template is read, so each template gets a plain dictionary.

    Jinja's chain of two costs every import on a page a walk through all of them.
    """

    context_class = _Context
    code_generator_class = _Generator
    as_output = staticmethod(as_output)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **(d or {})}
