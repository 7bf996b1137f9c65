"""FAQs put to use: suggested, voted for, mailed as answers, and what they lack."""

import pytest


@pytest.fixture
def filled(run):
    """A desk with an FAQ of every category."""
    for question, answer, category in (
        ("How do I reset my password?", "Choose Forgot password on the page where you sign in.", "account"),
        ("Where can I download my invoices?", "Under Orders, every payment has a PDF.", "billing"),
        ("My sensor is offline. What can I do?", "Hold it next to the router.", "technical"),
        ("Which countries do you ship to?", "The EU, the UK and the US.", "general"),
    ):
        assert run("faq", "create", "--question", question, "--answer", answer, "--category", category).code == 0
    return run


def test_a_ticket_text_gets_the_answers_that_fit(filled):
    [best, *_] = suggested = filled("faq", "suggest", "sensor offline", "--json").json
    assert list(best) == ["id", "question", "answer", "category", "score"]
    assert (best["category"], best["answer"]) == ("technical", "Hold it next to the router.")
    assert [each["score"] for each in suggested] == sorted((each["score"] for each in suggested), reverse=True)
    assert filled("faq", "suggest", "-", "--json", stdin="sensor offline").json == suggested
    assert len(filled("faq", "suggest", "sensor offline", "--limit", "1", "--json").json) == 1
    shown = filled("faq", "suggest", "sensor offline").out
    assert shown.startswith("NUMBER  CATEGORY")
    assert "#3      technical" in shown


def test_nothing_is_suggested_when_nothing_fits(filled):
    assert filled("faq", "suggest", "zebra crossing", "--json").json == []
    assert filled("faq", "suggest", "zebra crossing").out == "no FAQ matches\n"
    assert filled("faq", "suggest", "zebra crossing", "--csv").out == "id,question,answer,category,score\n"


def test_votes_are_counted(filled):
    filled("faq", "vote", "1", "--helpful")
    filled("faq", "vote", "1", "--helpful")
    assert filled("faq", "vote", "1", "--unhelpful").out == "FAQ #1: 2 found it helpful, 1 did not\n"
    voted = filled("faq", "vote", "1", "--helpful", "--json").json
    assert (voted["helpful"], voted["unhelpful"], voted["version"]) == (3, 1, 1)
    assert filled("faq", "vote", "1").code == 2


def test_an_answered_ticket_is_resolved_mailed_and_its_words_are_kept(filled):
    ticket = filled.ticket("Locked out", description="my secret word is gone")
    answered = filled("faq", "answer", "1", "1", "--json").json
    assert (answered["id"], answered["status"]) == (ticket["id"], "resolved")
    mail = filled("ticket", "notifications", "1", "--json").json[0]
    assert (mail["notification_type"], mail["subject"], mail["status"]) == (
        "faq_answer",
        "Re: Locked out [#1]",
        "pending",
    )
    assert "Choose Forgot password" in mail["content"]
    [wording] = filled("faq", "wordings", "1", "--json").json
    assert list(wording) == ["number", "faq_id", "text", "kept_at"]
    assert wording["text"] == "Locked out my secret word is gone"
    assert filled("faq", "list", "--search", "secret", "--json").json["faqs"][0]["number"] == 1
    assert filled("undo").code == 0
    assert filled("ticket", "show", "1", "--json").json["status"] == "new"
    assert filled("faq", "wordings", "1").out == "no wordings\n"


def test_people_read_what_answered_what(filled):
    filled.ticket()
    assert filled("faq", "answer", "1", "#2").out == "#1 answered with FAQ #2 and resolved\n"


def test_a_second_mail_with_the_same_answer_has_to_be_asked_for(filled):
    filled.ticket()
    filled("faq", "answer", "1", "2")
    refused = filled("faq", "answer", "1", "2")
    assert (refused.code, refused.out) == (1, "")
    assert "has answered #1 with FAQ #2 before" in refused.err
    assert refused.err.endswith("pass --again to send it once more\n")
    assert filled("faq", "answer", "1", "2", "--again").code == 0


def test_a_wording_can_be_forgotten(filled):
    for title in ("secret gone", "cannot get in"):
        filled("faq", "answer", str(filled.ticket(title)["number"]), "1")
    newest, oldest = filled("faq", "wordings", "1", "--json").json
    assert oldest["text"].startswith("secret gone")
    assert filled("faq", "wordings", "1", "--csv").out.startswith("number,faq_id,text,kept_at\n")
    left = filled("faq", "wordings", "1", "--forget", str(oldest["number"]), "--json").json
    assert left == [newest]
    assert filled("faq", "wordings", "1").out.endswith("\n1 wording\n")
    assert filled("faq", "wordings", "1", "--forget", "99").code == 3


def test_the_gaps_name_searches_in_vain_and_what_is_read(filled):
    for _ in range(2):
        filled("faq", "list", "--search", "zebra")
    filled("faq", "show", "3")
    filled("faq", "vote", "2", "--unhelpful")
    filled.ticket("Zebra at the crossing", description="It looks at me.")
    gaps = filled("faq", "gaps", "--json").json
    assert list(gaps) == [
        *("searches", "ignored", "tickets", "most_read", "least_read", "most_helpful", "least_helpful")
    ]
    [missed] = gaps["searches"]
    assert (missed["text"], missed["times"], missed["last_at"][-1]) == ("zebra", 2, "Z")
    assert [ticket["title"] for ticket in gaps["tickets"]] == ["Zebra at the crossing"]
    assert gaps["most_read"][0]["number"] == 3
    assert gaps["least_helpful"][0]["number"] == 2
    shown = filled("faq", "gaps", "--limit", "1").out
    assert "Searches without results\nTIMES  LAST  TEXT\n2      now   zebra\n" in shown
    assert "Suggested, and" not in shown


def test_a_desk_without_faqs_and_tickets_has_no_gaps(run):
    assert run("faq", "gaps").out == "no gaps: there are no FAQs and no open tickets\n"


def test_categories_with_faqs_are_counted(filled):
    filled("faq", "create", "--question", "Why?", "--answer", "So.", "--category", "billing")
    filled("faq", "delete", "4", "--yes")
    counts = filled("faq", "stats", "--json").json
    assert {(each["category"], each["count"]) for each in counts} == {("billing", 2), ("account", 1), ("technical", 1)}
    assert all(list(each) == ["category", "count"] for each in counts)
    assert filled("faq", "stats").out.endswith("\n4 FAQs\n")
    assert filled("faq", "stats", "--csv").out.startswith("category,count\nbilling,2\n")
