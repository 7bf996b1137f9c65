"""Forwards: who wrote first, what it said, and what the forwarder wrote above, in the styles of mail programs."""

import pytest

from supportdesk.email.receiving.forward import find_forward
from supportdesk.email.receiving.parse import parse_mail

BODY = "Dear Ann,\n\nthe handle broke off.\n\nMika"

STYLES = {
    "gmail": "---------- Forwarded message ---------\nFrom: Mika Sato <mika@example.net>\n"
    "Date: Thu, Nov 19, 2026 at 6:40 PM\nSubject: broken handle\nTo: <ann@example.com>\n\n\n",
    "gmail in German": "---------- Forwarded message ---------\nVon: Mika Sato <mika@example.net>\n"
    "Date: Do., 19. Nov. 2026 um 18:40 Uhr\nSubject: broken handle\nTo: <ann@example.com>\n\n",
    "thunderbird": "-------- Forwarded Message --------\nSubject: \tbroken handle\n"
    "Date: \tThu, 19 Nov 2026 18:40:00 +0100\nFrom: \tMika Sato <mika@example.net>\nTo: \tann@example.com\n\n\n",
    "thunderbird in German": "-------- Weitergeleitete Nachricht --------\nBetreff: \tbroken handle\n"
    "Datum: \tThu, 19 Nov 2026 18:40:00 +0100\nVon: \tMika Sato <mika@example.net>\nAn: \tann@example.com\n\n",
    "thunderbird in French": "-------- Message transféré --------\nSujet : \tbroken handle\n"
    "Date : \tThu, 19 Nov 2026 18:40:00 +0100\nDe : \tMika Sato <mika@example.net>\nPour : \tann@example.com\n\n",
    "outlook": "________________________________\nFrom: Mika Sato <mika@example.net>\n"
    "Sent: Thursday, November 19, 2026 6:40 PM\nTo: Ann Teller <ann@example.com>\nSubject: broken handle\n\n",
    "outlook in Spanish": "De: Mika Sato [mailto:mika@example.net]\nEnviado el: jueves, 19 de noviembre de 2026\n"
    "Para: Ann\nAsunto: broken handle\n\n",
    "outlook in plain text": "-----Original Message-----\nFrom: Mika Sato [mailto:mika@example.net] \n"
    "Sent: Thursday, November 19, 2026 6:40 PM\nTo: Ann Teller\nSubject: broken handle\n\n",
    "outlook with links": "From: Mika Sato <mika@example.net<mailto:mika@example.net>>\n"
    "Date: Thursday, 19 November 2026\nTo: Ann <ann@example.com<mailto:ann@example.com>>\nSubject: broken handle\n\n",
    "outlook in bold": "*From:* Mika Sato <mika@example.net>\n*Sent:* Today\n*To:* Ann\n*Subject:* broken handle\n\n",
    "german web mail": 'Gesendet: Donnerstag, 19. November 2026 um 18:40 Uhr\nVon: "Mika Sato" <mika@example.net>\n'
    "An: ann@example.com\nBetreff: broken handle\n",
    "yahoo": "----- Forwarded Message -----\nFrom: Mika Sato <mika@example.net>\nTo: ann@example.com\n"
    "Sent: Thursday, November 19, 2026\nSubject: broken handle\n\n",
    "proton": "------- Forwarded Message -------\nFrom: Mika Sato <mika@example.net>\n"
    "Date: On Thursday, November 19th, 2026 at 18:40\nSubject: broken handle\nTo: ann@example.com\n\n",
    "mutt": "----- Forwarded message from Mika Sato <mika@example.net> -----\n\n"
    "Date: Thu, 19 Nov 2026 18:40:00 +0100\nFrom: Mika Sato <mika@example.net>\nTo: ann@example.com\n"
    "Subject: broken handle\n\n",
    "zoho": "============ Forwarded message ============\nFrom: Mika Sato <mika@example.net>\nTo: <ann@example.com>\n"
    "Date: Thu, 19 Nov 2026\nSubject: broken handle\n============ Forwarded message ============\n\n",
    "mail.ru": "-------- Пересылаемое сообщение --------\nОт кого: Mika Sato <mika@example.net>\n"
    "Кому: ann@example.com\nДата: Четверг, 19 ноября 2026\nТема: broken handle\n\n",
    "blank lines between fields": "From: Mika Sato <mika@example.net>\n\nSent: Thursday\n\nTo: Ann\n\n"
    "Subject: broken handle\n\n\n",
    "a long field": "---------- Forwarded message ---------\nFrom: Mika Sato <mika@example.net>\nTo: Ann Teller\n"
    " <ann@example.com>, Bob Ross <bob@example.com>\nSubject: broken handle\n\n",
    "polish": "---------- Przekazana wiadomość ---------\nOd: Mika Sato <mika@example.net>\n"
    "Data: czw., 19 lis 2026\nTemat: broken handle\nDo: <ann@example.com>\n\n",
    "japanese": "---------- Forwarded message ---------\n差出人: Mika Sato <mika@example.net>\n"
    "日時: 2026年11月19日\n件名: broken handle\n宛先: ann@example.com\n\n",
    "chinese": "---------- 转发的邮件 ----------\n发件人：Mika Sato <mika@example.net>\n日期：2026年11月19日\n"
    "主题：broken handle\n收件人：ann@example.com\n\n",
}


@pytest.mark.parametrize("style", STYLES)
def test_sender_subject_text_and_the_words_above_are_found(style):
    found = find_forward("Fwd: broken handle", f"This came to me.\n\n-- \nAnn\n\n{STYLES[style]}{BODY}")
    assert found is not None
    assert (found.sender.address, found.sender.name) == ("mika@example.net", "Mika Sato")
    assert found.subject == "broken handle"
    assert found.text == BODY
    assert found.above == "This came to me."


def test_what_apple_mail_quotes_ends_where_its_forwarder_goes_on():
    quoted = "\n".join(f"> {line}" for line in f"From: Mika Sato <mika@example.net>\nSubject: x\n\n{BODY}".split("\n"))
    found = find_forward("Fwd: x", f"Above.\n\nBegin forwarded message:\n\n{quoted}\n\nSent from my phone")
    assert found is not None
    assert (found.sender.address, found.text, found.above) == ("mika@example.net", BODY, "Above.")


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Re: broken handle", f"Done.\n\n-----Original Message-----\nFrom: a@b.example\nTo: x\nSubject: y\n\n{BODY}"),
        ("broken handle", "From: the beginning\nTo: the end\n"),
        ("Fwd: broken handle", "From: Mika Sato\nSent: Thursday\nSubject: no address\n\nText"),
        ("Fwd: broken handle", "See the file."),
        ("Forwarding works", "I write to mika@example.net.\nSubject: none"),
    ],
)
def test_replies_and_prose_are_no_forwards(subject, text):
    assert find_forward(subject, text) is None


def test_an_enclosed_mail_is_forwarded():
    raw = (
        b"From: ann@example.com\nSubject: Fwd: parcel\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nLook.\n--b\n"
        b"Content-Type: message/rfc822\n\nFrom: Nora <nora@example.org>\nSubject: =?utf-8?q?parcel_=E2=82=AC?=\n\n"
        b"It has not moved.\n--b--\n"
    )
    found = parse_mail(raw).forwarded
    assert found is not None
    assert (found.sender.address, found.subject, found.text) == ("nora@example.org", "parcel €", "It has not moved.")
    assert found.above == "Look."
