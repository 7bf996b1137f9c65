"""What can be done with experiments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from supportdesk.domain.errors import NotFound
from supportdesk.domain.experiments.assignment import NOTHING_KNOWN, Assignment, UserFacts
from supportdesk.domain.experiments.event import Event, EventCount, NewEvent
from supportdesk.domain.experiments.experiment import (
    ArmCount,
    Check,
    Decision,
    Experiment,
    ExperimentDefinition,
    ExperimentStatus,
    Proposal,
    check_draft,
    check_step,
)
from supportdesk.domain.experiments.form import changed, ramp, weights
from supportdesk.domain.experiments.look import Look
from supportdesk.domain.experiments.surface import Surface
from supportdesk.domain.journal import Entry
from supportdesk.domain.page import START, Count, RowKey, Seek
from supportdesk.services.context import Context
from supportdesk.services.experiments import alerts as experiment_alerts
from supportdesk.services.experiments import changes as experiment_changes
from supportdesk.services.experiments import checklist as experiment_checklist
from supportdesk.services.experiments import lifecycle as experiment_life
from supportdesk.services.experiments import users as experiment_users
from supportdesk.services.experiments.alerts import Alert
from supportdesk.services.experiments.traffic import Traffic, event_in
from supportdesk.services.experiments.users import Forgotten
from supportdesk.storage import journal
from supportdesk.storage.experiments import daily as experiment_daily
from supportdesk.storage.experiments import looks as experiment_looks
from supportdesk.storage.experiments import queries as experiments
from supportdesk.storage.experiments import traffic as experiment_traffic
from supportdesk.storage.experiments.people import BusyUser

if TYPE_CHECKING:
    from supportdesk.services.experiments.exploring.explore import Exploration
    from supportdesk.services.experiments.exploring.question import Question

WHILE_RUNNING = frozenset({"weights", "ramp"})
"""What may change after the start; it opens a new phase."""


class Experiments:
    """Use cases on experiments. A reference names one by number, id or the start of an id."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._database = context.database
        self._traffic = Traffic(context)

    def create(self, new: ExperimentDefinition) -> Experiment:
        """Add a draft."""
        with self._database.writing():
            return experiment_changes.create(self._context, new)

    def update(self, reference: str, texts: Mapping[str, str], *, seen: int | None = None) -> Experiment:
        """Save fields typed anew (see `form.DEFAULTS`); while it runs, only weights and ramp, as a phase.

        Raises `NotAllowed` for what the start has frozen, `Conflict` when the version is not the one `seen`.
        """
        with self._database.writing():
            experiment = self._to_change(reference, seen)
            if (
                experiment.status in (ExperimentStatus.RUNNING, ExperimentStatus.PAUSED)
                and texts.keys() <= WHILE_RUNNING
            ):
                shares = experiment.weights
                if "weights" in texts:
                    shares = weights(texts["weights"], len(experiment.variants))
                entering = ramp(texts["ramp"]) if "ramp" in texts else experiment.definition.ramp
                return experiment_changes.open_phase(self._context, experiment, shares, entering)
            check_draft(experiment, "edited")
            return experiment_changes.edit(self._context, experiment, changed(experiment.definition, texts))

    def delete(self, reference: str, *, seen: int | None = None) -> Experiment:
        """Remove a draft and return what it was; undo brings it back."""
        with self._database.writing():
            experiment = self._to_change(reference, seen)
            check_draft(experiment, "deleted")
            experiment_changes.delete(self._context, experiment)
        return experiment

    def clone(self, reference: str, texts: Mapping[str, str] | None = None) -> Experiment:
        """Add a draft like another experiment, whatever became of that one, with some fields typed anew."""
        with self._database.writing():
            original = self.get(reference)
            again = changed(original.definition, {"name": f"{original.name[:490]} (again)", **(texts or {})})
            return experiment_changes.create(self._context, again, notes=f"a clone of #{original.number}")

    def checklist(self, reference: str) -> list[Check]:
        """Return what to know before an experiment starts."""
        with self._database.reading():
            return experiment_checklist.checklist(self._context, self.get(reference))

    def traffic(self) -> Mapping[Surface, float]:
        """Return how many users came lately a day on each surface, where the desk knows it."""
        with self._database.reading():
            known = {surface: experiment_checklist.users_a_day(self._context, None, surface) for surface in Surface}
        return {surface: users for surface, users in known.items() if users}

    def start(self, reference: str, *, reason: str = "", seen: int | None = None) -> Experiment:
        """Start a draft, which freezes it, or resume a paused experiment; raises `NotAllowed` for a clash."""
        with self._database.writing():
            return experiment_life.start(self._context, self._to_change(reference, seen), reason)

    def pause(self, reference: str, *, reason: str = "", seen: int | None = None) -> Experiment:
        """Pause a running experiment: no new users are enrolled."""
        with self._database.writing():
            return experiment_life.pause(self._context, self._to_change(reference, seen), reason)

    def complete(
        self, reference: str, decision: Decision | None = None, reason: str = "", *, seen: int | None = None
    ) -> Experiment:
        """End an experiment with a decision and the sentence for it; what is not given is what `proposal` says.

        Results that decide nothing yet propose `no-result`.
        """
        check_step(self.get(reference), ExperimentStatus.COMPLETED)
        if decision is None or not reason.strip():
            proposed = self.proposal(reference)
            decision, reason = decision or proposed.decision, reason.strip() or proposed.reason
        with self._database.writing():
            return experiment_life.complete(self._context, self._to_change(reference, seen), decision, reason)

    def proposal(self, reference: str) -> Proposal:
        """Return what the results of this moment say that an experiment should lead to; that is a look of its own."""
        said = self.calculate(reference).verdict
        return Proposal(said.decision, said.sentence)

    def calculate(self, reference: str, *, keep: bool = True) -> Look:
        """Analyse an experiment as of now and keep the look.

        A guardrail that got worse pauses an experiment that asks for it. Raises `NotAllowed` for a draft. Imports the
        mathematics, which takes a second.
        """
        # Imported here: it needs scipy, which only this does.
        from supportdesk.services.experiments.analysis import results as experiment_results

        look = experiment_results.calculate(self._context, reference, keep=keep)
        if keep and experiment_alerts.pause_if_harmful(self._context, self.get(reference), look):
            self._traffic.forget()
        return look

    def explore(self, reference: str, question: Question) -> Exploration:
        """Compare what the plan does not name; see `exploring.explore`."""
        # Imported here: it needs scipy.
        from supportdesk.services.experiments.exploring.explore import explore

        return explore(self._context, reference, question)

    def alerts(self, among: Sequence[Experiment] | None = None) -> list[Alert]:
        """Return what needs attention in the experiments that run; see `alerts.alerts`."""
        return experiment_alerts.alerts(self._context, among)

    def running(self) -> list[Experiment]:
        """Return the experiments that run, newest first."""
        with self._database.reading():
            return experiment_alerts.running(self._context)

    def forget(self, reference: str, user: str) -> Forgotten:
        """Remove a user from an experiment, or from `all`; see `users.forget`."""
        forgotten = experiment_users.forget(self._context, reference, user)
        self._traffic.forget_users()
        return forgotten

    def busiest(self, reference: str) -> list[BusyUser]:
        """Return the users whose events are unusually many; see `users.busiest`."""
        return experiment_users.busiest(self._context, reference)

    def last_looks(self, listed: Sequence[Experiment]) -> dict[int, Look]:
        """Return the newest look of each of these experiments that has one, by number; nothing is calculated."""
        with self._database.reading():
            return experiment_looks.last(self._database, listed)

    def results(self, reference: str) -> Look:
        """Return the newest look at an experiment, as it was kept; raises `NotFound` when there was none."""
        experiment = self.get(reference)
        found = self.last_looks([experiment])
        if not found:
            number = experiment.number
            raise NotFound(
                f"experiment #{number} has no results yet; supportdesk experiment calculate {number} makes them",
                field="reference",
            )
        return found[experiment.number]

    def get(self, reference: str) -> Experiment:
        """Return the experiment a reference names; raises `NotFound` or `AmbiguousReference`."""
        return experiment_changes.get_experiment(self._context, reference)

    def page(self, status: ExperimentStatus | None = None, seek: Seek = START, limit: int = 50) -> list[Experiment]:
        """Return up to `limit` experiments, newest first; the key of the list is `(number,)`."""
        with self._database.reading():
            return experiments.page(self._database, status, seek, limit)

    def count(self, status: ExperimentStatus | None = None) -> Count:
        """Return how many experiments a list has."""
        return experiments.count(self._database, status)

    def position(self, key: RowKey, status: ExperimentStatus | None = None) -> int:
        """Return how many experiments of a list stand before a key."""
        return experiments.position(self._database, status, int(key[0]))

    def arms(self, listed: Sequence[Experiment]) -> dict[int, tuple[ArmCount, ...]]:
        """Return how many users the arms of these experiments have and how many converted, by number.

        Reads sums only.
        """
        with self._database.reading():
            return experiment_traffic.arm_counts(self._database, listed)

    def days(self, listed: Sequence[Experiment]) -> dict[int, int]:
        """Return how many days of data these experiments have, first and last included, by number.

        Those that have any.
        """
        with self._database.reading():
            return experiment_daily.spans(self._database, [each.number for each in listed])

    def events(self, reference: str) -> list[EventCount]:
        """Return how many events of each name an experiment has, and whether its metrics count them."""
        return experiment_traffic.event_counts(self._database, self.get(reference).number)

    def refusals(self, reference: str) -> dict[str, int]:
        """Return how many events were refused, by reason."""
        return experiment_traffic.refusals(self._database, self.get(reference).number)

    def latest_events(self, reference: str, limit: int = 50) -> list[Event]:
        """Return the newest events of an experiment, newest first."""
        experiment = self.get(reference)
        found = experiment_traffic.latest_events(self._database, experiment.number, limit)
        return [event_in(experiment, each) for each in found]

    def log(self, reference: str) -> list[Entry]:
        """Return what was done with an experiment, by whom and why, oldest first."""
        return journal.of_subject(self._database, self.get(reference).id)

    def assign(self, reference: str, user: str, facts: UserFacts = NOTHING_KNOWN) -> Assignment:
        """Return the variant a user sees; see `Traffic.assign`."""
        return self._traffic.assign(reference, user, facts)

    def assign_many(self, reference: str, users: Iterable[str]) -> Iterator[Assignment]:
        """Return the variants of many users, in their order."""
        return self._traffic.assign_many(reference, users)

    def on_surface(self, surface: Surface, user: str) -> Assignment | None:
        """Return what a user sees on a surface of this program; None is the control. Never raises."""
        return self._traffic.on_surface(surface, user)

    def track(self, reference: str, user: str, event: NewEvent) -> Event:
        """Store an event of a user; see `Traffic.track`."""
        return self._traffic.track(reference, user, event)

    def _to_change(self, reference: str, seen: int | None) -> Experiment:
        self._traffic.forget()
        experiment = self.get(reference)
        experiment_changes.check_version(self._context, experiment, seen)
        return experiment
