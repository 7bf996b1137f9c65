"""Only what mail can be sent to is an address, and nothing that adds a header or a second recipient."""

import csv
import json
from contextlib import suppress
from random import Random

import pytest
from email_validator import EmailNotValidError, validate_email

from supportdesk.domain.address import (
    INTERNAL_DOMAINS,
    address_key,
    allow_internal_domains,
    clean_address,
    display_name,
)
from supportdesk.domain.errors import InvalidValue
from supportdesk.domain.text import clean_line
from tests.hostile import ADDRESSES


def assert_refused(address: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        clean_address(address)
    assert caught.value.field == "contact_email"
    assert caught.value.message.startswith("contact_email: ")
    assert caught.value.message.endswith(" is not allowed; it must be a mail address such as ann@example.com")
    assert caught.value.message.isprintable()


@pytest.mark.parametrize(("address", "valid"), ADDRESSES.items())
def test_an_address_is_taken_when_mail_can_be_sent_to_it(address, valid):
    if valid:
        clean = clean_address(address)
        assert clean == clean_line(clean) == clean_address(clean)
    else:
        assert_refused(address)


def test_of_a_list_of_hostile_addresses_none_that_is_wrong_is_taken(shared_data):
    with (shared_data / "hostile" / "email_addresses.csv").open(encoding="utf-8", newline="") as file:
        known = {json.loads(row["address_json"]): row["category"] for row in csv.DictReader(file)}
    taken = 0
    for address, category in known.items():
        if category == "ISEMAIL_ERR":
            assert_refused(address)
            continue
        with suppress(InvalidValue):
            clean = clean_address(address)
            taken += 1
            assert clean == clean_line(clean) == clean_address(clean)
    assert taken > 10


@pytest.mark.parametrize(
    "address",
    [
        "rita@example.com\nBcc: all@example.com",
        "rita@example.com\r\nBcc: all@example.com",
        "rita@example.com\n",
        "\nrita@example.com",
        "rita\n@example.com",
        "rita@example.com\0",
        "rita@exam\0ple.com",
        "rit\ufffd@example.com",
        "rita@example.com, bob@example.com",
        "rita@example.com;bob@example.com",
        "rita@example.com bob@example.com",
        "bob@example.com <rita@example.com>",
        "bob@example.com, Rita <rita@example.com>",
        "Rita <rita@example.com> <bob@example.com>",
        "Rita\n<rita@example.com>",
        "Rita\x1b[31m <rita@example.com>",
        "Rita <rita@example.com>, bob@example.com",
        "Rita <>",
        "rita@example.com\x85Bcc:all@example.com",
        "rita@example.com\u2028Bcc:all@example.com",
        "rita%0aBcc:all@example.com@example.com",
        '"rita\nBcc: all"@example.com',
        "rita\u202e@example.com",
        "rita@example.com\x1b[31m",
        "rita\ud800@example.com",
        "rita@[127.0.0.1]",
        "rita@localhost.invalid",
        "rita@-desk.local",
        "rita@desk..local",
        "ri ta@localhost",
        ".rita@docomo.example.com",
        "rita..@example.com",
        "rita@" + "x" * 64 + ".com",
        "@",
        "",
        "   ",
    ],
)
def test_nothing_smuggles_in_a_header_or_a_second_recipient(address):
    assert_refused(address)


@pytest.mark.parametrize("text", ["rita@example.com;", "rita@example.com, ", "Rita Example <rita@example.com>;"])
def test_what_divides_addresses_stays_behind_when_the_last_one_is_copied(text):
    assert clean_address(text) == "rita@example.com"
    assert_refused(f"{text} sam@example.com")


def test_blanks_around_an_address_go_and_its_domain_is_in_lower_case():
    assert clean_address(" \tRita.Meyer+desk@Example.COM ") == "Rita.Meyer+desk@example.com"
    assert clean_address("josé@例え.jp") == "josé@例え.jp"
    assert clean_address("rita@XN--r8jz45g.jp") == "rita@例え.jp"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ｒｉｔａ＠ｅｘａｍｐｌｅ．ｃｏｍ", "rita@example.com"),
        ("rita＠example。com", "rita@example.com"),
        ("mailto:rita@example.com", "rita@example.com"),
        ("JOSÉ@example.com", "josé@example.com"),
        ("İLKER@EXAMPLE.COM", "ilker@example.com"),
        ("Δίκη@example.com", "δίκη@example.com"),
    ],
)
def test_what_other_keyboards_write_is_the_address_that_is_meant(typed, meant):
    assert clean_address(typed) == meant == clean_address(meant)


@pytest.mark.parametrize(
    "address",
    [
        "maria@helpdesk.local",
        "root@localhost",
        "cron@db1.localhost",
        "rita@printer.test",
        "a.b+c@x-y.local",
        "a@nas.home.arpa",
    ],
)
def test_addresses_of_internal_networks_and_of_the_machine_are_accepted(address):
    assert clean_address(f" {address.upper()}").lower() == address


@pytest.fixture
def internal_domains():
    """Sets the internal domains for one test."""
    yield allow_internal_domains
    allow_internal_domains(INTERNAL_DOMAINS)


def test_a_setting_names_the_internal_domains(internal_domains):
    internal_domains(["intranet", ".Onion"])
    assert clean_address("rita@intranet") == "rita@intranet"
    assert clean_address("rita@mail.onion") == "rita@mail.onion"
    assert_refused("maria@helpdesk.local")
    internal_domains([])
    assert_refused("rita@intranet")


@pytest.mark.parametrize(
    "address",
    ["abc..def@docomo.example.com", "abc.@docomo.ne.jp", "a..b..c.@ezweb.ne.jp", "abc...@au.com", "x..y@example.com"],
)
def test_dots_are_kept_as_japanese_phones_have_them(address):
    assert clean_address(address) == address


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Rita Example <rita@example.com>", "Rita Example"),
        ('"Example, Rita" <rita@example.com>', "Example, Rita"),
        ("Example, Rita<rita@Example.com>", "Example, Rita"),
        ("<rita@example.com>", ""),
        ("'rita@example.com' < rita@example.com >", "'rita@example.com'"),
        ("例 <rita@example.com>", "例"),
        ("rita@example.com (Rita Example)", "Rita Example"),
        ("Rita <ｒｉｔａ＠example.com>", "Rita"),
    ],
)
def test_of_a_name_with_an_address_the_address_is_taken(text, name):
    assert clean_address(text) == "rita@example.com"
    assert display_name(text) == name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Rita@Example.com", "rita@example.COM"),
        ("jos\u00e9@x.y", "jose\u0301@x.y"),
        ("ΟΔΟΣ@x.y", "οδος@x.y"),
        ("rita@xn--mnchen-3ya.de", "Rita@München.de"),
        ("İlker@x.y", "ilker@x.y"),
        ("rita@XN--broken-\u00fc.de", "rita@xn--broken-\u00fc.de"),
    ],
)
def test_forms_of_one_address_have_one_key(one, other):
    assert address_key(one) == address_key(other)
    assert address_key(address_key(one)) == address_key(one)


def test_two_addresses_have_two_keys():
    assert len({address_key(text) for text in ("rita@x.y", "r.ita@x.y", "rita+a@x.y", "ritá@x.y", "rita@x.z")}) == 5
    assert address_key("rita@straße.de") == address_key("Rita@STRAẞE.de") != address_key("rita@strasse.de")


def test_addresses_of_the_usual_form_are_judged_as_the_library_judges_them():
    chance = Random(5321)
    parts = [
        "a",
        "Ann",
        "9",
        ".",
        "-",
        "_",
        "+",
        "--",
        "xn--",
        "COM",
        "com",
        "example",
        "test",
        "arpa",
        "onion",
        "x" * 63,
    ]

    def some(most: int) -> str:
        return "".join(chance.choices(parts, k=chance.randint(1, most)))

    for _ in range(4_000):
        address = f"{some(4)}@{some(3)}.{some(2)}"
        try:
            expected = validate_email(address, check_deliverability=False).normalized
        except EmailNotValidError:
            expected = None
        with suppress(InvalidValue):
            assert clean_address(address) == expected or address.endswith(".test")
            continue
        assert expected is None, address
