"""Bounces: whom they say was not reached, and whether for good, as mail servers write it."""

import base64
import quopri

import pytest

from supportdesk.email.receiving.parse import parse_mail

REPORTS = (
    (
        "failed",
        "5.1.1",
        "smtp; 550-5.1.1 The email account that you tried to reach does not exist. Please try "
        "550-5.1.1 double-checking",
        "hard",
    ),
    (
        "failed",
        "5.1.10",
        "smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
        "hard",
    ),
    ("failed", "5.2.2", "smtp; 552 5.2.2 Over quota", "soft"),
    ("failed", "4.2.2", "smtp; 452 4.2.2 mailbox full", "soft"),
    ("failed", "5.7.1", "smtp; 550 5.7.1 Message rejected as spam", "soft"),
    (
        "failed",
        "5.7.26",
        "smtp; 550-5.7.26 Unauthenticated email from example.com is not accepted due to DMARC policy",
        "soft",
    ),
    ("failed", "5.3.4", "smtp; 552 5.3.4 Message size exceeds fixed limit", "soft"),
    (
        "failed",
        "5.4.4",
        "X-Postfix; Host or domain name not found. Name service error for name=exmaple.org type=A: Host not found",
        "hard",
    ),
    ("failed", "5.1.2", "x-unix; host unknown (Name server: nowhere: host not found)", "hard"),
    ("delayed", "4.4.7", "smtp; 451 try again later", "delayed"),
    ("failed", "5.0.0", "smtp; 550 User unknown", "hard"),
    ("failed", "5.0.0", "smtp; 554 Your IP has been blocked by RBL", "soft"),
    ("failed", "5.7.1", "smtp; 554 5.7.1 <rita@example.org>: Relay access denied", "soft"),
    ("failed", "5.4.1", "smtp;550 5.4.1 Recipient address rejected: Access denied. AS(201806281)", "hard"),
    ("failed", "5.2.1", "smtp; 550 5.2.1 The email account that you tried to reach is disabled.", "hard"),
    (
        "failed",
        "5.0.0",
        "smtp; 554 delivery error: dd This user doesn't have a yahoo.com account (rita@example.org) [0]",
        "hard",
    ),
    (
        "failed",
        "5.0.0",
        "smtp; 554 delivery error: dd Sorry your message to rita@example.org cannot be delivered. "
        "This account has been disabled or discontinued [#102].",
        "hard",
    ),
    ("failed", "5.4.6", "smtp; 554 5.4.6 Routing loop detected", "soft"),
    ("failed", "4.4.7", "smtp; 450 4.4.7 message expired", "soft"),
    ("delayed", "4.7.1", "smtp; 450 4.7.1 Greylisted", "delayed"),
    ("failed", "5.1.8", "smtp; 550 5.1.8 Sender address rejected: Domain not found", "soft"),
    ("failed", "5.0.0", "smtp; 550 This address no longer accepts mail", "hard"),
    ("failed", "5.1.0", "smtp; 550 5.1.0 <help@example.com> sender rejected", "soft"),
    ("failed", "5.1.1", "smtp; 550 5.1.1 <rita@example.org>: user does not exist", "hard"),
    ("failed", "5.0.0", "smtp; 550-Requested action not taken: mailbox unavailable", "hard"),
    ("failed", "5.0.0", "smtp; 550 unknown recipient", "hard"),
    (
        "failed",
        "5.1.1",
        "smtp; 550 5.1.1 Adresse d au moins un destinataire invalide. Invalid recipient. OFR_416",
        "hard",
    ),
    ("failed", "5.5.0", "smtp; 550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302)", "hard"),
    (
        "failed",
        "5.0.0",
        "smtp; 550 Message was not accepted -- invalid mailbox. Local mailbox rita@example.org is "
        "unavailable: user not found",
        "hard",
    ),
    ("failed", "5.7.1", "smtp; 550 5.7.1 No such user!", "soft"),
    ("failed", "5.1.6", "smtp; 551 5.1.6 Recipient no longer here", "hard"),
    ("failed", "5.1.10", "smtp; 556 5.1.10 Domain has null MX", "hard"),
    ("failed", "5.4.4", "smtp; unrouteable mail domain", "hard"),
    ("failed", "5.4.1", "X-Postfix; connect to mx.example.org[1.2.3.4]:25: Connection refused", "soft"),
    ("failed", "5.5.3", "smtp; 452 too many recipients", "soft"),
    ("failed", "5.6.0", "smtp; 552 5.6.0 virus infected message rejected", "soft"),
    ("failed", "5.0.0", "smtp; 550 recipient rejected", "hard"),
)
"""Action, status and diagnostic code of a delivery report, and what it means."""


@pytest.mark.parametrize(("action", "status", "diagnostic", "kind"), REPORTS)
def test_a_delivery_report_says_how_it_failed(action, status, diagnostic, kind):
    raw = (
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.net\nSubject: Undelivered Mail\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nSorry.\n--b\n"
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\n"
        f"Final-Recipient: rfc822; rita@example.org\nAction: {action}\nStatus: {status}\n"
        f"Diagnostic-Code: {diagnostic}\n\n--b--\n"
    )
    mail = parse_mail(raw.encode())
    assert mail.is_bounce
    assert [(each.recipient, each.kind.value) for each in mail.bounces] == [("rita@example.org", kind)]


TEXTS = {
    "qmail": (
        "MAILER-DAEMON@mx.example.net",
        "failure notice",
        "Hi. This is the qmail-send program at mx.example.net.\n"
        "I'm afraid I wasn't able to deliver your message to the following addresses.\n"
        "This is a permanent error; I've given up. Sorry it didn't work out.\n"
        "\n"
        "<rita@example.org>:\n"
        "1.2.3.4 does not like recipient.\n"
        "Remote host said: 550 5.1.1 User unknown\n"
        "Giving up on 1.2.3.4.\n"
        "\n"
        "--- Below this line is a copy of the message.\n",
        "hard",
    ),
    "qmail full": (
        "MAILER-DAEMON@mx.example.net",
        "failure notice",
        "Hi. This is the qmail-send program at mx.example.net.\n"
        "I'm afraid I wasn't able to deliver your message to the following addresses.\n"
        "\n"
        "<rita@example.org>:\n"
        "The users mailfolder is over the allowed quota (size). (#5.2.2)\n",
        "soft",
    ),
    "exim": (
        "Mail Delivery System <Mailer-Daemon@mx.example.net>",
        "Mail delivery failed: returning message to sender",
        "This message was created automatically by mail delivery software.\n"
        "\n"
        "A message that you sent could not be delivered to one or more of its\n"
        "recipients. This is a permanent error. The following address(es) failed:\n"
        "\n"
        "  rita@example.org\n"
        "    host mx.example.org [1.2.3.4]\n"
        "    SMTP error from remote mail server after RCPT TO:<rita@example.org>:\n"
        "    550 5.1.1 <rita@example.org>: Recipient address rejected: User unknown\n"
        "\n"
        "\n"
        "------ This is a copy of the message ------\n"
        "Message-ID: <1@example.com>\n"
        "To: rita@example.org\n"
        "Subject: Lamp\n",
        "hard",
    ),
    "exim unrouteable": (
        "Mail Delivery System <Mailer-Daemon@mx.example.net>",
        "Mail delivery failed: returning message to sender",
        "A message that you sent could not be delivered to one or more of its\n"
        "recipients. This is a permanent error. The following address(es) failed:\n"
        "\n"
        "  rita@example.org\n"
        "    Unrouteable address\n"
        "\n"
        "\n"
        "------ This is a copy of the message ------\n"
        "Message-ID: <1@example.com>\n"
        "To: rita@example.org\n"
        "Subject: Lamp\n",
        "hard",
    ),
    "exim delay": (
        "Mail Delivery System <Mailer-Daemon@mx.example.net>",
        "Warning: message 1abc delayed 24 hours",
        "This message was created automatically by mail delivery software.\n"
        "A message that you sent has not yet been delivered to one or more of its\n"
        "recipients after more than 24 hours on the queue on mx.example.net.\n"
        "\n"
        "The address to which the message has not yet been delivered is:\n"
        "\n"
        "  rita@example.org\n"
        "    Delay reason: connection timed out\n"
        "\n"
        "No action is required on your part. Delivery attempts will continue for\n"
        "some time.\n",
        "delayed",
    ),
    "gmail text": (
        "Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
        "Delivery Status Notification (Failure)",
        "** Address not found **\n"
        "\n"
        "Your message wasn't delivered to rita@example.org because the address couldn't be found, "
        "or is unable to receive mail.\n"
        "\n"
        "The response from the remote server was:\n"
        "550 5.1.1 no such user\n",
        "hard",
    ),
    "gmail delay": (
        "Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
        "Delivery Status Notification (Delay)",
        "** Delivery incomplete **\n"
        "\n"
        "There was a temporary problem delivering your message to rita@example.org. Gmail will "
        "retry for 46 more hours. You'll be notified if the delivery fails permanently.\n",
        "delayed",
    ),
    "gmx de": (
        '"GMX Mailer Daemon" <mailer-daemon@gmx.net>',
        "Mail delivery failed: returning message to sender",
        "This message was created automatically by mail delivery software.\n"
        "\n"
        "A message that you sent could not be delivered to one or more of\n"
        "its recipients. This is a permanent error. The following address\n"
        "failed:\n"
        "\n"
        "rita@example.org:\n"
        "SMTP error from remote server for RCPT TO command, host: mx.example.org (1.2.3.4) reason: "
        "550 5.1.1 User unknown\n",
        "hard",
    ),
    "german": (
        "Mail Delivery System <MAILER-DAEMON@mx.example.de>",
        "Unzustellbar: Lampe",
        "Die folgende Nachricht konnte nicht zugestellt werden:\n"
        "\n"
        "rita@example.org\n"
        "\n"
        "Die eingegebene E-Mail-Adresse konnte nicht gefunden werden.\n",
        "hard",
    ),
    "o365 text": (
        "Microsoft Outlook <postmaster@example.onmicrosoft.com>",
        "Undeliverable: Lamp",
        "Delivery has failed to these recipients or groups:\n"
        "\n"
        "rita@example.org<mailto:rita@example.org>\n"
        "The email address you entered couldn't be found. Please check the recipient's email "
        "address and try to resend the message.\n",
        "hard",
    ),
    "o365 full": (
        "postmaster@example.net",
        "Undeliverable: Lamp",
        "Delivery has failed to these recipients or groups:\n"
        "\n"
        "rita@example.org\n"
        "The recipient's mailbox is full and can't accept messages now. Please try resending your "
        "message later, or contact the recipient directly.\n",
        "soft",
    ),
    "postfix text": (
        "MAILER-DAEMON@mx.example.net (Mail Delivery System)",
        "Undelivered Mail Returned to Sender",
        "This is the mail system at host mx.example.net.\n"
        "\n"
        "I'm sorry to have to inform you that your message could not\n"
        "be delivered to one or more recipients.\n"
        "\n"
        "                   The mail system\n"
        "\n"
        "<rita@example.org>: host mx.example.org[1.2.3.4] said: 550 5.1.1\n"
        "    <rita@example.org>: Recipient address rejected: User unknown in virtual\n"
        "    mailbox table (in reply to RCPT TO command)\n",
        "hard",
    ),
    "sendmail": (
        "Mail Delivery Subsystem <MAILER-DAEMON@mx.example.net>",
        "Returned mail: see transcript for details",
        "The original message was received at Fri, 20 Nov 2026 09:00:00 GMT\n"
        "\n"
        "   ----- The following addresses had permanent fatal errors -----\n"
        "<rita@example.org>\n"
        "    (reason: 550 5.1.1 <rita@example.org>... User unknown)\n"
        "\n"
        "   ----- Transcript of session follows -----\n"
        "... while talking to mx.example.org.:\n"
        ">>> DATA\n"
        "<<< 550 5.1.1 <rita@example.org>... User unknown\n",
        "hard",
    ),
    "ses": (
        "MAILER-DAEMON@amazonses.com",
        "Delivery Status Notification (Failure)",
        "An error occurred while trying to deliver the mail to the following recipients:\nrita@example.org\n",
        "soft",
    ),
    "yahoo": (
        "MAILER-DAEMON@yahoo.com",
        "Failure Notice",
        "Sorry, we were unable to deliver your message to the following address.\n"
        "\n"
        "<rita@example.org>:\n"
        "550: 5.1.1 User Unknown\n",
        "hard",
    ),
    "zimbra": (
        "MAILER-DAEMON@zimbra.example.net",
        "Undelivered Mail Returned to Sender",
        "This is the mail system at host zimbra.example.net.\n"
        "\n"
        "<rita@example.org>: mail for example.org loops back to myself\n",
        "soft",
    ),
    "mdaemon": (
        "MDaemon at mx.example.net <MDaemon@mx.example.net>",
        "Permanent Delivery Failure",
        "The following data may contain sections which represent BASE64 encoded attachments.\n"
        "\n"
        "The attached message had PERMANENT fatal delivery errors!\n"
        "\n"
        "After one or more unsuccessful delivery attempts the attached message has\n"
        "been removed from the mail queue on this server.  The number and frequency\n"
        "of delivery attempts are determined by local configuration parameters.\n"
        "\n"
        "YOUR MESSAGE WAS NOT DELIVERED TO ONE OR MORE RECIPIENTS!\n"
        "\n"
        "--------------------------------------------------------------------------\n"
        "Failed address: rita@example.org\n"
        "--------------------------------------------------------------------------\n"
        "\n"
        "--- Session Transcript ---\n"
        " <-- 550 5.1.1 Recipient unknown\n",
        "hard",
    ),
    "aol": (
        "Mail Delivery Subsystem <MAILER-DAEMON@aol.com>",
        "Mail Delivery Problem",
        "Your mail to the following recipients could not be delivered because they are not "
        "accepting mail from help@example.com:\n"
        "    rita@example.org\n",
        "soft",
    ),
    "courier": (
        '"Courier mail server at mx.example.net" <postmaster@mx.example.net>',
        "NOTICE: mail delivery status.",
        "This is a delivery status notification from mx.example.net,\n"
        "running the Courier mail server, version 0.75.\n"
        "\n"
        "\n"
        "                           UNDELIVERABLE MAIL\n"
        "\n"
        "Your message to the following recipients cannot be delivered:\n"
        "\n"
        "<rita@example.org>:\n"
        "    mx.example.org [1.2.3.4]:\n"
        "<<< 550 User unknown.\n",
        "hard",
    ),
    "french": (
        "MAILER-DAEMON@mx.example.fr",
        "Non remis : Lampe",
        "Votre message n'a pas pu être remis aux destinataires suivants :\n"
        "\n"
        "rita@example.org\n"
        "\n"
        "L'adresse de messagerie est introuvable.\n",
        "hard",
    ),
    "spanish": (
        "postmaster@mx.example.es",
        "No se puede entregar: Lámpara",
        "No se pudo entregar el mensaje a los siguientes destinatarios:\n"
        "\n"
        "rita@example.org\n"
        "\n"
        "No se encontró la dirección de correo electrónico.\n",
        "hard",
    ),
    "italian": (
        "postmaster@mx.example.it",
        "Non recapitabile: Lampada",
        "Impossibile recapitare il messaggio ai seguenti destinatari:\n"
        "\n"
        "rita@example.org\n"
        "\n"
        "L'indirizzo di posta elettronica non è stato trovato.\n",
        "hard",
    ),
    "japanese": (
        "MAILER-DAEMON@mx.example.jp",
        "配信不能",
        "次のあて先へのメッセージはエラーのため送信できませんでした。\n\n<rita@example.org>: 550 5.1.1 User unknown\n",
        "hard",
    ),
    "opensmtpd": (
        "Mailer Daemon <MAILER-DAEMON@mx.example.net>",
        "Delivery status notification: error",
        "    Hi!\n"
        "\n"
        "    This is the MAILER-DAEMON, please DO NOT REPLY to this email.\n"
        "\n"
        "    An error has occurred while attempting to deliver a message for\n"
        "    the following list of recipients:\n"
        "\n"
        "rita@example.org: 550 5.1.1 Invalid recipient\n",
        "hard",
    ),
    "barracuda": (
        "MAILER-DAEMON@barracuda.example.net",
        "**Message you sent blocked by our bulk email filter**",
        "Your message to: rita@example.org\n"
        "was blocked by our Spam Firewall. The email you sent with the following subject has NOT BEEN DELIVERED:\n"
        "\n"
        "Subject: Lamp\n",
        "soft",
    ),
    "imail": (
        '"IMail" <postmaster@mx.example.net>',
        "Undeliverable Mail",
        "Unknown user: rita@example.org\n\nOriginal message follows.\n",
        "hard",
    ),
    "mimecast": (
        "MAILER-DAEMON@us-smtp.example.net",
        "Undeliverable: Lamp",
        "Could not deliver message to the following recipient(s):\n"
        "\n"
        "Failed Recipient: rita@example.org\n"
        "Reason: Remote host said: 550 Rejected by header based manually Blocked Senders\n",
        "soft",
    ),
    "mimecast prose": (
        "<postmaster@example.org>",
        "[Postmaster] Email Delivery Failure",
        "an email you addressed to email address :\n-- rita@example.org\n\ncould not be delivered. "
        "The problem appears to be :\n-- Recipient email address is possibly incorrect\n",
        "hard",
    ),
    "qq": (
        "PostMaster@qq.example",
        "来自qq的退信",
        "退信原因：收件人邮件地址（rita@example.org）不存在，邮件无法送达。\nsaid: 550 Mailbox not found\n",
        "hard",
    ),
    "mailenable": (
        '"Postmaster" <postmaster@mx.example.net>',
        "Message Delivery Failure",
        "The following recipient(s) could not be reached:\n\n     Recipient: [SMTP:rita@example.org]\n"
        "     Reason:    the recipient's mailbox does not exist.\n",
        "hard",
    ),
    "an unknown language": (
        "postmaster@example.org",
        "Toimittamatta jäi: Lamppu",
        "Viestiä ei voitu perille:\n\nrita@example.org\n\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n",
        "hard",
    ),
    "mailgun": (
        "Mail Delivery System <mailer-daemon@mailgun.example>",
        "Delivery failed",
        "This message was created automatically by mail delivery software.\n"
        "\n"
        "Delivery to the following recipients failed permanently:\n"
        "\n"
        "  * rita@example.org\n"
        "\n"
        "Reason: Not delivering to previously bounced address\n",
        "soft",
    ),
}
"""Sender, subject and text of bounces that are no reports, and what they mean."""


REPORT = "Final-Recipient: utf-8; jürgen@exämple.org\nAction: failed\nStatus: 5.1.1\n"


@pytest.mark.parametrize("encode", [None, base64.encodebytes, quopri.encodestring])
@pytest.mark.parametrize("kind", ["message/delivery-status", "message/global-delivery-status"])
def test_a_report_is_read_in_any_encoding(kind, encode):
    encoding = {base64.encodebytes: "base64", quopri.encodestring: "quoted-printable"}.get(encode, "8bit")
    report = (encode or bytes)(f"Reporting-MTA: dns; mx.example.net\n\n{REPORT}".encode())
    head = f"--r\nContent-Type: {kind}\nContent-Transfer-Encoding: {encoding}\n\n".encode()
    mail = parse_mail(
        b"From: a@b.example\nContent-Type: multipart/report; boundary=r\n\n" + head + report + b"\n--r--\n"
    )
    assert [(each.recipient, each.kind.value) for each in mail.bounces] == [("jürgen@exämple.org", "hard")]


@pytest.mark.parametrize("kind", ["feedback-report", "disposition-notification"])
def test_a_complaint_and_a_receipt_are_robots_and_no_bounces(kind):
    head = (
        f"From: MAILER-DAEMON@isp.example\nSubject: Returned mail\nContent-Type: multipart/report; report-type={kind}\n"
    )
    mail = parse_mail(f"Return-Path: <>\n{head}\nrita@example.org\n".encode())
    assert (mail.is_bounce, mail.automatic.value) == (False, "yes")


@pytest.mark.parametrize("server", TEXTS)
def test_a_text_says_whom_it_did_not_reach(server):
    sender, subject, text, kind = TEXTS[server]
    failed = "X-Failed-Recipients: rita@example.org\n" if server.startswith("gmail") else ""
    mail = parse_mail(f"Return-Path: <>\nFrom: {sender}\nSubject: {subject}\n{failed}\n{text}".encode())
    assert mail.is_bounce
    assert [(each.recipient, each.kind.value) for each in mail.bounces] == [("rita@example.org", kind)]


@pytest.mark.parametrize(
    ("sender", "subject", "text"),
    [
        ("Rita <rita@example.org>", "Re: Undelivered Mail", "My mail to bob@example.net: user unknown. Why?"),
        ("rita@example.org", "Mail delivery failed", "I cannot send mail to bob@example.org: Delivery failed"),
        ("postmaster@example.org", "Question about DNS", "Can you check our record for bob@example.org?"),
    ],
)
def test_people_who_write_about_bounces_send_none(sender, subject, text):
    assert not parse_mail(f"From: {sender}\nSubject: {subject}\n\n{text}".encode()).is_bounce
