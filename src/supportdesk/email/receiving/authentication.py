"""What our own mail server found out about who sent a mail (RFC 8601): the results of one server id, and no other's.

Own code: the one library for it raises on what Office 365 writes, and knows no trust boundary.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

AUTHENTICATION_RESULTS, RECEIVED = "authentication-results", "received"
_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"^\s*(dmarc|dkim|spf)\s*=\s*(\w+)", re.IGNORECASE)
_BY = re.compile(r"\bby\s+([\w.-]+)", re.IGNORECASE)


class Authentication(StrEnum):
    """Whether a mail comes from the domain that it names, as far as our mail server said so."""

    PASS = "pass"  # noqa: S105
    FAIL = "fail"
    UNKNOWN = "unknown"


def authentication_of(trace: Sequence[tuple[str, str]], trusted_id: str) -> Authentication:
    """Return what the server with a trusted id found; `trace` has these two kinds of fields, topmost first.

    Fields are added above what a sender wrote, so the topmost of the trusted server counts, and only above the first
    server that it heard from: below that anybody may have written it. Our mail system removes what claims its own id
    directly below.
    """
    wanted = trusted_id.strip().lower()
    if not wanted:
        return Authentication.UNKNOWN
    for name, value in trace[: _boundary(trace, wanted)]:
        if name == AUTHENTICATION_RESULTS:
            # Comments may hold anything, also what looks like a result.
            server, *results = _COMMENT.sub(" ", value).split(";")
            if server.split()[:1] and server.split()[0].lower() == wanted:
                return _verdict(results)
    return Authentication.UNKNOWN


def _boundary(trace: Sequence[tuple[str, str]], wanted: str) -> int:
    """Return how many fields our own servers wrote: all above the first hop that was not received by them."""
    hops = [place for place, (name, _) in enumerate(trace) if name == RECEIVED]
    ours = [place for place in hops if (by := _BY.search(trace[place][1])) and by.group(1).lower() == wanted]
    first = ours[0] if ours else None
    if first is None:
        return hops[0] if hops else len(trace)
    return next((place for place in hops if place > first), len(trace))


def _verdict(results: Sequence[str]) -> Authentication:
    found = {match.group(1).lower(): match.group(2).lower() for each in results if (match := _RESULT.match(each))}
    dmarc = found.get("dmarc")
    if dmarc == "pass":
        return Authentication.PASS
    return Authentication.FAIL if dmarc == "fail" else Authentication.UNKNOWN
