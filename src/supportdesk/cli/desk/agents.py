"""Commands on agents."""

from __future__ import annotations

import click

from supportdesk.cli.context import changing_desk, open_desk
from supportdesk.cli.io.documents import AGENT, TICKET, document, documents
from supportdesk.cli.io.output import counted, json_option, list_formats, say, say_json, say_rows, say_table
from supportdesk.cli.io.param_types import TEXT
from supportdesk.cli.lazy import LazyGroup
from supportdesk.domain import moment
from supportdesk.domain.agent import Agent

HEADINGS = ("NAME", "DISPLAY NAME", "EMAIL", "OPEN", "AWAY SINCE")


@click.group(cls=LazyGroup, later={})
def agent() -> None:
    """Agents: who works here, and who is away."""


@agent.command("list")
@list_formats
@click.pass_context
def list_agents(ctx: click.Context, form: str | None) -> None:
    """List everybody who has acted or was set, with their open tickets."""
    with open_desk(ctx, existing=True) as desk:
        agents = desk.agents.list()
    if form:
        say_rows(form, documents(agents, AGENT), AGENT)
    else:
        say_table(HEADINGS, [_row(each) for each in agents])
        say(counted(len(agents), "agent"))


@agent.command("set")
@click.argument("name", type=TEXT)
@click.option("--email", type=TEXT, help="The agent's mail address; empty for none.")
@click.option("--display-name", type=TEXT, help="The name that requesters see; empty for none.")
@click.option("--away/--back", "away", default=None, help="Whether the agent is away.")
@json_option
@click.pass_context
def set_agent(
    ctx: click.Context, name: str, email: str | None, display_name: str | None, away: bool | None, form: str | None
) -> None:
    """Set an agent's mail address and display name, and whether the agent is away."""
    if email is None and display_name is None and away is None:
        raise click.UsageError("Nothing to set: give --email, --display-name, --away or --back.")
    # Lazy import: keeps start-up fast.
    from supportdesk.services.agents import AgentChange

    with changing_desk(ctx) as desk:
        found = desk.agents.set(name, AgentChange(email, display_name, away))
        owned = next((each.open_tickets for each in desk.agents.list() if each.name == found.name), 0)
    if form == "json":
        say_json(document(found, AGENT))
    else:
        say(f"{found.name} is {f'away since {moment.local(found.away_since)}' if found.away_since else 'here'}")
        if away and owned:
            tickets = counted(owned, "open ticket")
            say(f"{tickets} of {found.name}'s: `supportdesk agent hand-over {found.name}` offers them to the team")


@agent.command("hand-over")
@click.argument("name", type=TEXT)
@click.option("--to", default="none", show_default=True, metavar="NAME|me|none", type=TEXT, help="Who gets them.")
@json_option
@click.pass_context
def hand_over(ctx: click.Context, name: str, to: str, form: str | None) -> None:
    """Give all open tickets of an agent to the team, or to a colleague.

    One change: `supportdesk undo` gives all of them back. Requesters are not told.
    """
    with changing_desk(ctx, existing=True) as desk:
        updated = desk.tickets.hand_over(name, to)
    numbers = sorted(updated.changed)
    if form == "json":
        say_json({"tickets": documents(updated.tickets, TICKET), "changed": numbers})
        return
    for each in updated.tickets:
        say(f"#{each.number} {f'is now owned by {each.owner}' if each.owner else 'is unassigned'}")
    say(counted(len(numbers), "ticket"))


def _row(agent: Agent) -> tuple[str, ...]:
    away = moment.local(agent.away_since) if agent.away_since else ""
    return (agent.name, agent.display_name, agent.email, str(agent.open_tickets), away)
