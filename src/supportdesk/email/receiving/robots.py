"""Addresses that nobody reads."""

from __future__ import annotations

import re

_ROBOTS = re.compile(
    r"(?:mailer-daemon|postmaster|bounces?(?:[-+=][^@]*)?|no[-_.]?reply[^@]*|do[-_.]?not[-_.]?reply[^@]*"
    r"|[^@]*[-_.+]no[-_.]?reply)@",
    re.IGNORECASE,
)


def is_robot(address: str) -> bool:
    """Return whether nobody reads what is sent to an address."""
    return _ROBOTS.match(address) is not None
