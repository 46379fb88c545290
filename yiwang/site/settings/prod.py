"""For running: `yiwang serve`. A demo district keeps password checks cheap so that trying it stays quick."""

from yiwang.site.settings.base import *
from yiwang.site.settings.base import DEMO

DEBUG = False
if DEMO:
    PASSWORD_ITERATIONS = 20_000
