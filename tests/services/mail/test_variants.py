"""Experiments on the words of mails: who is mailed is assigned, and what was read is known."""

from datetime import timedelta

import pytest

from supportdesk.domain.errors import DeskError
from supportdesk.domain.experiments.experiment import file_word
from supportdesk.domain.experiments.form import new_experiment
from supportdesk.domain.experiments.surface import Surface
from supportdesk.domain.faq import new_faq
from supportdesk.domain.mail.notification import NotificationType
from supportdesk.domain.preference import Frequency, PreferenceChange
from supportdesk.domain.ticket import Status, TicketChange, new_ticket
from tests.services.experiments.samples import GIVEN, drafted, running
from tests.services.mail.services import Service

CONTROL, TEST = 0, 1
SHORT = "Subject: Now {{ words.status[status] }}\n\nShort.\n"
ORDINARY = "Re: Lamp is dark [#1]"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "templates"


@pytest.fixture
def template(folder):
    """Writes a template: `template("en/status_update.short.txt", SHORT)`."""

    def template(name, text=SHORT):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")

    folder.mkdir()
    return template


@pytest.fixture
def ours(served, folder, template):
    """A desk with a folder of templates and one requester's ticket."""
    ours = served(Service(), templates=folder)
    ours.tickets.create(new_ticket("Lamp is dark", "It does not shine.", "Rita@example.com"))
    return ours


@pytest.fixture
def tried(ours, ids):
    """Starts an experiment on mail in which Rita is in the given arm."""

    def tried(arm=TEST, **texts):
        given = {"control": "plain", "test": "short", "surface": "mail_status_update", **texts}
        ids.place("rita@example.com", arm, tuple(each.weight for each in new_experiment({**GIVEN, **given}).variants))
        return running(ours, **given)

    return tried


@pytest.fixture
def told(ours):
    """Changes the status of Rita's ticket; gives the mail about it."""

    def told(desk=ours):
        now = desk.tickets.get("1").status
        desk.tickets.update(["1"], TicketChange(Status.RESOLVED if now is Status.NEW else Status.NEW))
        return desk.mail.page()[0]

    return told


def assigned(desk, experiment):
    return desk.experiments.get(str(experiment.number)).total_participants


def test_every_surface_that_is_a_mail_is_a_kind_of_mail():
    assert {surface.mail for surface in Surface} - {""} == set(NotificationType) - {"digest", "received", "reply"}
    assert all(NotificationType(surface.mail).surface == surface for surface in Surface if surface.mail)


def test_who_is_mailed_is_assigned_and_reads_the_template_of_the_variant(ours, tried, template, told):
    template("en/status_update.short.txt")
    template("en/status_update.short.html", "<p>Short {{ number }}</p>")
    experiment = tried()
    mail = told()
    assert (mail.subject, mail.content, mail.html) == ("Now resolved [#1]", "Short.\n", "<p>Short 1</p>")
    assert (mail.experiment, mail.variant, mail.variant_fault) == (experiment.number, "short", "")
    assert mail.templates == "en/status_update.short.txt, en/status_update.short.html"
    again = told()
    assert (again.variant, assigned(ours, experiment)) == ("short", 1)
    assignment = ours.experiments.assign(str(experiment.number), " RITA@example.com ")
    assert (assignment.stored, assignment.variant, assigned(ours, experiment)) == (True, "short", 1)


@pytest.mark.parametrize("kind", ["ticket_created", "faq_answer"])
def test_every_kind_of_mail_can_be_tried(ours, tried, template, kind):
    template(f"en/{kind}.short.txt", "Subject: {{ title }}, in short\n\nShort.\n")
    tried(surface=f"mail_{kind}")
    lamp = ours.tickets.create(new_ticket("Lamp", "Dark.", "rita@example.com"))
    if kind == "faq_answer":
        faq = ours.faqs.create(new_faq("Why?", "Turn it on.", "general"))
        ours.faqs.answer_ticket(str(lamp.number), str(faq.number))
    [mail] = [mail for mail in ours.mail.page(ticket_id=lamp.id) if mail.notification_type == kind]
    assert (mail.subject, mail.variant) == (f"Lamp, in short [#{lamp.number}]", "short")


def test_the_control_gets_the_mail_as_it_is_and_that_is_known(ours, tried, template, told):
    template("en/status_update.short.txt")
    experiment = tried(CONTROL)
    mail = told()
    assert (mail.subject, mail.variant, mail.variant_fault) == (ORDINARY, "plain", "")
    assert mail.templates == "en/status_update.txt, en/status_update.html"
    assert assigned(ours, experiment) == 1


def test_any_variant_has_its_own_template_and_one_without_gets_the_ordinary_mail(ours, tried, template, told):
    template("en/status_update.very-short.txt")
    tried(2, test="short, Very & short!")
    assert told().subject == "Now resolved [#1]"
    ours.experiments.complete(str(told().experiment), "no-result", "Enough.")
    tried(1, test="short, Very & short!")
    assert (told().subject, ours.mail.page()[0].variant) == (ORDINARY, "short")


def test_a_file_that_a_variant_lacks_and_a_language_without_one_are_the_ordinary_ones(ours, tried, template, told):
    template("en/status_update.short.txt")
    tried()
    english = told()
    assert english.templates == "en/status_update.short.txt, en/status_update.html"
    ours.preferences.set("rita@example.com", PreferenceChange(preferred_language="de"))
    german = told()
    assert (german.variant, german.templates) == ("short", "de/status_update.txt, de/status_update.html")


def test_other_mail_and_other_times_are_as_ever(ours, tried, template, told, colleague):
    template("en/status_update.short.txt")
    template("en/ticket_created.short.txt")
    experiment = tried()
    ours.tickets.create(new_ticket("Dim", "Dark.", "rita@example.com"))
    assert ours.mail.page()[0].experiment is None
    colleague.experiments.pause(str(experiment.number))
    assert (told().subject, ours.mail.page()[0].experiment) == (ORDINARY, None)
    colleague.experiments.start(str(experiment.number))
    assert told().subject == "Now new [#1]"
    colleague.experiments.complete(str(experiment.number), "ship", "It is read.")
    assert (told().subject, assigned(ours, experiment)) == (ORDINARY, 1)


@pytest.mark.parametrize("change", [{"email_notifications": False}, {"notification_frequency": Frequency.NONE},
                                    {"notification_frequency": Frequency.DAILY}])  # fmt: skip
def test_who_gets_no_such_mail_is_not_in_the_experiment(ours, tried, template, told, change):
    template("en/status_update.short.txt")
    experiment = tried()
    ours.preferences.set("rita@example.com", PreferenceChange(**change))
    mail = told()
    assert (mail.subject.removeprefix("Re: "), mail.experiment, assigned(ours, experiment)) == (
        "Lamp is dark [#1]",
        None,
        0,
    )


@pytest.mark.parametrize("texts", [{"holdout": "99.9999"}, {"ramp": "0.0001"}])
def test_who_does_not_enter_gets_the_ordinary_mail(ours, tried, template, told, texts):
    template("en/status_update.short.txt")
    experiment = tried(**texts)
    mail = told()
    assert (mail.subject.removeprefix("Re: "), mail.experiment, assigned(ours, experiment)) == (
        "Lamp is dark [#1]",
        None,
        0,
    )


@pytest.mark.parametrize("name", ["en/status_update.short.txt", "en/status_update.short.html"])
def test_a_template_at_fault_loses_no_mail_and_is_said(ours, tried, template, told, name):
    template("en/status_update.short.txt")
    template(name, "Subject: {{ nobody }}\n")
    experiment = tried()
    mail = told()
    assert (mail.status, mail.subject, mail.error, mail.variant) == ("pending", ORDINARY, "", "short")
    assert mail.templates == "en/status_update.txt, en/status_update.html"
    assert name in mail.variant_fault
    assert "nobody is unknown" in mail.variant_fault
    assert ours.mail.deliver().sent == 2
    assert assigned(ours, experiment) == 1
    found = {finding.check: finding for finding in ours.doctor.examine()}
    assert not found["mail templates"].is_ok
    assert found["mail experiments"].found.startswith("1 in the last day got the ordinary text")
    assert name in found["mail experiments"].found


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE experiments SET created_at = 'yesterday'",
        "UPDATE experiment_phases SET weights = '{'",
        "DELETE FROM experiment_metrics",
        "CREATE TRIGGER broken BEFORE INSERT ON experiment_assignments BEGIN SELECT RAISE(ABORT, 'broken'); END",
    ],
)
@pytest.mark.sqlite
def test_an_experiment_at_fault_loses_no_mail_and_is_said(ours, tried, template, told, sql, damage):
    template("en/status_update.short.txt")
    experiment = tried()
    sql(damage)
    mail = told()
    assert (mail.status, mail.subject) == ("pending", ORDINARY)
    assert (mail.experiment, mail.variant, bool(mail.variant_fault)) == (experiment.number, "", True)
    found = {finding.check: finding for finding in ours.doctor.examine()}
    assert mail.variant_fault in found["mail experiments"].found
    assert ours.tickets.get("1").status == "resolved"


@pytest.mark.sqlite
def test_when_the_file_takes_the_transaction_back_nothing_is_saved(ours, tried, told, sql):
    tried()
    sql("CREATE TRIGGER full BEFORE INSERT ON experiment_assignments BEGIN SELECT RAISE(ROLLBACK, 'full'); END")
    before = ours.journal.last_seq()
    with pytest.raises(DeskError, match="full"):
        told()
    assert (ours.tickets.get("1").status, ours.mail.count().rows, ours.journal.last_seq()) == ("new", 1, before)


def test_a_change_that_fails_later_assigns_nobody(ours, tried, told, fails):
    experiment = tried()
    fails("notifications", "1 = 1", "broken")
    with pytest.raises(DeskError, match="broken"):
        told()
    assert assigned(ours, experiment) == 0


def test_a_mail_that_is_made_on_retry_keeps_its_variant(ours, tried, template, told):
    template("en/status_update.short.txt", "Subject: {{")
    template("en/status_update.txt", "Subject: {{")
    experiment = tried()
    failed = told()
    assert (failed.status, failed.variant, failed.templates) == ("failed", "short", "")
    ours.experiments.complete(str(experiment.number), "no-result", "Enough.")
    template("en/status_update.short.txt")
    made = ours.mail.retry(failed.id)
    assert (made.subject, made.variant, made.experiment) == ("Now resolved [#1]", "short", experiment.number)
    assert (made.templates, made.variant_fault) == ("en/status_update.short.txt, en/status_update.html", "")


def test_the_first_assignment_stays_whatever_the_weights_are_now(ours, tried, told, colleague):
    experiment = tried()
    assert told().variant == "short"
    colleague.experiments.update(str(experiment.number), {"weights": "99.9/0.1"})
    assert (told().variant, assigned(ours, experiment)) == ("short", 1)


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("short", "short"),
        ("Short & plain", "short-plain"),
        ("../../etc/passwd", "etc-passwd"),
        ("Größe", "größe"),
        ("Gro\u0308ße", "größe"),
        ("!?", ""),
        ("x" * 500, "x" * 120),
        ("\U00020000" * 60, "\U00020000" * 30),
    ],
)
def test_a_template_is_called_by_a_word_that_stays_in_its_folder(name, word):
    assert file_word(name) == word


def checks(desk, **texts):
    given = {"control": "plain", "test": "short", "surface": "mail_status_update", **texts}
    draft = drafted(desk, **given)
    return {check.name: (check.state, check.says) for check in desk.experiments.checklist(str(draft.number))}


def test_the_checklist_knows_what_templates_are_missing(desk, ours, template, folder):
    assert checks(desk)["templates"] == (
        "warning",
        "mail.templates names no folder that en/status_update.short.txt of short could be in, "
        "so it gets the ordinary mail",
    )
    assert checks(ours)["templates"] == (
        "warning",
        "short has no template of its own, so it gets the ordinary mail: "
        f"{folder}/en/status_update.short.txt is missing",
    )
    template("en/status_update.short.txt")
    assert checks(ours)["templates"] == (
        "warning",
        "short has templates of its own in en, but not in de, es, fr; "
        "en/status_update.short.html is missing: that part is the ordinary mail's",
    )
    template("en/status_update.short.html", "{{ nobody }}")
    for language in ("de", "es", "fr"):
        template(f"{language}/status_update.short.txt")
        template(f"{language}/status_update.short.html", "x")
    state, says = checks(ours)["templates"]
    assert (state, "line 1: nobody is unknown" in says) == ("warning", True)
    template("en/status_update.short.html", "x")
    assert checks(ours)["templates"] == ("ok", "short: written by templates of their own in every language")
    assert checks(ours, test="short, Short!, ...")["templates"] == (
        "warning",
        "... has no letter to call a template by, so it gets the ordinary mail; "
        "variants whose names differ in signs or case alone share their templates",
    )


def test_the_checklist_says_that_somebody_else_has_to_report_on_a_mail(desk):
    state, says = checks(desk, metric="answered")["metric"]
    assert state == "warning"
    assert says.endswith(
        "the desk reports nothing of a mail by itself: `supportdesk experiment track 1 ADDRESS answered` does"
    )


def test_the_present_traffic_of_a_mail_is_who_is_told_something(desk, filed, clock):
    desk.preferences.set("nobody@example.com", PreferenceChange(notification_frequency=Frequency.NONE))
    assert desk.experiments.traffic() == {}
    for day in range(3):
        for person in range(5):
            filed(contact_email=f"rita{day}.{person}@example.com")
        filed(contact_email="nobody@example.com")
        clock.at += timedelta(days=1)
    assert desk.experiments.traffic() == {"mail_ticket_created": 7.5}
    state, says = checks(desk, surface="mail_ticket_created", min_sample="30")["sample"]
    assert (state, says) == ("ok", "30 users per variant, 60 in all: about 8 days at 8 users a day")
    started = desk.experiments.start("1")
    filed(contact_email="new@example.com")
    desk.experiments.complete(str(started.number), "no-result", "Enough.")
    assert desk.experiments.traffic() == {"mail_ticket_created": 1}


def test_the_checklist_says_which_variants_of_a_form_look_like_the_control(desk):
    assert checks(desk, surface="ticket_form")["variants"] == ("ok", "short has a form of its own")
    assert checks(desk, surface="faq_form", test="short, warm, cold")["variants"] == (
        "warning",
        "only short has a form of its own; the control's is shown for warm, cold",
    )
