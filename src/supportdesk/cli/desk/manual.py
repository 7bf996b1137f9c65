"""The command that shows the manual."""

from __future__ import annotations

import sys

import click

from supportdesk.cli.io.output import json_option, say, say_json
from supportdesk.cli.io.param_types import Word
from supportdesk.domain.errors import invalid, one_of
from supportdesk.help import TOPICS, close_topics, read_topic, title_of


@click.command(name="help")
@click.argument("topic", type=Word(TOPICS), required=False, metavar="[TOPIC]")
@click.option("--man", is_flag=True, help="Print the whole manual as a man page.")
@json_option
def manual(topic: str | None, man: bool, form: str | None) -> None:
    """Show the manual: its topics, or one of them.

    On a terminal a topic opens in the pager.
    """
    if topic is not None and topic not in TOPICS:
        meant = close_topics(topic)
        hint = f"did you mean {' or '.join(meant)}? " if meant else ""
        raise invalid("topic", topic, f"{hint}{one_of(TOPICS)}")
    if form == "json":
        texts = {"text": read_topic(topic)} if topic else {}
        say_json([{"topic": each, "title": title_of(each), **texts} for each in ([topic] if topic else TOPICS)])
    elif man:
        # Lazy import: keeps start-up fast.
        from supportdesk.cli.desk.man_page import man_page

        say(man_page(), end="")
    elif topic is None:
        width = max(map(len, TOPICS))
        say("\n".join(f"{each:<{width}}  {title_of(each)}" for each in TOPICS))
        say("\nShow one with: supportdesk help TOPIC")
    elif sys.stdout.isatty():
        # Lazy import: keeps start-up fast.
        from supportdesk.help.layout import for_terminal

        click.echo_via_pager(for_terminal(read_topic(topic)))
    else:
        say(read_topic(topic), end="")
