"""Previews: pages that show a file's content without handing the file over."""

from dataclasses import dataclass

from yiwang.kernel.registry import Registry


@dataclass(frozen=True)
class Preview:
    """How files with these extensions are shown. url_name: a route that takes the file's id as file_id."""

    key: str
    label: str
    extensions: frozenset[str]
    url_name: str


previews: Registry[Preview] = Registry("previews", "Pages that show files")
