"""Checks docs/regulation.md: every article once, every module and every test that it names is there.

Usage: check_regulation_map.py   prints what is wrong; exit code 1 when anything is.
"""

import re
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
PAGE = PROJECT / "docs" / "regulation.md"
ARTICLES = [
    *(f"R1-{number}" for number in range(1, 30)),
    *(f"R2-{number}" for number in range(1, 16)),
    *(f"F1.{number}" for number in range(1, 5)),
]
STATES = {"已实现", "部分", "计划"}
_ROW = re.compile(r"^\| ((?:R[12]-|F1\.)\d+) \|(.*)\|$")


def rows() -> list[list[str]]:
    """The cells of every article's row: id, requirement, state, module, acts, test."""
    articles = PAGE.read_text().partition("\n## 条文冲突")[0]
    found = (_ROW.match(line) for line in articles.splitlines())
    return [[row[1], *(cell.strip().strip("`") for cell in row[2].split("|"))] for row in found if row]


def _module_exists(name: str) -> bool:
    return name == "docs" or (PROJECT / name.replace(".", "/")).is_dir()


def _test_exists(name: str) -> bool:
    path, _, function = name.partition("::")
    file = PROJECT / path
    return file.is_file() and (not function or f"def {function}(" in file.read_text())


def faults() -> list[str]:
    """Each thing that is wrong, as a sentence."""
    found, table = [], rows()
    named = [row[0] for row in table]
    found += [f"{article}: no row" for article in ARTICLES if article not in named]
    found += [
        f"{article}: unknown or twice"
        for article in named
        if named.count(article) != 1 or article not in ARTICLES
    ]
    for row in table:
        if len(row) != 6:
            found.append(f"{row[0]}: six cells are wanted")
            continue
        article, _, state, module, acts, test = row
        if state not in STATES:
            found.append(f"{article}: {state} is no state")
        if state != "计划" and not _module_exists(module) and "计划" not in acts:
            found.append(f"{article}: there is no {module}")
        if state != "计划" and test == "—" and acts != "不涉及功能":
            found.append(f"{article}: what is built is shown by a test")
        if test != "—" and not _test_exists(test):
            found.append(f"{article}: there is no test {test}")
    return found


if __name__ == "__main__":
    wrong = faults()
    for line in wrong:
        print(line)
    sys.exit(bool(wrong))
