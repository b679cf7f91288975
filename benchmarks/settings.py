"""The portal's settings with two more addresses to compare with, and as many visitors as the benchmark pretends to be."""

from kek.settings import *  # noqa: F403
from kek.settings import ALLOWANCES

ROOT_URLCONF = "benchmarks.urls"
# Each submission comes from another visitor, so what one visitor may send stays as it is; all together may send more.
BEHIND_PROXY = True
ALLOWANCES = ALLOWANCES | {"submissions_per_round": (1_000_000, 1_000_000 * 3600)}
