"""The open desk: all services in one place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import replace
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, ParamSpec, Self, TypeVar

from supportdesk.domain.agent import Account, agent_name
from supportdesk.domain.desk_address import DeskAddress, SqliteFile
from supportdesk.domain.errors import DeskError
from supportdesk.email.settings import MailSettings
from supportdesk.services.context import Context, os_account, random_id
from supportdesk.services.opened import Services
from supportdesk.services.tickets.service import Tickets
from supportdesk.storage.database import BUSY_SECONDS, Database

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from supportdesk.email.provider import Provider
    from supportdesk.services.intake.background import BackgroundFiling
    from supportdesk.services.mail.delivery import Courier
    from supportdesk.services.mail.delivery_report import DeliveryReport
    from supportdesk.services.mail.delivery_thread import MailThread

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

INTAKE_ACTOR = "mail"
"""Who is named in the journal where mail is filed without an agent's doing."""


class Desk(Services):
    """An open desk, with its services as attributes.

    Used from one thread at a time: directly by commands, through `run` by screens.
    """

    def __init__(
        self,
        address: DeskAddress | Path,
        actor: str,
        *,
        account: Account | None = None,
        now: Callable[[], datetime] | None = None,
        new_id: Callable[[], str] = random_id,
        mail: MailSettings | None = None,
        macros: Mapping[str, Mapping[str, object]] | None = None,
        open_provider: Callable[[], Provider] | None = None,
        busy_seconds: float = BUSY_SECONDS,
        create: bool = True,
    ) -> None:
        """Open the desk, with `create` also one that is missing; raise a `DeskError` when that fails.

        A path is the address of a SQLite file. `actor` is the name that is claimed; `account` is the account of the
        operating system that runs this program. The time is that of the desk's own clock, unless `now` is given.
        `macros` are those of the config file.
        `open_provider` overrides the mail service that the `mail` settings name.
        """
        self.address = SqliteFile(address) if isinstance(address, Path) else address
        self.actor = agent_name(actor)
        self.account = account or os_account()
        self.new_id = new_id
        self.mail_settings = mail = mail or MailSettings()
        self.macro_settings = macros or {}
        self._database = Database(self.address, busy_seconds=busy_seconds, create=create)
        self.now = now = now or self._database.now
        self._threads: dict[str, ThreadPoolExecutor] = {}
        self._mail_thread: MailThread | None = None
        self._context = context = Context(
            self._database,
            self.actor,
            self.account,
            now,
            new_id,
            mail,
            open_provider or partial(_provider_of, mail),
        )
        self.tickets = Tickets(context)

    async def run(
        self,
        call: Callable[Parameters, Result],
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Result:
        """Run a call on the desk's database thread, so that no screen waits for the disk."""
        return await self._on_thread("desk", partial(call, *args, **kwargs))

    async def run_in_background(self, call: Callable[[Desk], Result]) -> Result:
        """Run a long read on its own thread and connection, while keys are answered.

        Calls run one after the other; a cancelled call that has not started never starts. Raises
        `Unavailable` when the desk's file is gone.
        """

        def with_own() -> Result:
            with self._again(self.actor) as own:
                return call(own)

        return await self._on_thread("background", with_own)

    def _again(self, actor: str) -> Desk:
        return Desk(
            self.address,
            actor,
            account=self.account,
            now=self.now,
            new_id=self.new_id,
            mail=self.mail_settings,
            macros=self.macro_settings,
            create=False,
        )

    async def _on_thread(self, name: str, call: Callable[[], Result]) -> Result:
        # Imported here: they cost 30 ms that a command, which runs in no event loop, need not spend.
        import asyncio
        from concurrent.futures import ThreadPoolExecutor

        if name not in self._threads:
            self._threads[name] = ThreadPoolExecutor(1, thread_name_prefix=name)
        return await asyncio.get_running_loop().run_in_executor(self._threads[name], call)

    @contextmanager
    def courier(self) -> Iterator[Courier]:
        """Somebody who delivers this desk's mail on a connection of its own: a slow service holds nobody else up.

        Used from one thread, which may be another one than the desk's.
        """
        from supportdesk.services.mail.delivery import Courier

        with (
            closing(Database(self.address, create=False)) as database,
            Courier(replace(self._context, database=database)) as courier,
        ):
            yield courier

    def relaxed(self) -> AbstractContextManager[None]:
        """Return a context in which a power cut may undo what was saved, for a desk that can be made again."""
        return self._database.relaxed()

    def deliver_afterwards(self, on_failure: Callable[[DeskError], None]) -> AbstractContextManager[None]:
        """Return a context that delivers, at its end, the mail queued inside it; not mail that is on hold.

        Never raises: `on_failure` gets the error, and the mail waits in the outbox.
        """
        return nullcontext() if self.mail_settings.hold else self.mail.deliver_afterwards(on_failure)

    @cached_property
    def filing(self) -> BackgroundFiling:
        """Filing of stored mail on a connection of its own."""
        from supportdesk.services.intake.background import BackgroundFiling

        # Not as the agent, whose undo would reach what requesters wrote.
        return BackgroundFiling(self._files, partial(self._again, INTAKE_ACTOR))

    async def deliver(self) -> DeliveryReport:
        """File what came in and deliver what is due, on a thread of its own; costs microseconds when nothing is."""
        from supportdesk.services.mail.delivery_thread import MailThread

        if self._mail_thread is None:
            self._mail_thread = MailThread(self.courier, self.filing.file_waiting)
        return await self._mail_thread.deliver()

    def changes_elsewhere(self) -> int:
        """Return a number that moves whenever another process has changed the desk; costs microseconds."""
        return self._database.data_version()

    def close(self) -> None:
        """Wait for the running call and message, then close the desk."""
        if self._mail_thread is not None:
            self._mail_thread.close()
        for thread in list(self._threads.values()):
            thread.shutdown(wait=True, cancel_futures=True)
        if "intake" in self.__dict__:
            self.intake.close()
        if "presence" in self.__dict__:
            self.presence.close()
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _provider_of(settings: MailSettings) -> Provider:
    from supportdesk.email.providers.open import open_provider

    return open_provider(settings)
