"""Whether a robot wrote a mail: by what it says of itself, and weakly by its subject, in many languages."""

import pytest

from supportdesk.email.receiving.automatic import is_robot
from supportdesk.email.receiving.parse import parse_mail

SUBJECTS = (
    "Automatic reply: Lamp",
    "Automatische Antwort: Lampe",
    "Réponse automatique : Lampe",
    "Respuesta automática: Lámpara",
    "Risposta automatica: Lampada",
    "Resposta automática: Lâmpada",
    "Automatisch antwoord: Lamp",
    "Autosvar: Lampa",
    "Automatisk svar: Lampe",
    "Automaattinen vastaus: Lamppu",
    "Odpowiedź automatyczna: Lampa",
    "Automatická odpověď: Lampa",
    "Automatikus válasz: Lámpa",
    "Răspuns automat: Lampă",
    "Otomatik yanıt: Lamba",
    "Автоматический ответ: Лампа",
    "Автоматична відповідь: Лампа",
    "Αυτόματη απάντηση: Λάμπα",
    "自動回覆: 燈",
    "自动答复: 灯",
    "自動応答: ランプ",
    "자동 회신: 램프",
    "تلقائي: رد",
    "رد تلقائي: مصباح",
    "מענה אוטומטי: מנורה",
    "Abwesenheitsnotiz: Lampe",
    "Abwesend: Lampe",
    "Absence du bureau : Lampe",
    "Fuera de la oficina: Lámpara",
    "Fuori ufficio: Lampada",
    "Afwezig: lamp",
    "Out of Office: Lamp",
    "OOO: Lamp",
    "I am out of office Re: Lamp",
    "Re: Lamp (Out of office)",
    "Frånvaromeddelande: Lampa",
    "Poza biurem: Lampa",
    "Nieobecność: Lampa",
    "Away from the office: Lamp",
    "Vacation: Lamp",
    "On vacation: Lamp",
    "Autoreply: Lamp",
    "Auto Reply: x",
    "AUTO: Ann is out of the office (returning 12/01/2026)",
    "Fora do escritório: x",
    "Trả lời tự động: đèn",
    "Balasan otomatis: lampu",
    "ตอบกลับอัตโนมัติ: x",
    "Automātiskā atbilde: x",
    "Automatinis atsakymas: x",
    "Automaatvastus: x",
    "Samodejni odgovor: x",
    "Automatski odgovor: x",
    "Аўтаматычны адказ: x",
    "Automatická odpoveď: x",
    "Sjálfvirkt svar: x",
    "Автоматичен отговор: x",
    "Poissaoloviesti: x",
    "Fraværsmelding: x",
    "自动回复: x",
    "【自動返信】お問い合わせ",
)


def automatic(header: str = "", subject: str = "Hi") -> str:
    lines = [*([header] if header else []), "From: rita@example.org", f"Subject: {subject}", "", "Text"]
    return parse_mail("\n".join(lines).encode()).automatic.value


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_subject_alone_is_a_weak_sign(subject):
    assert automatic(subject=subject) == "weak"


@pytest.mark.parametrize(
    "subject",
    ["Automatic door does not open", "Out of office chairs?", "My vacation booking", "Automatische Tür klemmt",
     "Reply needed", "Auto kaputt", "Response from Automatic Ltd", "Away game tickets"],
)  # fmt: skip
def test_a_persons_subject_is_none(subject):
    assert automatic(subject=subject) == "no"


@pytest.mark.parametrize(
    "header",
    ["Auto-Submitted: auto-replied", "Auto-Submitted: auto-generated (vacation)", "Auto-Submitted: Auto-Notified; a=b",
     "X-Auto-Response-Suppress: DR, AutoReply", "X-Auto-Response-Suppress: OOF", "Precedence: auto_reply",
     "Precedence: junk", "X-Autoreply: yes", "X-Autorespond: re", "Return-Path: <>", "X-Amazon-Auto-Reply: true",
     "X-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent", "X-Cron-Env: <SHELL=/bin/sh>",
     "X-FC-MachineGenerated: true", "X-POST-MessageClass: 9; Autoresponder", "Delivered-To: Autoresponder",
     "X-Vacation: yes", "X-Auto-Reply-From: a@example.org", "X-Apple-Action: VACATION/1", "X-Loop: a@example.org"],
)  # fmt: skip
def test_a_header_says_that_a_robot_wrote(header):
    assert automatic(header) == "yes"


@pytest.mark.parametrize("header", ["List-Id: <x.example>", "Precedence: bulk", "Precedence: list",
                                    "List-Unsubscribe: <mailto:x@example.org>", "X-Mailman-Version: 2.1"])  # fmt: skip
def test_a_list_is_no_robot_and_is_never_answered(header):
    assert automatic(header) == "list"


@pytest.mark.parametrize("header", ["Auto-Submitted: no", "Auto-Submitted: NO; x=y", "X-Auto-Response-Suppress: None",
                                    "X-Auto-Response-Suppress: DR, RN, NRN", "X-Autoreply: no"])  # fmt: skip
def test_a_header_that_says_no_is_a_persons(header):
    assert automatic(header) == "no"


@pytest.mark.parametrize("local", ["noreply", "no-reply", "no_reply", "noreply+12", "do-not-reply", "donotreply",
                                   "order-noreply", "mailer-daemon", "postmaster", "bounces+1=a"])  # fmt: skip
def test_nobody_reads_what_is_sent_to_a_robot(local):
    assert is_robot(f"{local}@example.org")


@pytest.mark.parametrize("address", ["noreen@example.org", "nora.reply@example.org", "rita@noreply.example"])
def test_people_are_no_robots(address):
    assert not is_robot(address)
