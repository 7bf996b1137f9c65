"""Mail services that the tests watch."""

from collections.abc import Callable

from supportdesk.email.provider import OutgoingMail, Receipt

Act = Callable[[OutgoingMail], object]


def failing(error: Exception, *titles: str) -> Act:
    """Fails for messages about tickets with these titles, or for all."""

    def act(mail: OutgoingMail) -> None:
        if not titles or title_of(mail) in titles:
            raise error

    return act


def title_of(mail: OutgoingMail) -> str:
    """The ticket's title in the subject of a mail."""
    return mail.subject.removeprefix("Re: ").rpartition(" [#")[0]


class Service:
    """A mail service that notes what it takes; `act` may do something else with a message first."""

    def __init__(self, act: Act = lambda mail: None) -> None:
        self.name = "test"
        self.act = act
        self.seen: list[OutgoingMail] = []
        self.sent: list[OutgoingMail] = []
        self.closed = 0

    def send(self, mail: OutgoingMail) -> Receipt:
        self.seen.append(mail)
        self.act(mail)
        self.sent.append(mail)
        return Receipt(f"250 taken as {len(self.sent)}")

    def close(self) -> None:
        self.closed += 1

    @property
    def subjects(self) -> list[str]:
        return [title_of(mail) for mail in self.sent]
