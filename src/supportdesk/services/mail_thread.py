"""Delivering while the app is open: on a thread and a connection of its own, so that no service holds up a key."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from threading import Event

from supportdesk.services.delivery import Courier, DeliveryReport


class MailThread:
    """One courier and the thread it works on."""

    def __init__(self, open_courier: Callable[[], AbstractContextManager[Courier]]) -> None:
        self._open_courier = open_courier
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="mail")
        self._open = ExitStack()
        self._courier: Courier | None = None
        self._stopping = Event()

    async def deliver(self) -> DeliveryReport:
        """Delivers what is due; raises a `DeskError` when the desk's file fails."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._deliver)

    def close(self) -> None:
        """Lets the message that is on its way arrive, and ends."""
        self._stopping.set()
        self._thread.submit(self._open.close)
        self._thread.shutdown(wait=True)

    def _deliver(self) -> DeliveryReport:
        if self._courier is None:
            self._courier = self._open.enter_context(self._open_courier())
        return self._courier.deliver_due(stop=self._stopping.is_set)
