"""People, uploads and a thing that bears attachments."""

from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from yiwang.kernel.files import actions
from yiwang.kernel.files.models import StoredFile
from yiwang.kernel.files.tests import samples


@dataclass(frozen=True)
class Person:
    """A logged-in person without any rights."""

    account_id: int | None = 7
    name: str = "李四"
    unit_name: str = "朱家角镇"
    is_temporary: bool = False

    def allows(self, permission: str, *, at: str | None = None) -> bool:
        return False


LI, WANG = Person(), Person(account_id=8, name="王海涛", unit_name="徐泾镇")


def upload(name: str = "通知.pdf", content: bytes = samples.PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def stored(actor: Any = LI, name: str = "通知.pdf", content: bytes = samples.PDF) -> StoredFile:
    return actions.store_file(upload(name, content), purpose="files.test", actor=actor)
