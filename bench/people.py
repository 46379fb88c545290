"""A workbook of ten thousand people: how long from the file to the address book, and how much memory.

python -m bench.people [--rows N] [--people N]
"""

import importlib
import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import click

_HERE = Path(__file__).parent
_SURNAMES, _GIVEN = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜", 0x4E00


@click.command()
@click.option("--rows", default=10_000, help="people in the workbook")
@click.option("--people", default=10_000, help="size of the district they come into")
@click.option("--home", default="", help="where the district is kept (default var/bench-import)")
def main(rows: int, people: int, home: str) -> None:
    """Measure the import of people: reading, judging, applying, and their effect."""
    folder = Path(home or "var/bench-import").absolute()
    folder.mkdir(parents=True, exist_ok=True)
    os.environ |= {
        "YIWANG_HOME": str(folder),
        "YIWANG_DEMO": "1",
        "YIWANG_DEMO_PASSWORD": "Bench-Lake-2026",
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "PYTHONPATH": str(_HERE.parent),
    }
    # Imported now, because settings read the environment set above.
    runner = importlib.import_module("bench.run")
    runner.load(people, folder)
    cli = importlib.import_module("yiwang.site.cli")
    with cli.django_with_database():
        importlib.import_module("bench.people").measure(rows)


@contextmanager
def _timed(label: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    click.echo(f"{label:<34}{time.perf_counter() - start:>9.2f} s   peak {peak:>6.0f} MB")


def measure(rows: int) -> None:
    """On a database that answers."""
    batches = importlib.import_module("yiwang.platform.changes.actions.people_batch")
    runs = importlib.import_module("yiwang.kernel.imports.actions")
    models = importlib.import_module("yiwang.platform.changes.models")
    kinds = importlib.import_module("yiwang.kernel.extension.imports").import_kinds
    people = importlib.import_module("yiwang.platform.org.models").Person
    workbook = importlib.import_module("yiwang.kernel.imports.workbook")
    today = importlib.import_module("django.utils.timezone").localdate()
    kind, actor = kinds.get("changes.people"), _administrator()
    _make_room()
    content = workbook.template(kind, rows=list(_rows(rows, actor)))
    click.echo(f"{rows} people, {len(content) / 1024 / 1024:.1f} MB xlsx")
    with _timed("read the workbook"):
        read = workbook.read(BytesIO(content), "people.xlsx", len(content), kind)
    with _timed("keep the rows, sealed"):
        run = runs.receive(kind, read, file_name="people.xlsx", actor=actor)
    with _timed("judge every row"):
        runs.judge(run.pk, actor=actor)
    run.refresh_from_db()
    assert (run.new, run.wrong) == (rows, 0), run.rows.exclude(errors="").values_list("errors").first()
    start = time.perf_counter()
    runs.confirm(run, actor=actor)
    with _timed("confirmed: apply as one batch"):
        runs.apply(run.pk, actor=actor)
    batch = models.ImportBatch.objects.latest("pk")
    _agree(batch)
    before = people.objects.count()
    with _timed("effect: people, posts, accounts"):
        batches.apply(batch.pk, today=today)
    batch.refresh_from_db()
    click.echo(f"from the confirmation to the address book {time.perf_counter() - start:.1f} s")
    click.echo(f"{batch.number}: {people.objects.count() - before} people, {batch.failed} failed")


def _administrator() -> Any:
    """A graded administrator of a town."""
    models = importlib.import_module("yiwang.platform.accounts.models")
    principals = importlib.import_module("yiwang.platform.accounts.queries.principals")
    grants = models.RoleGrant.objects.filter(role="accounts.graded_administrator", ended_at=None)
    return principals.of_account(grants.order_by("pk").first().account_id)


def _make_room() -> None:
    units = importlib.import_module("yiwang.platform.org.models").Unit
    units.objects.filter(level=2).update(quota_administrative=None, quota_institution=None, quota_worker=None)


def _rows(count: int, actor: Any) -> Iterator[dict[str, str]]:
    validators = importlib.import_module("yiwang.kernel.validators")
    plans = importlib.import_module("yiwang.platform.changes.queries.people_import")
    codes = [f"{code} {name}" for code, name in plans.units_of(actor).values_list("code", "short_name")]
    seed = int(time.time()) % 900 + 100  # another run brings other people
    for place in range(count):
        year, month, day = 1966 + place % 39, 1 + place // 39 % 12, 1 + place // 468 % 28
        body = f"310199{year}{month:02}{day:02}{(place // 13104 * 7 + seed) % 1000:03}"
        given = chr(_GIVEN + place % 3_000) + chr(_GIVEN + seed + place // 100)
        yield {
            "name": _SURNAMES[place % len(_SURNAMES)] + given,
            "id_number": body + validators.citizen_id_check_digit(body),
            "mobile": f"17{seed}{place:06}",
            "category": "非编制内聘用人员",
            "establishment": "劳动合同",
            "unit": codes[place % len(codes)],
            "title": "工作人员",
            "office_phone": "021-59720000",
            "room": f"{place % 9 + 1}号楼{place % 700 + 100}室",
            "basis": "朱委组〔2026〕18号",
        }


def _agree(batch: Any) -> None:
    tasks = importlib.import_module("yiwang.platform.approvals.actions.tasks")
    models = importlib.import_module("yiwang.platform.approvals.models")
    principals = importlib.import_module("yiwang.platform.accounts.queries.principals")
    accounts = importlib.import_module("yiwang.platform.accounts.models").Account
    while True:
        open_ones = models.Task.objects.filter(
            instance__subject_type="changes.importbatch", instance__subject_id=str(batch.pk), state="open"
        )
        task = open_ones.order_by("pk").first()
        if task is None:
            return
        account = accounts.objects.get_queryset().get(person=task.person_id)
        tasks.agree(task, opinion="同意", actor=principals.of_account(account.pk))


if __name__ == "__main__":
    main()
