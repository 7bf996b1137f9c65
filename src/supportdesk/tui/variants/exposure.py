"""What an experiment shows this agent on a surface of ours, and what is reported of it."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from supportdesk.domain.errors import DeskError
from supportdesk.services.crash_report import write_crash_report

if TYPE_CHECKING:
    from supportdesk.domain.experiments.assignment import Assignment
    from supportdesk.domain.experiments.surface import Surface
    from supportdesk.services.desk import Desk


class Exposure:
    """One showing of a surface to this agent, from now on."""

    def __init__(self, desk: Desk, assignment: Assignment | None) -> None:
        """`assignment` is None where no experiment runs."""
        self._desk = desk
        self._assignment = assignment
        self._since = monotonic()

    @property
    def is_test(self) -> bool:
        """Whether the test form is shown: a third variant has no form of its own and sees the control."""
        return self._assignment is not None and self._assignment.variant_place == 1

    async def report(self, event: str) -> None:
        """Report an event with the seconds since the surface was shown; a fault must not disturb the agent."""
        assignment = self._assignment
        if assignment is None or not assignment.stored:
            return
        from supportdesk.domain.experiments.event import NewEvent

        happened = NewEvent(event, round(monotonic() - self._since, 3))
        try:
            await self._desk.run(self._desk.experiments.track, assignment.test_id, assignment.user_identifier, happened)
        except DeskError:
            # Paused or completed meanwhile, or the desk is busy: the experiment counts what it missed.
            return
        except Exception as error:
            write_crash_report(error)


async def exposed(desk: Desk, surface: Surface) -> Exposure:
    """Show a surface to this agent; without a running experiment, and when it is at fault, that is the control."""
    try:
        # The service is imported in the desk's thread as well: no key waits for that.
        return Exposure(desk, await desk.run(lambda: desk.experiments.on_surface(surface, desk.actor)))
    except Exception as error:
        write_crash_report(error)
        return Exposure(desk, None)
