"""What the search box of the top bar asks; a whole number that is typed there is remembered."""

from yiwang.kernel.extension.search import Hit
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.addressbook.actions import looks
from yiwang.platform.addressbook.queries import suggestions


def find_persons(viewer: Principal, text: str, limit: int) -> list[Hit]:
    """Persons by name, pinyin, initials, post or number."""
    found = suggestions.find_persons(viewer, text, limit)
    looks.searched(text, hits=len(found), actor=viewer)
    return found
