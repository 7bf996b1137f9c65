"""The mail log is walked, filtered and searched, and what failed is sent again on demand."""

from datetime import timedelta

import pytest

from supportdesk.domain.errors import AmbiguousReference, DeskError, InvalidValue, NotAllowed, NotFound
from supportdesk.domain.page import START, Seek
from supportdesk.domain.preference import Frequency, PreferenceChange
from supportdesk.domain.ticket import Status, TicketChange, new_ticket
from supportdesk.email.provider import OutcomeUnknown, Refused
from tests.services.mail.services import Service


def test_the_log_is_walked_filtered_and_looked_up(desk, filed, sql):
    first, _, third = filed(), filed(contact_email="fail@example.com"), filed()
    desk.mail.deliver()
    assert desk.mail.count().rows == 3
    newest = desk.mail.page(START, 2)
    assert [message.ticket_id for message in newest][0] == third.id
    assert desk.mail.page(Seek((newest[-1].seq,)), 2)[0].ticket_id == first.id
    assert [message.seq for message in desk.mail.page(Seek((1,), backwards=True), 2)] == [3, 2]
    assert [desk.mail.position((message.seq,)) for message in newest] == [0, 1]
    assert [message.seq for message in desk.mail.page(status=" Failed ")] == [2]
    assert (desk.mail.count(status="failed").rows, desk.mail.position((1,), status="sent")) == (1, 1)
    assert [message.seq for message in desk.mail.page(ticket_id=first.id)] == [1]
    assert desk.mail.count(ticket_id=first.id).rows == 1
    assert {status: number for status, number in desk.mail.counts().items() if number} == {"sent": 2, "failed": 1}
    with pytest.raises(InvalidValue, match="^status: 'lost' is not allowed; it can be pending, sent, .* or withdrawn$"):
        desk.mail.page(status="lost")

    sql("UPDATE notifications SET id = '12345678-0000-4000-8000-00000000000' || seq WHERE seq < 3")
    assert desk.mail.get(newest[0].id[:8]).seq == 3
    assert desk.mail.get("12345678-0000-4000-8000-000000000002").seq == 2
    with pytest.raises(AmbiguousReference, match="^reference: 12345678 matches several notifications: .*1, .*2$"):
        desk.mail.get("12345678")
    with pytest.raises(NotFound, match="^there is no notification 99999999$"):
        desk.mail.get("99999999")


@pytest.mark.parametrize("reference", ["1", "#1", "123", "#1234", "", "-123", "12%4", "x" * 99])
def test_a_message_is_never_looked_up_by_less_than_four_digits_of_its_id(desk, filed, sql, reference):
    filed()
    sql("UPDATE notifications SET id = '12345678-0000-4000-8000-000000000001', status = 'failed'")
    for look_up in (desk.mail.get, desk.mail.retry):
        with pytest.raises(InvalidValue, match="it must be an id, or the first 4 or more digits of one$"):
            look_up(reference)
    assert desk.mail.get("1234").seq == 1


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("lamp", [3, 1]),
        ("rita@example.com", [3, 2]),
        ("rita@exam", [3, 2]),
        ("RITA lam", [3]),
        ("tür", [2]),
        ("tur", [2]),
        ("omar nobody", []),
        ('"', []),
        ("@", []),
        ("NOT (lamp*", [2]),
        ("-lamp", [2]),
        ("lamp OR tür", [3, 2, 1]),
        ('"lamp is not da', [3]),
        ("(rita OR omar) -dark -tür", [1]),
        ("  ", [3, 2, 1]),
    ],
)
def test_the_log_is_searched_by_words_of_recipient_and_subject(desk, filed, text, found):
    filed("The lamp is not on", contact_email="omar@example.com")
    filed("Die Tür klemmt")
    assert desk.mail.count(text="lamp").rows == 1
    filed("Lamp is not dark")
    assert [message.seq for message in desk.mail.page(text=text)] == found
    assert desk.mail.count(text=text).rows == len(found)
    assert desk.mail.page(text=text, status="sent") == []
    assert [desk.mail.position((seq,), text=text) for seq in found] == list(range(len(found)))


def refusing(*recipients, error=Refused):
    def act(mail):
        if mail.recipient in recipients:
            raise error("no")

    return act


def test_what_failed_is_sent_again_on_demand_under_its_old_message_id(desk, filed, served):
    filed()
    service = Service(refusing("rita@example.com"))
    sender = served(service)
    sender.mail.deliver()
    failed = desk.mail.page()[0]
    waiting = desk.mail.retry(failed.id[:8])
    assert (waiting.status, waiting.error, waiting.attempts) == ("pending", "", 0)
    assert (desk.journal.page(START, 1)[0].summary, desk.journal.page(START, 1)[0].about) == (
        "mail to be sent again, after it failed",
        "rita@example.com",
    )
    service.act = lambda mail: None
    assert sender.mail.deliver().sent == 1
    assert service.sent[0].message_id == failed.message_id


def test_what_may_have_arrived_is_sent_again_only_when_that_is_said(desk, filed, served):
    filed()
    service = Service(refusing("rita@example.com", error=OutcomeUnknown))
    sender = served(service)
    assert sender.mail.deliver().unknown == 1
    with pytest.raises(NotAllowed, match="^it is unknown whether the message arrived; sent again, it may arrive twice"):
        desk.mail.retry(desk.mail.page()[0].id)
    service.act = lambda mail: None
    assert sender.mail.deliver().changed is False
    desk.mail.retry(desk.mail.page()[0].id, even_if_unknown=True)
    assert sender.mail.deliver().sent == 1


def test_what_did_not_fail_is_not_sent_again(desk, filed):
    filed()
    desk.tickets.update(["1"], TicketChange(Status.RESOLVED))
    desk.journal.undo()
    desk.mail.deliver()
    for message in desk.mail.page():
        with pytest.raises(NotAllowed, match=f"^the message is {message.status}; only failed and unknown ones can be"):
            desk.mail.retry(message.id)


@pytest.fixture
def templates(tmp_path):
    """A folder with templates of the desk's own: `templates("de/words.json", "{")`."""

    def write(name, text):
        file = tmp_path / "templates" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    return write


MISTAKES = [
    ("en/status_update.txt", "Subject: {{ nobody }}\n", "Subject: Repaired {{ number }} {{ old_status }}\n\nNow.\n"),
    ("en/words.json", "{", None),
]


@pytest.mark.parametrize(("name", "broken", "fixed"), MISTAKES)
def test_mail_that_a_broken_template_kept_from_being_made_is_made_on_retry(
    filed, served, templates, tmp_path, name, broken, fixed
):
    filed()
    templates(name, broken)
    service = Service()
    sender = served(service, templates=tmp_path / "templates")
    sender.tickets.update(["1"], TicketChange(Status.RESOLVED))
    failed = sender.mail.page()[0]
    assert (failed.status, failed.subject, name in failed.error) == ("failed", "", True)
    assert sender.mail.count(text="repaired").rows == 0
    with pytest.raises(DeskError, match=name) as caught:
        sender.mail.retry(failed.id)
    assert (caught.value.code, sender.mail.get(failed.id)) == ("template_fault", failed)
    if fixed is None:
        (tmp_path / "templates" / name).unlink()
    else:
        templates(name, fixed)
    # What it tells stays what had happened, whatever has become of the ticket.
    sender.tickets.update(["1"], TicketChange(Status.IN_PROGRESS))
    waiting = sender.mail.retry(failed.id)
    assert waiting.status == "pending"
    assert sender.mail.deliver().sent == 3
    assert sender.mail.get(failed.id).subject in {mail.subject for mail in service.sent}
    if fixed:
        assert waiting.subject == "Repaired 1 new [#1]"
        assert [message.seq for message in sender.mail.page(text="repaired 1 new")] == [failed.seq]


def test_mail_queued_while_the_folder_of_templates_was_missing_is_made_on_retry(desk, served, tmp_path, templates):
    sender = served(Service(), templates=tmp_path / "templates")
    sender.preferences.set("omar@example.com", PreferenceChange(notification_frequency=Frequency.NONE))
    for email in ("rita@example.com", "omar@example.com"):
        sender.tickets.create(new_ticket("Lamp", "Dark.", email))
    held, failed = sender.mail.page()
    assert (held.status, failed.status) == ("held", "failed")
    assert "there is no folder" in failed.error
    templates("en/unused.txt", "")
    sender.mail.retry(failed.id)
    assert sender.mail.deliver().sent == 1


def test_a_digest_that_could_not_be_made_is_made_on_retry(filed, desk, served, templates, tmp_path, clock):
    desk.preferences.set("rita@example.com", PreferenceChange(notification_frequency=Frequency.DAILY))
    filed("Lamp is dark")
    templates("en/digest.txt", "Subject: {{")
    service = Service()
    sender = served(service, templates=tmp_path / "templates")
    clock.at += timedelta(days=1)
    assert sender.mail.deliver().digests == 1
    (tmp_path / "templates" / "en" / "digest.txt").unlink()
    [failed] = sender.mail.page(status="failed")
    sender.mail.retry(failed.id)
    assert sender.mail.deliver().sent == 1
    assert "Lamp is dark" in service.sent[0].text


def test_a_message_whose_values_were_not_kept_says_so(filed, desk, sql):
    filed()
    sql("UPDATE notifications SET status = 'failed', subject = '', error = 'a template is at fault'")
    with pytest.raises(NotAllowed, match=r"^the message has no text \(a template is at fault\); it cannot be sent$"):
        desk.mail.retry(desk.mail.page()[0].id)
