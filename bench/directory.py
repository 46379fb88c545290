"""The same people and searches in OpenLDAP: a slapd of our own on loopback, for comparison.

python -m bench.directory --people N, after bench.run has loaded the district. Skipped with a word when slapd
is not installed (apt-get install slapd). What is equal and what not: docs/reference/performance.md.
"""

import base64
import contextlib
import importlib
import os
import selectors
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import click

_HERE = Path(__file__).parent
_SUFFIX, _PORT, _MOST = "dc=qp", 8389, 20
_CONFIG = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
pidfile {folder}/slapd.pid
modulepath /usr/lib/ldap
moduleload back_mdb
threads 8
database mdb
suffix "dc=qp"
directory {folder}/data
maxsize 8589934592
index objectClass eq
index cn,displayName,initials sub
index employeeType eq
access to dn.subtree="dc=qp" filter="(employeeType=hidden)" by dn.subtree="ou=Q1,dc=qp" read by * none
access to dn.subtree="ou=Q1,dc=qp" by dn.subtree="ou=Q1,dc=qp" read by dn.subtree="ou=Q2,dc=qp" read by * none
access to dn.subtree="ou=Q2,dc=qp" by dn.subtree="ou=Q4,dc=qp" none by users read
access to attrs=userPassword by anonymous auth
access to * by users read by anonymous auth
"""


@click.command()
@click.option(
    "--people", type=int, default=lambda: int(os.environ.get("PEOPLE") or 10_000), help="size of the district"
)
@click.option("--home", default="", help="where the district is kept (default var/bench-<people>)")
@click.option("--seconds", default=10)
@click.option("--connections", default=16)
def main(people: int, home: str, seconds: int, connections: int) -> None:
    """Measure prefix searches in slapd."""
    slapd = shutil.which("slapd") or "/usr/sbin/slapd"
    if not Path(slapd).exists():
        click.echo("slapd is not installed: no comparison (apt-get install slapd)")
        return
    folder = Path(home or f"var/bench-{people}").absolute()
    os.environ |= {
        "YIWANG_HOME": str(folder),
        "YIWANG_DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "PYTHONPATH": str(_HERE.parent),
    }
    there = folder / "slapd"
    shutil.rmtree(there, ignore_errors=True)
    (there / "data").mkdir(parents=True)
    config = there / "slapd.conf"
    config.write_text(_CONFIG.format(folder=there))
    cli = importlib.import_module("yiwang.site.cli")
    with cli.django_with_database():
        texts = importlib.import_module("bench.scenarios").typed()
        began = time.perf_counter()
        viewers = _write(there / "people.ldif")
    subprocess.run(
        [slapd, "-T", "add", "-q", "-f", str(config), "-l", str(there / "people.ldif")], check=True
    )
    click.echo(f"{people} people in slapd after {time.perf_counter() - began:.0f} s")
    command = [slapd, "-h", f"ldap://127.0.0.1:{_PORT}", "-f", str(config), "-d", "0"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as server:
        try:
            _play(viewers[:connections], texts, seconds=2)
            _report(server.pid, _play(viewers[:connections], texts, seconds=seconds), seconds)
        finally:
            server.terminate()


def _write(path: Path) -> list[str]:
    """Everybody as an entry below his tier; the DNs of ordinary viewers, who have a password."""
    connection = importlib.import_module("django.db").connection
    viewers: list[str] = []
    with path.open("w") as file, connection.cursor() as cursor:
        file.write(f"dn: {_SUFFIX}\nobjectClass: domain\ndc: qp\n\n")
        for tier in (1, 2, 3, 4):
            file.write(f"dn: ou=Q{tier},{_SUFFIX}\nobjectClass: organizationalUnit\nou: Q{tier}\n\n")
        cursor.execute(
            "SELECT person.id, person.name, person.pinyin, person.initials, person.title,"
            " person.office_phone, person.tier, unit.short_name, unit.zone > 0 OR NOT person.is_listed"
            " FROM org_person person"
            " JOIN org_unit unit ON unit.id = person.unit_id WHERE person.sight > 0 ORDER BY person.position"
        )
        for row in iter(lambda: cursor.fetchmany(5_000), []):
            for number, *said, tier, unit, is_hidden in row:
                dn = f"uid={number},ou=Q{tier},{_SUFFIX}"
                is_viewer = tier > 2 and not is_hidden and number % 997 == 0
                _entry(file, dn, number, [*said, unit], is_hidden=is_hidden, is_viewer=is_viewer)
                viewers += [dn] if is_viewer else []
    return viewers


def _entry(file: IO[str], dn: str, number: int, said: list[str], *, is_hidden: bool, is_viewer: bool) -> None:
    names = ("cn", "displayName", "initials", "title", "telephoneNumber", "ou")
    file.write(f"dn: {dn}\nobjectClass: inetOrgPerson\nuid: {number}\nsn: {number}\n")
    for name, value in zip(names, said, strict=True):
        if value:
            file.write(f"{name}:: {base64.b64encode(value.encode()).decode()}\n")
    file.write("employeeType: hidden\n" if is_hidden else "")
    file.write("userPassword: bench\n\n" if is_viewer else "\n")


def _ber(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    if len(body) < 128:
        return bytes((tag, len(body))) + body
    length = len(body).to_bytes(4, "big").lstrip(b"\0")
    return bytes((tag, 128 + len(length))) + length + body


def _search(text: str) -> bytes:
    """Whose name, pinyin or initials begin so; twenty at most, the columns of a result list."""
    columns = ("cn",) if not text.isascii() else ("displayName", "initials")
    begins = [_ber(0xA4, _ber(4, one.encode()), _ber(0x30, _ber(0x80, text.encode()))) for one in columns]
    wanted = [_ber(4, one) for one in (b"cn", b"title", b"telephoneNumber", b"ou")]
    asked = (
        _ber(4, _SUFFIX.encode()), _ber(10, b"\2"), _ber(10, b"\0"), _ber(2, bytes((_MOST,))), _ber(2, b"\0"),
        _ber(1, b"\0"), _ber(0xA1, *begins) if len(begins) > 1 else begins[0], _ber(0x30, *wanted),
    )  # fmt: skip
    return _ber(0x30, _ber(2, b"\2"), _ber(0x63, *asked))


def _messages(buffer: bytearray) -> Iterator[int]:
    """Tags of the whole answers in the buffer, which they leave."""
    while len(buffer) >= 2:
        length, start = buffer[1], 2
        if length & 128:
            start += length & 127
            length = int.from_bytes(buffer[2:start], "big")
        if len(buffer) < start + length or start > len(buffer):
            return
        place = start + 2 + buffer[start + 1]  # after the message's number
        yield buffer[place]
        del buffer[: start + length]


def _play(viewers: list[str], texts: list[str], *, seconds: int) -> list[float]:
    """Each connection asks the next text as soon as it is answered; milliseconds of each answer."""
    questions = [_search(text) for text in texts]
    waiting, took, turn = selectors.DefaultSelector(), [], 0
    with contextlib.ExitStack() as stack:
        for viewer in viewers:
            line = stack.enter_context(_connect(viewer))
            waiting.register(
                line, selectors.EVENT_READ, {"buffer": bytearray(), "since": time.perf_counter()}
            )
            line.sendall(questions[turn % len(questions)])
            turn += 1
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            for key, _ in waiting.select(1):
                line = key.fileobj  # type: ignore[assignment]
                key.data["buffer"] += line.recv(65_536)
                if 0x65 in _messages(key.data["buffer"]):
                    now = time.perf_counter()
                    took.append((now - key.data["since"]) * 1000)
                    key.data["since"] = now
                    line.sendall(questions[turn % len(questions)])
                    turn += 1
    return took


def _connect(viewer: str) -> socket.socket:
    for _ in range(100):
        try:
            line = socket.create_connection(("127.0.0.1", _PORT), timeout=30)
            break
        except OSError:
            time.sleep(0.1)
    bind = _ber(0x60, _ber(2, b"\3"), _ber(4, viewer.encode()), _ber(0x80, b"bench"))
    line.sendall(_ber(0x30, _ber(2, b"\1"), bind))
    line.recv(4_096)
    return line


def _report(server: int, took: list[float], seconds: int) -> None:
    processes = importlib.import_module("bench.processes")
    took.sort()
    p50, p95, p99 = (took[int(len(took) * share)] for share in (0.5, 0.95, 0.99))
    load, cost = os.getloadavg()[0], processes.cpu_seconds(server) * 1000 / max(len(took), 1)
    click.echo(
        f"slapd, prefix searches: {len(took) / seconds:.0f}/s, p50 {p50:.1f} ms, p95 {p95:.1f} ms,"
        f" p99 {p99:.1f} ms, {cost:.2f} ms of slapd each, load {load:.1f}"
    )


if __name__ == "__main__":
    main()
