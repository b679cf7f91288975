"""What moves on the way to the resolution: each verb one transaction, shared by views, admin and commands."""

from .council import record_result
from .movement import call_off, fix_baseline, postpone, reach

__all__ = ["call_off", "fix_baseline", "postpone", "reach", "record_result"]
