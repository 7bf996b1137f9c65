"""The process that parses mails, under limits that it sets before it reads anything; `reader` starts it.

It answers each request (a byte for what is wanted, a length, a raw mail) with a parsed mail or the name of a fault.
"""

from __future__ import annotations

import os
import resource
import sys

from supportdesk.email.receiving.dialogue import HEAD, OUT_OF_MEMORY, READY, Answer
from supportdesk.email.receiving.parse import parse_head, parse_mail
from supportdesk.email.receiving.wire import HEADER_BYTES, pack

OPEN_FILES = 64


def main(memory: int, cpu_seconds: int) -> None:
    """Answer requests on standard input until it ends."""
    _set_limits(memory)
    source, target = sys.stdin.buffer, sys.stdout.buffer
    target.write(READY)
    target.flush()
    while wanted := source.read(1):
        raw = source.read(int.from_bytes(source.read(HEADER_BYTES), "big"))
        _allow_cpu(cpu_seconds)
        answer = _answer(wanted, raw)
        target.write(answer)
        target.flush()
        # A large mail must not stay in memory until the next one.
        del raw, answer


def _answer(wanted: bytes, raw: bytes) -> bytes:
    try:
        return pack(Answer(parse_head(raw) if wanted == HEAD else parse_mail(raw), ""))
    except MemoryError:
        return pack(Answer(None, OUT_OF_MEMORY))
    except Exception as error:
        return pack(Answer(None, type(error).__name__))


def _set_limits(memory: int) -> None:
    limits = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_CORE: 0,
        # It writes to its pipe only, and starts nothing.
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NOFILE: OPEN_FILES,
    }
    for kind, value in limits.items():
        hard = resource.getrlimit(kind)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (value, value))


def _allow_cpu(seconds: int) -> None:
    """Allow this many seconds from now on; what takes more is ended by the kernel."""
    used = sum(os.times()[:2])
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    soft = int(used) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))
