"""What a writer added in a reply: quotes and signatures go, a writer's own words never do."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.email.receiving.reply import trim


@pytest.mark.parametrize(
    "quote",
    [
        "On Mon, 2 Mar 2026 at 10:00, Help <help@example.com> wrote:\n> Hi\n> there",
        "On Mon, 2 Mar 2026 at 10:00, Example Support\n<help@example.com> wrote:\n\n> Hi",
        "Am 02.03.2026 um 10:00 schrieb Hilfe <help@example.com>:\n> Hallo",
        "Le 2 mars 2026 à 10:00, Aide <help@example.com> a écrit :\n> Bonjour",
        "From: Ann Teller\nSent: Monday, 2 March 2026 9:58 AM\nTo: Rita\nSubject: Lamp\n\nHi",
        "-----Original Message-----\nFrom: Help\nSent: Monday\nTo: Rita\nSubject: Re: Lamp\n\nHi",
        "Von: Hilfe <help@example.com>\nGesendet: Montag\nAn: Rita\nBetreff: AW: Lampe\n\nHallo",
        "________________________________\nFrom: Help <help@example.com>\nSent: Monday\nTo: Rita\nSubject: x\n\nHi",
        "> Hi\n> there",
    ],
)
def test_the_quote_at_the_end_goes(quote):
    assert trim(f"It works now.\n\nThank you!\n\n{quote}\n") == "It works now.\n\nThank you!"


@pytest.mark.parametrize("end", ["-- \nRita Meyer\nExample Ltd", "Sent from my iPhone", "Von meinem iPhone gesendet"])
def test_signatures_go(end):
    assert trim(f"Yes, please.\n\n{end}") == "Yes, please."


@pytest.mark.parametrize(
    "text",
    [
        "> Does it shine?\nNo.\n\n> Is it plugged in?\nYes.",
        "On Monday I wrote to you: nobody answered.",
        "---------- Forwarded message ---------\nFrom: Sam\nDate: Monday\nSubject: x\n\nWords",
        "> only quoted",
        "From: my point of view\nthis is fine.",
        "I was sent from my bank to you, and from there to nobody.",
        "My order:\n\nTo: warehouse\nFrom: shop 7\nDate: 20.11.2026\nSubject: 3 lamps\n\nPlease confirm it.",
        "I have an Outlook question: https://aka.ms/x does not open.",
        "We all use Outlook for Android",
        "My order:\n\nFrom: Berlin\nTo: Hamburg\nDate: 3.11.2026\nSubject: pump\n\nWhen does it arrive?",
        "Lieferung:\nVon: Berlin\nAn: Hamburg\nDatum: 3.11.\nDanke",
        "Results:\n\n| pump | ok |\n|------|----|\n| A    | no |",
        "I typed this in Python:\n\n>>> import pump\n>>> pump.run()",
        "Is a\n> b here? The manual says x > y.",
        "The parcel was\nsent from my old address to the wrong house.",
        "Das Paket wurde\nvon meinem Nachbarn gesendet",
        "Services I use:\nYahoo Mail: broken",
        "Steps:\n1. Open it\n2. On Monday 3:00 PM it stops\n3. Bob <bob@example.com> wrote this:\nplease fix",
        "The mail said:\n\n    On 3 Nov 2026, Shop wrote:\n    we refund you\n\nIs it from you?",
        "One:\n________________________________\n\nTwo:\n________________________________\nDate: 3 Nov\nName: x",
        "Poem:\n--\nRoses are red\n--\nViolets are blue\n--\nend",
        "Please see\n\n|| important || call me",
    ],
)
def test_nothing_of_the_writer_is_lost(text):
    assert trim(text) == text


@given(st.text(max_size=400))
def test_something_is_always_left_of_a_text_that_says_something(text):
    assert bool(trim(text).strip()) == bool(text.strip())


@pytest.mark.parametrize("line", ["On Monday we saw it", "From: a", "On 2020-01-01 a@example.com wrote", "> quoted"])
def test_a_long_mail_takes_time_in_proportion_to_its_length(line):
    def seconds(lines: int) -> float:
        text, least = f"{line}\n\n" * lines, float("inf")
        for _ in range(3):
            start = process_time()
            trim(text)
            least = min(least, process_time() - start)
        return least

    assert seconds(40_000) < 12 * seconds(10_000) + 0.05


QUOTES = {
    "gmail tr": "\n\nAhmet <a@b.example>, 20 Kas 2026 Cum, 09:30 tarihinde şunu yazdı:\n\n> eski\n> metin",
    "gmail zh": "\n\nHelp <help@example.com> 于2026年11月20日周五 09:30写道：\n\n> old",
    "gmail ja": "\n\n2026年11月20日(金) 9:30 Help <help@example.com>:\n\n> old",
    "gmail ko": "\n\n2026년 11월 20일 (금) 오전 9:30, Help <help@example.com>님이 작성:\n\n> old",
    "gmail pl": "\n\npt., 20 lis 2026 o 09:30 Help <help@example.com> napisał(a):\n\n> old",
    "gmail ru": "\n\nпт, 20 нояб. 2026 г. в 09:30, Help <help@example.com>:\n\n> old",
    "gmail cs": "\n\npá 20. 11. 2026 v 9:30 odesílatel Help <help@example.com> napsal:\n\n> old",
    "gmail sv": "\n\nDen fre 20 nov. 2026 kl 09:30 skrev Help <help@example.com>:\n\n> old",
    "gmail da": "\n\nDen fre. 20. nov. 2026 kl. 09.30 skrev Help <help@example.com>:\n\n> old",
    "gmail fi": "\n\npe 20. marrask. 2026 klo 9.30 Help (help@example.com) kirjoitti:\n\n> old",
    "gmail hu": "\n\nHelp <help@example.com> ezt írta (időpont: 2026. nov. 20., P, 9:30):\n\n> old",
    "gmail ro": "\n\nÎn vin., 20 nov. 2026 la 09:30, Help <help@example.com> a scris:\n\n> old",
    "gmail pt": "\n\nEm sex., 20 de nov. de 2026 às 09:30, Help <help@example.com> escreveu:\n\n> old",
    "gmail it": "\n\nIl giorno ven 20 nov 2026 alle ore 09:30 Help <help@example.com> ha scritto:\n\n> old",
    "gmail es": "\n\nEl vie, 20 nov 2026 a las 9:30, Help (<help@example.com>) escribió:\n\n> old",
    "gmail fr": "\n\nLe ven. 20 nov. 2026 à 09:30, Help <help@example.com> a écrit :\n\n> old",
    "gmail nl": "\n\nOp vr 20 nov 2026 om 09:30 schreef Help <help@example.com>:\n\n> old",
    "gmail el": "\n\nΣτις Παρ 20 Νοε 2026 στις 9:30 π.μ., ο χρήστης Help <help@example.com> έγραψε:\n\n> old",
    "gmail uk": "\n\nпт, 20 лист. 2026 р. о 09:30 Help <help@example.com> пише:\n\n> old",
    "gmail he": "\n\nבתאריך יום ו׳, 20 בנוב׳ 2026 ב-9:30 מאת Help <help@example.com>:\n\n> old",
    "gmail ar": "\n\nفي الجمعة، 20 نوفمبر 2026 9:30 ص Help <help@example.com> كتب:\n\n> old",
    "gmail vi": "\n\nVào 9:30, Th 6, 20 thg 11, 2026 Help <help@example.com> đã viết:\n\n> old",
    "gmail id": "\n\nPada tanggal Jum, 20 Nov 2026 pukul 09.30 Help <help@example.com> menulis:\n\n> old",
    "outlook mobile": "\n\nGet Outlook for "
    "iOS<https://aka.ms/o0ukef>\n________________________________\nFrom: Help"
    " <help@example.com>\nSent: Friday, November 20, 2026 9:30:00 AM\nTo: Rit"
    "a <rita@example.org>\nSubject: Re: Lamp\n\nold",
    "outlook cs": "\n\nOd: Help <help@example.com>\nOdesláno: pátek 20. listopadu 2026 "
    "9:30\nKomu: Rita\nPředmět: Re: Lamp\n\nold",
    "outlook ru": "\n\nОт: Help <help@example.com>\nОтправлено: 20 ноября 2026 г. "
    "9:30\nКому: Rita\nТема: Re: Lamp\n\nold",
    "outlook zh": "\n\n发件人: Help <help@example.com>\n发送时间: 2026年11月"
    "20日 9:30\n收件人: Rita\n主题: Re: Lamp\n\nold",
    "outlook tr": "\n\nKimden: Help <help@example.com>\nGönderme: 20 Kasım 2026\nKime: Rita\nKonu: Re: Lamp\n\nold",
    "outlook hu": "\n\nFeladó: Help <help@example.com>\nElküldve: 2026. november "
    "20.\nCímzett: Rita\nTárgy: Re: Lamp\n\nold",
    "yahoo": "\n\n    On Friday, November 20, 2026 at 09:30:00 AM GMT+1, Help "
    "<help@example.com> wrote:  \n \n old\n text",
    "gmx": '\n \n\nGesendet: Freitag, 20. November 2026 um 09:30 Uhr\nVon: "Help" '
    "<help@example.com>\nAn: rita@example.org\nBetreff: Re: Lamp\n\nold",
    "proton": "\n\nSent with Proton Mail secure email.\n\nOn Friday, November 20th, 2026 "
    "at 9:30 AM, Help <help@example.com> wrote:\n\n> old",
    "gmail ca": "\n\nMissatge de Help <help@example.com> del dia dv., 20 de nov.\n2026 a les 9:30:\n\n> old",
    "thunderbird pl": "\n\nW dniu 20.11.2026 o 09:30, Help pisze:\n> old",
    "horde": "\n\nZitat von Help <help@example.com>:\n\n> old",
    "yahoo de": "\n\n Am Freitag, 20. November 2026 um 09:30:00 MEZ hat Help <help@example.com> Folgendes geschrieben:"
    "\n \n old\n text",
    "yahoo app": "\n\nYahoo Mail: Search, Organize, Conquer\n \n"
    "  On Fri, Nov 20, 2026 at 9:30, Help<help@example.com> wrote:   old\n text",
    "groupwise": "\n\n>>> Help <help@example.com> 20.11.2026 09:30 >>>\nold\ntext",
    "t-online": "\n\n-----Original-Nachricht-----\nBetreff: Lampe\nDatum: 2026-11-20T09:30:00+0100\n"
    'Von: "Help" <help@example.com>\nAn: "Rita" <rita@example.org>\n\nold',
    "blackberry": "\n\nSent from my BlackBerry 10 smartphone.\n  Original Message  \nFrom: Help\n"
    "Sent: Friday, November 20, 2026 9:30\nTo: Rita\nSubject: Lamp\n\nold",
    "outlook for iOS de": "\n\nOutlook für iOS<https://aka.ms/o0ukef> beziehen\n________________________________\n"
    "Von: Help <help@example.com>\nGesendet: Friday, November 20, 2026 9:30:00 AM\nAn: Rita\nBetreff: x\n\nold",
    "outlook for Android ja": "\n\nAndroid 版 Outlook を入手<https://aka.ms/AAb9ysg>\n"
    "________________________________\n差出人: Help\n送信日時: 2026年11月20日 9:30\n宛先: Rita\n件名: x\n\nold",
    "windows mail": "\n\nSent from Mail<https://go.microsoft.com/fwlink/?LinkId=550986> for Windows\n\n"
    "From: Help<mailto:help@example.com>\nSent: Friday, November 20, 2026 9:30 AM\nTo: Rita\nSubject: x\n\nold",
    "iphone pl": "\n\nWysłane z iPhone'a\n\n> Wiadomość napisana przez Help <help@example.com> w dniu 20.11.2026, "
    "o godz. 09:30:\n> old",
    "iphone ja": "\n\niPhoneから送信\n\n> 2026/11/20 9:30、Help <help@example.com>のメール:\n> old",
    "outlook hr": "\n\nOd: Help <help@example.com>\nPoslano: 20. studenoga 2026. 9:30\nZa: Rita\nPredmet: x\n\nold",
    "outlook th": "\n\nจาก: Help <help@example.com>\nส่ง: 20 พฤศจิกายน 2569 9:30\nถึง: Rita\nเรื่อง: x\n\nold",
    "outlook for Android da": "\n\nHent Outlook til Android",
    "another desk": "\n\n##- Please type your reply above this line -##\n\n> old",
    "samsung": "\n\n\nSent from my Galaxy\n\n\n-------- Original message --------\nFrom: "
    "Help <help@example.com>\nDate: 20/11/2026 09:30 (GMT+01:00)\nTo: rita@example.org\nSubject: Re: Lamp\n\nold",
}
"""How mail programs in many languages begin a quote."""


@pytest.mark.parametrize("program", QUOTES)
def test_what_mail_programs_quote_is_cut_in_any_language(program):
    assert trim(f"That has helped.{QUOTES[program]}") == "That has helped."
