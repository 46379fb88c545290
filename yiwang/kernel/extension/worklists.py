"""Work lists: what waits for administrators on the console's first page. Never a ranking of anybody."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from yiwang.kernel.registry import Registry

MOST = 1_000  # counts need go no further; the page writes 999+


@dataclass(frozen=True)
class WorkList:
    """Things of one kind that wait for this user. label: Chinese, such as 待审核的机构调整.

    group: the heading it stands under (机构, 人员, 账号 …). count: principal -> how many wait for him within
    his scope, by one statement that may stop at MOST. url_name, query: the list screen with exactly these.
    permission: key of the right needed to see it, "" for all who may enter the console; any_of: instead, keys
    of which one will do. is_late: it counts what is overdue or has failed, and is red when there is any.
    """

    key: str
    label: str
    group: str
    count: Callable[[Any], int]
    url_name: str
    order: int
    query: str = ""
    permission: str = ""
    any_of: tuple[str, ...] = ()
    icon: str = "list-check"
    is_late: bool = False


worklists: Registry[WorkList] = Registry("worklists", "What waits for administrators")
