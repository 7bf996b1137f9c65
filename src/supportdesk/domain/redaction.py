"""Redaction: passwords and tokens cut out of what is shown or logged."""

from __future__ import annotations

import re

HIDDEN = "***"
# Texts, which `re` compiles when one is wanted: every command imports this.
# The password of an address, such as smtp://user:password@host: up to the last @, since people type any letters.
_IN_ADDRESS = r"([A-Za-z][A-Za-z0-9+.-]*://[^\s/:@'\"]*):[^\s'\"]*@"
# A key alone, as web services take it; elsewhere a name alone is that of a user.
_KEY_IN_ADDRESS = r"(?i)\b(https?://)[^\s/:@'\"]+@"
_IN_QUERY = r"(?i)([?&;](?:key|sig|auth)=)[^&;\s\"']+"
# A named value, such as ?api_key=…, --password … or "Authorization: Bearer …".
_NAMED = (
    r"(?i)\b((?:[a-z0-9]+[_-])*(?:(?:api|access|client|server)[_-]?key|secret|(?:ssl)?password|passwd|pwd|token|signature|credential)s?"
    r"(?:\\?[\"'])?\s*=\s*(?:\\?[\"'])?)[^\s&;,\"'\\]+"
    r"|\b((?:bearer|basic)\s+)[A-Za-z0-9+/=._~-]{8,}"
    r"|(?<!\S)(--?(?:[a-z0-9]+-)*(?:secret|password|passwd|token|api-key)s?\s+)[^\s-]\S*"
)


def redact(text: str) -> str:
    """Return a text without the passwords and tokens in it."""
    if "://" in text:
        text = re.sub(_IN_QUERY, rf"\1{HIDDEN}", re.sub(_IN_ADDRESS, rf"\1:{HIDDEN}@", text))
        text = re.sub(_KEY_IN_ADDRESS, rf"\1{HIDDEN}@", text)
    return re.sub(_NAMED, lambda found: f"{found[1] or found[2] or found[3]}{HIDDEN}", text)
