"""Helpers of sharing's tests: browsers of the cast, what a refusal leaves behind."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client

from tests.cast import Cast
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused


def as_member(cast: Cast, login: str) -> Client:
    """His browser; administrators are in administration mode."""
    client = Client()
    client.cookies[settings.SESSION_COOKIE] = cast.member(login).token()
    return client


def refused(act: Callable[[], object], *, status: int, words: str, code: str = "") -> Refused:
    """The act is refused with these words, and nothing is remembered."""
    lines = Entry.objects.exclude(verb="accounts.logged_in").count()
    with pytest.raises(Refused) as refusal:
        act()
    told = "；".join([refusal.value.message, *refusal.value.fields.values()])
    assert refusal.value.status == status and words in told, told
    assert not code or refusal.value.code == code
    assert Entry.objects.exclude(verb="accounts.logged_in").count() == lines
    return refusal.value
