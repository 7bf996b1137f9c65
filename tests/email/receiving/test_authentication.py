"""Authentication-Results: only our own server's count, wherever a sender has written others."""

import pytest

from supportdesk.email.receiving.authentication import Authentication, authentication_of
from supportdesk.email.receiving.parse import parse_mail

OURS = "mx.example.com"
PASS, FAIL = f"{OURS}; dmarc=pass header.from=example.net", f"{OURS}; dmarc=fail header.from=example.net"
HOP = "from relay.example.net by mx.example.com with ESMTPS"
FOREIGN_HOP = "from somewhere by relay.example.net with ESMTP"


def of(*fields: tuple[str, str], trusted: str = OURS) -> Authentication:
    raw = "\n".join([*(f"{name}: {value}" for name, value in fields), "From: mika@example.net", "", "Hi"])
    return authentication_of(parse_mail(raw.encode()).trace, trusted)


RESULTS, RECEIVED = "Authentication-Results", "Received"


@pytest.mark.parametrize(
    "value", [PASS, f"{OURS} 1; spf=fail; dkim=fail; dmarc=pass (p=none)", "MX.example.com;DMARC=Pass"]
)
def test_our_servers_word_counts(value):
    assert of((RESULTS, value), (RECEIVED, HOP)) is Authentication.PASS


def test_it_counts_above_and_directly_below_our_servers_hop():
    assert of((RECEIVED, HOP), (RESULTS, PASS), (RECEIVED, FOREIGN_HOP)) is Authentication.PASS
    assert of((RECEIVED, "by 2002:a05:6a10 with SMTP"), (RECEIVED, HOP), (RESULTS, FAIL)) is Authentication.FAIL


@pytest.mark.parametrize(
    "fields",
    [
        [(RESULTS, "relay.example.net; dmarc=pass")],
        [(RESULTS, f"{OURS}.evil.example; dmarc=pass")],
        [(RESULTS, "dmarc=pass; spf=pass"), (RESULTS, ""), (RESULTS, ";;")],
        [(RESULTS, f"evil.example ({OURS}; dmarc=pass); dmarc=pass")],
        [(RECEIVED, HOP), (RECEIVED, FOREIGN_HOP), (RESULTS, PASS)],
        [(RECEIVED, FOREIGN_HOP), (RESULTS, PASS)],
        [(RESULTS, f"{OURS}; none")],
        [(RESULTS, f'{OURS}; spf=pass smtp.mailfrom="x; dmarc"'), (RECEIVED, HOP), (RESULTS, PASS)],
    ],
)
def test_what_anybody_may_have_written_says_nothing(fields):
    assert of(*fields) is Authentication.UNKNOWN


def test_a_forged_pass_below_our_own_fail_changes_nothing():
    assert of((RESULTS, FAIL), (RESULTS, PASS)) is Authentication.FAIL
    assert of((RESULTS, FAIL), (RECEIVED, HOP), (RESULTS, PASS)) is Authentication.FAIL
    assert of((RESULTS, "other.example; dmarc=pass"), (RESULTS, FAIL), (RECEIVED, HOP)) is Authentication.FAIL


def test_a_comment_is_no_result():
    assert of((RESULTS, f"{OURS}; dmarc=fail (; dmarc=pass ;)")) is Authentication.FAIL


def test_without_a_trusted_server_nothing_counts():
    assert of((RESULTS, PASS), trusted="") is Authentication.UNKNOWN
