"""Settings shared by all environments, gathered from one file per topic."""

from pathlib import Path

from yiwang.site.environment import environment
from yiwang.site.settings.database import *
from yiwang.site.settings.gateways import *
from yiwang.site.settings.logs import *
from yiwang.site.settings.security import *
from yiwang.site.settings.web import *

ENVIRONMENT = environment()
PACKAGE = Path(__file__).resolve().parents[2]

# The operator's name changes with reforms (domain reference §0.3 #8), so it is a setting.
PLATFORM_NAME = "青浦区“一网协同”办公平台"
PLATFORM_OPERATOR = "青浦区政务服务办公室"
DEMO = ENVIRONMENT.demo
DEMO_BANNER = "演示数据，人员信息均为虚构"

INSTALLED_APPS = [
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "yiwang.kernel",
    "yiwang.kernel.crypto",
    "yiwang.kernel.audit",
    "yiwang.kernel.files",
    "yiwang.kernel.parameters",
    "yiwang.kernel.workdays",
    "yiwang.kernel.numbering",
    "yiwang.kernel.imports",
    "yiwang.platform.org",
    "yiwang.platform.accounts",
    "yiwang.platform.clients",
    "yiwang.platform.addressbook",
    "yiwang.platform.tags",
    "yiwang.platform.messages",
    "yiwang.platform.todos",
    "yiwang.platform.approvals",
    "yiwang.platform.changes",
    "yiwang.platform.upkeep",
    "yiwang.platform.sharing",
    "yiwang.platform.portal",
    "yiwang.platform.console",
    "yiwang.platform.developer",
    "yiwang.site.demo",
    "yiwang.site.sandbox",
]

AUTH_USER_MODEL = "accounts.Account"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
USE_I18N = False
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# Copies of the audit anchors, outside of the database that they vouch for.
AUDIT_ANCHOR_FILE = ENVIRONMENT.home / "audit-anchors.jsonl"
FILES_FOLDER = ENVIRONMENT.home / "files"
FILE_SIZE_LIMIT = 100 * 1024 * 1024
# How long a process may use names of units and common prefixes of names without asking again.
ADDRESSBOOK_CACHE_SECONDS = 30
ADDRESSBOOK_REVEALS_A_DAY = 50  # persons whose whole mobile number one may see anew in a day
ADDRESSBOOK_CARDS_A_DAY = 200  # more cards opened in a day are told to the security administrators
ADDRESSBOOK_LOOK_DAYS = 365  # how long it is kept who looked at whom; never less than six months
ADDRESSBOOK_WATCHES_ANSWERS = True  # looks for canaries in every answer, see addressbook/middleware.py
ADDRESSBOOK_EMERGENCY_SECONDS = 2 * 3600  # 应急模式 of the duty office ends by itself

SANDBOX = False  # True in settings/sandbox.py: this is the vendors' platform (ADR 24)
# Applications marked as a sandbox's get in here: in the sandbox, and in installations that are for testing.
SANDBOX_CLIENTS = ENVIRONMENT.is_sandbox or ENVIRONMENT.trial_applications
SANDBOX_URL = ENVIRONMENT.sandbox_url  # where it answers the real platform; "" for none
SANDBOX_WAITING_URL = ENVIRONMENT.sandbox_waiting_url  # where it holds calls that wait; "" for nowhere
SANDBOX_KEY_FILE = ENVIRONMENT.sandbox_key

CALL_LOG_AT_ONCE = False  # calls of applications are written about once a second
JOBS_RUN_AT_COMMIT = False  # tests run jobs at once when the transaction ends
