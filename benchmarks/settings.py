"""The portal's settings with two more addresses to compare with."""

from kek.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.urls"
