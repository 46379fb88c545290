"""Production's settings, but one address may fail to log in as often as the benchmark needs."""

from yiwang.site.settings.prod import *

LOGIN_FAILURES_PER_ADDRESS = (1_000_000, 60)
