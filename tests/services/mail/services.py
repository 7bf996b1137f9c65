"""Mail services that the tests watch."""

from collections.abc import Callable

from supportdesk.email.provider import OutgoingMail


class Service:
    """A mail service that notes what it takes; `act` may do something else with a message first."""

    def __init__(self, act: Callable[[OutgoingMail], object] = lambda mail: None) -> None:
        self.name = "test"
        self.act = act
        self.sent: list[OutgoingMail] = []
        self.closed = 0

    def send(self, mail: OutgoingMail) -> str:
        self.act(mail)
        self.sent.append(mail)
        return f"250 taken as {len(self.sent)}"

    def close(self) -> None:
        self.closed += 1

    @property
    def subjects(self) -> list[str]:
        return [mail.subject.rpartition(": ")[2] for mail in self.sent]
