"""The manual: every topic can be read in a pipe, and the man page has them all."""

import shutil
import subprocess

import pytest

from supportdesk.help import TOPICS, read_topic, title_of


@pytest.mark.parametrize("topic", TOPICS)
def test_a_topic_is_printed_as_it_is_written(run, topic):
    ended = run("help", topic)
    assert (ended.code, ended.out) == (0, read_topic(topic))
    assert "<!--" not in ended.out


def test_without_a_topic_all_are_listed(run):
    assert [line.split()[0] for line in run("help").out.splitlines()[: len(TOPICS)]] == list(TOPICS)


def test_an_unknown_topic_is_refused_with_those_that_exist(run):
    ended = run("help", "nothing")
    assert (ended.code, run("help", "nothing", "--json").error["field"]) == (1, "topic")
    assert all(topic in ended.err for topic in TOPICS)
    assert "'trage' is not allowed; did you mean triage? it can be" in run("help", "trage").err


def test_the_man_page_has_every_topic_and_every_paragraph(run):
    page = run("help", "--man").out
    assert page.startswith(".TH SUPPORTDESK 1")
    assert [line for topic in TOPICS if (line := f'.SH "{title_of(topic)}"') not in page] == []
    assert "requesters never get it" in page
    if shutil.which("groff"):
        warned = subprocess.run(["groff", "-man", "-ww", "-z"], input=page.encode(), capture_output=True, timeout=30)
        assert warned.returncode == 0
