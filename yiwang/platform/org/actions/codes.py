"""The words of the code lists: those the platform ships, and their correction."""

import json
from pathlib import Path

from django.db import connection, transaction

from yiwang.platform.org import migrations
from yiwang.platform.org.models import Code
from yiwang.platform.org.queries import codes

_SEED = Path(migrations.__path__[0]) / "code_lists.json"


@transaction.atomic
def ship_codes() -> None:
    """Add what the platform ships and the lists lack, after each migration."""
    if Code._meta.db_table not in connection.introspection.table_names():
        return  # migrated to an earlier state
    known = set(Code.objects.values_list("list", "code"))
    missing = [
        Code(list=name, series=series, code=code, label=label, sort=sort)
        for name, lists in json.loads(_SEED.read_text(encoding="utf-8")).items()
        for sort, (series, code, label) in enumerate(
            ((series, *word) for series, words in lists.items() for word in words), start=1
        )
        if (name, code) not in known
    ]
    Code.objects.bulk_create(missing)
    codes.forget()
