"""A mail is read by a process of its own: none can hang it, fill the memory or end the program."""

import os
import select
import signal
import subprocess
import sys

import pytest

from supportdesk.domain.errors import Unavailable
from supportdesk.email.receiving.parse import parse_mail
from supportdesk.email.receiving.reader import Limits, MailReader, Unreadable

MAIL = b"From: Rita <rita@example.com>\nSubject: Lamp\nMessage-ID: <1@example.com>\n\nIt is dark.\n"
MULTIPART = MAIL.replace(b"\n\n", b"\nContent-Type: multipart/mixed; boundary=b\n\n", 1)
FILES = b"".join(b"--b\nContent-Type: image/png; name=%d.png\n\n\0\xff%d\n" % (n, n) for n in range(3))
TOO_MUCH = MAIL + b"x" * (35 << 20)


@pytest.fixture
def make_reader():
    readers = []

    def make(**limits):
        readers.append(MailReader(Limits(**limits)))
        return readers[-1]

    yield make
    for reader in readers:
        reader.close()


def process_of(reader):
    return reader._process.pid


@pytest.mark.parametrize("raw", [MAIL, b"", MULTIPART + FILES + b"--b--\n"])
def test_what_is_read_there_is_what_is_read_here(make_reader, raw):
    assert make_reader().read(raw) == parse_mail(raw)


def test_one_process_reads_many_mails(make_reader):
    reader = make_reader()
    processes = {(reader.read(MAIL).subject, process_of(reader)) for _ in range(20)}
    assert len(processes) == 1


def test_a_mail_that_takes_too_much_memory_is_refused_in_words_and_the_next_one_is_read(make_reader):
    reader = make_reader(memory=100 << 20)
    with pytest.raises(Unreadable, match="took more than 100 MB of memory"):
        reader.read(TOO_MUCH)
    assert reader.read(MAIL).subject == "Lamp"


@pytest.mark.parametrize("body", [b"words and words \xc3\xbc\n", b"<p>x<b>y</p>", b"QUJD" * 19 + b"\n"])
def test_a_large_mail_takes_memory_in_proportion(make_reader, body):
    reader = make_reader(memory=150 << 20)
    assert reader.read(MAIL + body * ((10 << 20) // len(body))).subject == "Lamp"


def test_a_mail_that_takes_too_long_is_refused_in_words_and_the_next_one_is_read(make_reader):
    reader = make_reader(seconds=0.5)
    reader.read(MAIL)
    os.kill(process_of(reader), signal.SIGSTOP)
    with pytest.raises(Unreadable, match=r"took more than 0.5 seconds"):
        reader.read(MAIL)
    assert reader.read(MAIL).subject == "Lamp"


def test_a_mail_larger_than_the_pipe_is_given_up_too_when_nobody_takes_it(make_reader):
    reader = make_reader(seconds=0.5)
    reader.read(MAIL)
    os.kill(process_of(reader), signal.SIGSTOP)
    with pytest.raises(Unreadable, match=r"took more than 0.5 seconds"):
        reader.read(MAIL + b"x" * (1 << 20))


def test_a_mail_that_takes_too_much_of_the_processor_is_refused(make_reader):
    with pytest.raises(Unreadable, match="took more than 0 seconds of the processor"):
        make_reader(cpu_seconds=0).read(MULTIPART + b"--b\n\nx\n" * 400_000)


def test_a_reader_that_somebody_ended_is_replaced_and_the_mail_read(make_reader):
    reader = make_reader()
    reader.read(MAIL)
    first = process_of(reader)
    os.kill(first, signal.SIGKILL)
    assert reader.read(MAIL).subject == "Lamp"
    assert process_of(reader) != first


def test_the_head_of_what_cannot_be_read_can(make_reader):
    head = make_reader(memory=100 << 20).read_head(TOO_MUCH)
    assert (head.sender.address, head.subject, head.text) == ("rita@example.com", "Lamp", "")


def test_a_program_that_does_not_start_is_no_fault_of_the_mail(make_reader, monkeypatch):
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    with pytest.raises(Unavailable, match="cannot be started"):
        make_reader().read(MAIL)


def test_nobody_is_left_behind_and_no_secret_is_handed_on(make_reader, monkeypatch):
    monkeypatch.setenv("SMTP_PASSWORD", "secret")
    reader = make_reader()
    reader.read(MAIL)
    pid = process_of(reader)
    with open(f"/proc/{pid}/environ", "rb") as file:
        assert b"SMTP_PASSWORD" not in file.read()
    reader.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_it_ends_with_the_program_that_started_it(spawn):
    program = "from supportdesk.email.receiving.reader import MailReader as R; import os, sys\n"
    program += "r = R(); r.read(b'x'); print(r._process.pid, flush=True); sys.stdin.read(1); os._exit(0)"
    parent = spawn(program)
    ended = os.pidfd_open(int(parent.stdout.readline()))
    poll = select.poll()
    poll.register(ended, select.POLLIN)
    parent.communicate("x")
    assert poll.poll(10_000), "it ended too"
    os.close(ended)


def test_who_has_a_mail_parsed_does_not_load_what_parses_it():
    loaded = "import sys, supportdesk.services.intake.filing, supportdesk.email.receiving.reader; print(*sys.modules)"
    ended = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True, timeout=60)
    parsers = {f"supportdesk.email.receiving.{name}" for name in ("parse", "quoting", "html", "automatic")}
    assert parsers.isdisjoint(ended.stdout.split())
