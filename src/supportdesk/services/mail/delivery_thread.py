"""Delivery while the app is open: on a thread and a connection of its own, so that no service delays a key."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager
from queue import SimpleQueue
from threading import Event, Thread

from supportdesk.services.mail.delivery import PATIENCE, Courier
from supportdesk.services.mail.delivery_report import DeliveryReport

CLOSING_SECONDS = 3.0
"""How long closing waits for the message on its way; one that takes longer becomes `unknown`."""


class MailThread:
    """One courier and its thread; a daemon, because a service that hangs must not keep the app open."""

    def __init__(
        self,
        open_courier: Callable[[], AbstractContextManager[Courier]],
        file_waiting: Callable[[Callable[[], bool]], int],
    ) -> None:
        """`file_waiting` files the mail that came in, before each delivery; it gets when to stop."""
        self._open_courier = open_courier
        self._file_waiting = file_waiting
        self._wanted: SimpleQueue[Future[DeliveryReport] | None] = SimpleQueue()
        self._stopping = Event()
        self._thread = Thread(target=self._work, name="mail", daemon=True)
        self._thread.start()

    async def deliver(self) -> DeliveryReport:
        """Deliver what is due; raise a `DeskError` when the desk fails."""
        report: Future[DeliveryReport] = Future()
        self._wanted.put(report)
        return await asyncio.wrap_future(report)

    def close(self) -> None:
        """Wait a while for the message on its way, and end the thread."""
        self._stopping.set()
        self._wanted.put(None)
        self._thread.join(CLOSING_SECONDS)

    def _work(self) -> None:
        report = self._wanted.get()
        while report is not None:
            try:
                with self._open_courier() as courier:
                    while report is not None:
                        if report.set_running_or_notify_cancel():
                            self._file_waiting(self._stopping.is_set)
                            delivered = courier.deliver_if_due(stop=self._stopping.is_set, patience=PATIENCE)
                            report.set_result(delivered)
                        report = self._wanted.get()
            except Exception as error:
                # The next delivery opens the desk anew.
                if report is not None and not report.done():
                    report.set_exception(error)
                report = self._wanted.get()
