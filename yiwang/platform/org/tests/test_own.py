"""What people keep of themselves without review."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from tests.cast import Cast
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.kernel.files import actions as files
from yiwang.kernel.files import queries as file_queries
from yiwang.kernel.files import storage
from yiwang.kernel.files.models import StoredFile
from yiwang.kernel.files.tests import samples
from yiwang.platform.org.actions import own
from yiwang.platform.org.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Iterator[None]:
    """Where contents lie during the test."""
    settings.FILES_FOLDER = tmp_path / "files"
    storage.contents.cache_clear()
    yield
    storage.contents.cache_clear()


def reread(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


def test_details_are_written_at_once_and_remembered_masked(cast: Cast) -> None:
    facts = {
        "second_mobile": "13911112222",
        "room": "302室",
        "email": "Li@SHQP.gov.cn",
        "office_phone": "59720000",
    }
    changed = own.change_own_details(cast.li.person, facts=facts, actor=cast.li.principal())
    li = reread(cast.li.person)
    assert changed == {"second_mobile", "room", "email", "office_phone"}
    assert (li.second_mobile, li.room, li.email) == ("13911112222", "302室", "Li@shqp.gov.cn")
    line = Entry.objects.filter(verb="org.own_details_changed").latest("id")
    assert line.changed_fields["second_mobile"] == ["", "139****2222"]
    assert not own.change_own_details(cast.li.person, facts=facts, actor=cast.li.principal())


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"second_mobile": "13900000007"}, "second_mobile"),
        ({"second_mobile": "139"}, "second_mobile"),
        ({"office_phone": ""}, "office_phone"),
        ({"office_phone": "12"}, "office_phone"),
        ({"email": "li@"}, "email"),
    ],
)
def test_details_that_are_refused(cast: Cast, facts: dict[str, str], field: str) -> None:
    before, lines = reread(cast.li.person), Entry.objects.count()
    actor = cast.li.principal()
    lines = Entry.objects.count()
    with pytest.raises(Refused) as refused:
        own.change_own_details(cast.li.person, facts=facts, actor=actor)
    assert field in refused.value.fields and Entry.objects.count() == lines
    assert reread(cast.li.person).updated_at == before.updated_at


def test_nobody_keeps_another(cast: Cast) -> None:
    zhao = cast.zhao.principal()
    for act in (
        lambda: own.change_own_details(cast.li.person, facts={"room": "1"}, actor=zhao),
        lambda: own.correct_own_spelling(cast.li.person, spelling="li si", actor=zhao),
        lambda: own.set_own_photo(cast.li.person, file=None, actor=zhao),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.status == 403
    with pytest.raises(LookupError):
        own.change_own_details(cast.li.person, facts={"grade": "x"}, actor=cast.li.principal())


def test_spelling_is_by_syllables(cast: Cast) -> None:
    actor = cast.zhao.principal()
    own.correct_own_spelling(cast.zhao.person, spelling="Zhao Ming  yuan", actor=actor)
    own.correct_own_spelling(cast.zhao.person, spelling="diao ming yuan", actor=actor)
    zhao = reread(cast.zhao.person)
    assert (zhao.pinyin, zhao.initials) == ("diaomingyuan", "dmy")
    for spelling in ("zhao mingyuan", "zhao ming yuann", "", "1 2 3"):
        with pytest.raises(Refused) as refused:
            own.correct_own_spelling(zhao, spelling=spelling, actor=actor)
        assert "spelling" in refused.value.fields
    assert reread(zhao).pinyin == "diaomingyuan"


def picture(cast: Cast, name: str = "photo.png", content: bytes | None = None) -> StoredFile:
    upload = SimpleUploadedFile(name, content or samples.every_kind()["png"])
    return files.store_file(upload, purpose="org.person.photo", actor=cast.li.principal())


def test_a_photo_is_shown_to_who_may_know_him(cast: Cast) -> None:
    file = picture(cast)
    own.set_own_photo(cast.li.person, file=file, actor=cast.li.principal())
    file.refresh_from_db()
    assert file_queries.readable(cast.zhao.principal(), file.pk) == file
    with pytest.raises(Refused):
        file_queries.readable(cast.temp.principal(), file.pk)
    second = picture(cast)
    own.set_own_photo(cast.li.person, file=second, actor=cast.li.principal())
    file.refresh_from_db()
    assert file.state == StoredFile.State.DELETED and reread(cast.li.person).photo == second
    own.set_own_photo(cast.li.person, file=None, actor=cast.li.principal())
    assert reread(cast.li.person).photo is None


def test_a_photo_is_a_small_picture(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    actor = cast.li.principal()
    pdf = files.store_file(SimpleUploadedFile("a.pdf", samples.PDF), purpose="x", actor=actor)
    with pytest.raises(Refused) as kind:
        own.set_own_photo(cast.li.person, file=pdf, actor=actor)
    assert kind.value.fields == {"photo": "照片应为jpg或png文件"}
    monkeypatch.setattr(own, "LARGEST_PHOTO", 10)
    with pytest.raises(Refused) as size:
        own.set_own_photo(cast.li.person, file=picture(cast), actor=actor)
    assert size.value.fields == {"photo": "照片不能超过2MB"}
    assert reread(cast.li.person).photo is None
