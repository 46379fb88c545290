"""Model fields for sensitive text: encrypted at rest, found again by a blind index. Masking is the reader's.

    class Person(models.Model):
        row_key = models.UUIDField(default=uuid4, unique=True, editable=False)
        mobile = EncryptedTextField(purpose="person")
        mobile_index = BlindIndexField(of="mobile", db_index=True)

    Person.objects.filter(mobile_index__in=blind_index(Person, "mobile", "13800000000"))

A value is bound to `table.column:row_key`, so it cannot be pasted into another row; renaming the table or the
column therefore needs a re-encrypting migration. `save(update_fields=…)` must name field and index together.
A unique constraint on an index holds within one version of its key: ask blind_index() before adding a row.
"""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NoReturn
from uuid import UUID

from django.core import checks
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.query_utils import DeferredAttribute

from yiwang.kernel.crypto import envelope, rings, sm3

if TYPE_CHECKING:
    _Field = models.Field[Any, Any]
else:
    _Field = models.Field  # cannot be subscripted at run time

ROW_KEY = "row_key"
_INDEX_MAC_SIZE = 16


class Sealed(bytes):
    """A field's value as it lies in the database. It shows nothing of itself."""

    def __repr__(self) -> str:
        return f"<密文 {len(self)} 字节>"

    __str__ = __repr__


class _SealedAttribute(DeferredAttribute):
    """Reads: opens the value when, and each time, it is asked for. Writes: kept plain until saved."""

    field: "EncryptedTextField"

    def __get__(self, instance: models.Model | None, cls: type[models.Model] | None = None) -> Any:
        value = super().__get__(instance, cls)
        if instance is None or not isinstance(value, Sealed):
            return value
        return self.field.reveal(getattr(instance, ROW_KEY), value)

    def __set__(self, instance: models.Model, value: object) -> None:
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(_Field):
    """Text that the database only ever sees sealed. The empty string is stored as zero bytes.

    purpose: whose data key seals it; fields that are rotated together share one.
    Cannot be searched, compared or used in update(): only a row that knows its row_key can seal.
    """

    descriptor_class = _SealedAttribute

    def __init__(self, *args: Any, purpose: str, **options: Any) -> None:
        self.purpose = purpose
        super().__init__(*args, **options)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, path, args, options = super().deconstruct()
        return name, path, args, {**options, "purpose": self.purpose}

    def get_internal_type(self) -> str:
        return "BinaryField"

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        found = super().check(**kwargs)
        row_key = next((field for field in self.model._meta.local_fields if field.name == ROW_KEY), None)
        if not isinstance(row_key, models.UUIDField) or not row_key.unique:
            found.append(
                checks.Error(f"the model needs a unique UUIDField {ROW_KEY}", obj=self, id="crypto.E001")
            )
        return found

    def get_lookup(self, lookup_name: str) -> Any:
        """Ciphertexts of equal values differ, so nothing but isnull has a meaning."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def from_db_value(self, value: Any, expression: object, connection: BaseDatabaseWrapper) -> Sealed | None:
        return None if value is None else Sealed(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> bytes | None:
        value = model_instance.__dict__[self.attname]
        if value is None or isinstance(value, Sealed):
            return value
        return self.seal(getattr(model_instance, ROW_KEY), value)

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, str):
            self._refuse()
        return super().get_prep_value(value)

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        value = super().get_db_prep_value(value, connection, prepared)
        return None if value is None else bytes(value)

    def _refuse(self) -> NoReturn:
        raise TypeError(
            f"{self}: plain text cannot be used here. To write, assign it to an instance and save() it, or "
            "call bulk_create() or seal_for(); to search, use blind_index()."
        )

    @property
    def place(self) -> str:
        """`table.column`, what every value is bound to."""
        return f"{self.model._meta.db_table}.{self.column}"

    def _associated(self, row_key: UUID) -> bytes:
        return f"{self.place}:{row_key}".encode()

    def seal(self, row_key: UUID, value: str) -> Sealed:
        """The value as it is stored in the row with this row_key."""
        if not value:
            return Sealed(b"")
        return Sealed(envelope.seal(self.purpose, value.encode(), self._associated(row_key)))

    def reveal(self, row_key: UUID, sealed: bytes) -> str:
        """The plain text; SealBroken when it was altered or brought here from another row or column."""
        if not sealed:
            return ""
        return envelope.unseal(self.purpose, sealed, self._associated(row_key)).decode()


class BlindIndexField(_Field):
    """key version (2) ‖ HMAC-SM3(index key of that column, value)[:16] of a sibling EncryptedTextField.

    Finds equal values, never ranges. It reveals which rows hold equal values, and nothing without the key.
    Filled when the row is saved; null where the sibling is empty.
    """

    def __init__(self, *args: Any, of: str, **options: Any) -> None:
        self.of = of
        super().__init__(*args, **{**options, "null": True, "editable": False})

    def get_internal_type(self) -> str:
        return "BinaryField"

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, path, args, options = super().deconstruct()
        for fixed in ("null", "editable"):
            options.pop(fixed, None)
        return name, path, args, {**options, "of": self.of}

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        found = super().check(**kwargs)
        siblings = {field.name: field for field in self.model._meta.local_fields}
        if not isinstance(siblings.get(self.of), EncryptedTextField):
            found.append(checks.Error(f"{self.of} is no EncryptedTextField here", obj=self, id="crypto.E002"))
        return found

    @property
    def sibling(self) -> EncryptedTextField:
        """The field it indexes."""
        return _encrypted(self.model, self.of)

    @property
    def purpose(self) -> str:
        """The purpose of this column's own index key."""
        return rings.INDEX_PREFIX + self.sibling.place

    def pre_save(self, model_instance: models.Model, add: bool) -> bytes | None:
        """The index of the sibling's value; what was read from the database unchanged is left as it is."""
        sibling = self.sibling
        value = model_instance.__dict__.get(sibling.attname)
        known: bytes | None = getattr(model_instance, self.attname)
        if isinstance(value, Sealed):
            if known or not value:
                return known
            value = sibling.reveal(getattr(model_instance, ROW_KEY), value)
        index = self.blind(value) if value else None
        setattr(model_instance, self.attname, index)
        return index

    def blind(self, value: str) -> bytes:
        """The index entry under the newest key."""
        ring = rings.ring(self.purpose)
        return _entry(ring, ring.current, value)

    def candidates(self, value: str) -> list[bytes]:
        """All entries that a row with this value may carry: one for each version of the key.

        Retired ones too: a transaction that began before a rotation may commit after it.
        """
        ring = rings.ring(self.purpose)
        return [_entry(ring, version, value) for version in ring.keys] if value else []


def _entry(ring: rings.Ring, version: int, value: str) -> bytes:
    return version.to_bytes(2, "big") + sm3.hmac(ring.keys[version], value.encode())[:_INDEX_MAC_SIZE]


@cache
def _encrypted(model: type[models.Model], name: str) -> EncryptedTextField:
    field = model._meta.get_field(name)
    if not isinstance(field, EncryptedTextField):
        raise TypeError(f"{field} is no EncryptedTextField")
    return field


@cache
def _blind(model: type[models.Model], name: str) -> BlindIndexField:
    for field in model._meta.local_fields:
        if isinstance(field, BlindIndexField) and field.of == name:
            return field
    raise TypeError(f"{model.__name__} has no BlindIndexField of {name}")


def blind_index(model: type[models.Model], field: str, value: str) -> list[bytes]:
    """What to look for with `<index field>__in` to find rows whose encrypted field is exactly this value."""
    return _blind(model, field).candidates(value)


def seal_for(model: type[models.Model], field: str, row_key: UUID, value: str) -> bytes:
    """The stored form of a value, for loaders that write by COPY."""
    return _encrypted(model, field).seal(row_key, value)


def blind_for(model: type[models.Model], field: str, value: str) -> bytes | None:
    """The stored index entry of an encrypted field's value, for loaders by COPY; None when empty."""
    return _blind(model, field).blind(value) if value else None


def reveal_for(model: type[models.Model], field: str, row_key: UUID, sealed: bytes | None) -> str | None:
    """The plain text of a value fetched by a hand-written statement."""
    return None if sealed is None else _encrypted(model, field).reveal(row_key, sealed)
