"""Screen of experiments: plan, start, pause, calculate, complete."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from supportdesk.domain.desk_address import parse_path
from supportdesk.domain.experiments.experiment import Decision, Experiment, ExperimentStatus, Proposal
from supportdesk.domain.experiments.form import weights_text
from supportdesk.domain.text import clean_line
from supportdesk.services.desk import Desk
from supportdesk.tui.experiments.browser import ExperimentBrowser
from supportdesk.tui.experiments.pane import ExperimentView

Found = TypeVar("Found")


def _save_report(reference: str, file: Path, desk: Desk) -> None:
    # Imported where it is wanted: it brings the mathematics.
    from supportdesk.services.experiments.reporting.service import format_of

    desk.experiment_report.save(reference, format_of(file), file)


class ExperimentsScreen(ExperimentBrowser):
    """What is tried on users, from the plan to the decision."""

    # Drafts

    async def do_experiment_create(self, count: int | None) -> None:
        """Open the form."""
        await self._write(None)

    async def do_experiment_edit(self, count: int | None) -> None:
        """Open the form with what the draft says now."""
        experiment = self.current()
        if experiment is not None:
            desk = self.desk_app.desk
            await self._write(await desk.run(desk.experiments.get, str(experiment.number)))

    async def _write(self, draft: Experiment | None) -> None:
        from supportdesk.tui.experiments.form import ExperimentForm

        desk = self.desk_app.desk
        log = await desk.run(desk.experiments.log, str(draft.number)) if draft else []
        traffic = await desk.run(desk.experiments.traffic)
        number = await self.run_form(ExperimentForm(draft, log=log, traffic=traffic))
        if number is not None:
            await self._to(number)
            self.status.done(f"experiment #{number} saved as a draft · s s starts it · u to undo")

    async def _to(self, number: int) -> None:
        """Put the cursor on an experiment, if it is listed."""
        for place, row in enumerate(self.list.loaded):
            if row.number == number:
                await self.list.move_to(place)

    async def do_experiment_clone(self, count: int | None) -> None:
        """Make a draft like it, whatever became of it."""
        experiment = self.current()
        if experiment is None:
            return
        cloned = await self.change(self.desk_app.desk.experiments.clone, str(experiment.number))
        await self._to(cloned.number)
        self.status.done(f"experiment #{cloned.number} is a draft like #{experiment.number} · e edits it · u to undo")

    async def do_experiment_delete(self, count: int | None) -> None:
        """Delete a draft after a visible question."""
        draft = self.current()
        if draft is None or not await self.prompt.confirm(f"Delete draft #{draft.number}", about=draft.name):
            self.status.note("nothing deleted")
            return
        await self.change(self.desk_app.desk.experiments.delete, str(draft.number), seen=draft.version)
        self.status.done(f"experiment #{draft.number} deleted · u to undo")

    # Life

    async def do_experiment_start(self, count: int | None) -> None:
        """Start a draft once its checklist was seen, or resume a paused experiment."""
        experiment = self.current()
        if experiment is None:
            return
        start = self.desk_app.desk.experiments.start
        if experiment.status is ExperimentStatus.PAUSED:
            await self._step(start, experiment, "Why resume it?", "is running again")
            return
        await self.open(experiment.number, ExperimentView.VERDICT)
        details = self.pane.details
        refused = [check.says for check in details.checks if check.state == "refused"] if details else []
        if refused:
            self.refuse(refused[0])
            return
        question = f"Start #{experiment.number}? Hypothesis, metric, sample and weights are frozen then."
        if not await self.prompt.confirm(question):
            self.status.note("not started")
            return
        await self.change(start, str(experiment.number), seen=experiment.version)
        self.status.done(f"experiment #{experiment.number} is running · x calculates its results")

    async def do_experiment_pause(self, count: int | None) -> None:
        """Pause an experiment: no new users are enrolled."""
        experiment = self.current()
        if experiment is not None:
            pause = self.desk_app.desk.experiments.pause
            await self._step(
                pause, experiment, "Why pause it?", "is paused: no new users are enrolled · s s resumes it"
            )

    async def _step(self, step: Callable[..., Experiment], experiment: Experiment, question: str, done: str) -> None:
        async def take(reason: str) -> None:
            await self.change(step, str(experiment.number), reason=reason, seen=experiment.version)
            self.status.done(f"experiment #{experiment.number} {done}")

        await self.ask(f"{question} (enter: no reason · esc: cancel)", take, blank=True, enter="go on")

    async def do_experiment_weights(self, count: int | None) -> None:
        """Change the weights of one that has started, in a new phase; users keep what they see."""
        experiment = self.current()
        if experiment is None:
            return
        shares = weights_text(experiment.weights)

        async def change(typed: str) -> None:
            if typed.strip() == shares:
                self.status.note(stays)
                return
            new = await self._open_phase(experiment, {"weights": typed})
            self.status.done(f"experiment #{new.number}: phase {new.phase} has begun with {weights_text(new.weights)}")

        question, stays = f"Weights of #{experiment.number} in a new phase:", "the weights stay"
        await self.ask(question, change, otherwise=stays, initial=shares, enter="change")

    async def do_experiment_ramp(self, count: int | None) -> None:
        """Change how many users enter, in a new phase; enrolled users stay."""
        experiment = self.current()
        if experiment is None:
            return
        entering = f"{experiment.definition.ramp:.15g}"

        async def change(typed: str) -> None:
            if typed.strip() == entering:
                self.status.note(stays)
                return
            new = await self._open_phase(experiment, {"ramp": typed})
            self.status.done(
                f"experiment #{new.number}: phase {new.phase} has begun, {new.definition.ramp:g} % of users enter"
            )

        question, stays = f"Per cent of users who enter #{experiment.number} in a new phase:", "the ramp stays"
        await self.ask(question, change, otherwise=stays, initial=entering, enter="change")

    async def _open_phase(self, experiment: Experiment, texts: dict[str, str]) -> Experiment:
        update = self.desk_app.desk.experiments.update
        return await self.change(update, str(experiment.number), texts, seen=experiment.version)

    async def do_experiment_calculate(self, count: int | None) -> None:
        """Calculate the results and save them."""
        experiment = self.current()
        if experiment is None:
            return
        await self._look(self.desk_app.desk.experiments.calculate, experiment)
        self.status.done(f"results of #{experiment.number} saved")

    async def do_experiment_terms(self, count: int | None) -> None:
        """Explain the terms of experiments, those on screen first."""
        # Imported where they are wanted.
        from supportdesk.tui.experiments.terms import terms_text
        from supportdesk.tui.screens.reader import Reader

        details = self.pane.details if self.pane.is_open else None
        await self.app.push_screen(Reader("Terms", "each in one line", terms_text(details)))

    async def do_experiment_report(self, count: int | None) -> None:
        """Write a report into a file of a name that is asked for."""
        experiment = self.current()
        if experiment is None:
            return
        initial = f"experiment-{experiment.number}.html"

        async def write(typed: str) -> None:
            await self.mathematics()
            file = parse_path("file", typed.strip()).absolute()
            await self.desk_app.desk.run_in_background(partial(_save_report, str(experiment.number), file))
            self.status.done(f"report on #{experiment.number} written to {clean_line(str(file))}")

        question = f"Report on #{experiment.number} to the file (.html or .md):"
        await self.ask(question, write, otherwise="no report written", initial=initial, enter="write")

    async def do_experiment_complete(self, count: int | None) -> None:
        """End an experiment with a decision and a sentence, which the results propose."""
        experiment = self.current()
        if experiment is None:
            return
        proposed = await self._look(self.desk_app.desk.experiments.proposal, experiment)
        decision = await self._decided(experiment, proposed)
        if decision is None:
            return
        against = f"although the rule says “{proposed.reason}”: "
        initial = proposed.reason if decision is proposed.decision else against

        async def complete(reason: str) -> None:
            complete = self.desk_app.desk.experiments.complete
            await self.change(complete, str(experiment.number), decision, reason, seen=experiment.version)
            self.status.done(f"experiment #{experiment.number} is completed: {decision} · C begins one like it")

        await self.ask(
            f"{decision}, because:",
            complete,
            otherwise=f"#{experiment.number} continues",
            blank=True,
            initial=initial,
            enter="complete",
        )

    async def _look(self, look: Callable[[str], Found], experiment: Experiment) -> Found:
        """Calculate the results and show the verdict."""
        self.status.note("Looking at the results …")
        await self.mathematics()
        found = await self.desk_app.desk.run(look, str(experiment.number))
        # A look is no journal entry, and what this process writes moves no data version.
        await self.reload()
        await self.open(experiment.number, ExperimentView.VERDICT)
        return found

    async def _decided(self, experiment: Experiment, proposed: Proposal) -> Decision | None:
        choices = "  ".join(f"{each[0]} {each}" for each in Decision)
        question = f"#{experiment.number}: {choices} · rule: {proposed.decision} (esc: cancel)"
        key = await self.prompt.choose(question, enter="undecided")
        decision = next((each for each in Decision if key and each[0] == key.lower()), None)
        if key and decision is None:
            self.refuse(f"no decision begins with {key!r}")
        elif decision is None:
            self.status.note(f"#{experiment.number} continues")
        return decision
