"""What each kind of reference case asks of the library: inputs in, the fields that may be expected out."""

from tests.reference_kinds import assigning, believing, comparing, looking, planning
from tests.reference_kinds.registry import KINDS

__all__ = ["KINDS", "assigning", "believing", "comparing", "looking", "planning"]
