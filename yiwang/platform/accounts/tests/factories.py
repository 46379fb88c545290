"""People and accounts that the cast does not have."""

import itertools

from tests.cast import Cast, with_check_digit
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.accounts.actions import lifecycle
from yiwang.platform.accounts.models import Account
from yiwang.platform.org.actions import people
from yiwang.platform.org.models import Person

PASSING, MISMATCH, BROKEN = "1", "0", "5"  # how an identity number ends tells what the simulator answers


def id_number(ending: str) -> str:
    """A valid identity number that ends in this character and belongs to none of the cast."""
    for serial in itertools.count(100):
        number = with_check_digit(f"31019919940404{serial:03}")
        if number.endswith(ending):
            return number
    raise AssertionError


def newcomer(
    cast: Cast, *, ending: str = PASSING, mobile: str = "13900000101", unit: str = "QP-0301-01"
) -> Person:
    """A person just entered, without an account."""
    return people.add_person(
        unit=cast.units[unit],
        name="新来福",
        id_number=id_number(ending),
        mobile=mobile,
        category=Person.Category.ESTABLISHED,
        title="办事员",
        office_phone="021-59720001",
        actor=SYSTEM,
    )


def account_of_newcomer(cast: Cast, **who: str) -> Account:
    """His account, the verification asked for but not yet answered."""
    person = newcomer(cast, **who)
    return lifecycle.open_account(person, login_name="xin", kind=Account.Kind.USER, actor=SYSTEM)
