"""Links in what people wrote, with the host that each really leads to."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urlsplit

LINKS_SHOWN = 10
_LINK = re.compile(r"\b(?:https?://|www\.)[^\s<>\"'`|\\^{}]+", re.IGNORECASE)
_AFTER_A_LINK = ".,;:!?*_~"


class Link(NamedTuple):
    """A link as it was written, and the host behind it."""

    host: str
    address: str


def links_in(text: str) -> list[Link]:
    """Return the links of a text, each once, in their order."""
    found = dict.fromkeys(_without_tail(match[0]) for match in _LINK.finditer(text))
    return [Link(host, address) for address in found if (host := real_host(address))]


def real_host(address: str) -> str:
    """Return the host that a link leads to: what stands before an @ is none; empty where there is no host.

    A host in another script is followed by the form that is looked up, which tells look-alikes apart.
    """
    try:
        host = urlsplit(address if "://" in address else f"http://{address}").hostname or ""
    except ValueError:
        return ""
    if host.isascii():
        return host
    try:
        return f"{host} ({host.encode('idna').decode()})"
    except UnicodeError:
        return f"{host} (not a valid host)"


def _without_tail(address: str) -> str:
    """Return a link without the punctuation of the sentence around it."""
    while address:
        tail = address[-1]
        closes = {")": "(", "]": "["}.get(tail)
        if tail not in _AFTER_A_LINK and not (closes and address.count(tail) > address.count(closes)):
            break
        address = address[:-1]
    return address
