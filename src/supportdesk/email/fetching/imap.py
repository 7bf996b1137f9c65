"""An IMAP folder, read by UIDs (RFC 3501, 2.3.1.1): nothing is deleted, and nothing that a server says is believed.

What was stored is flagged as seen. New is what is not seen, or has a higher UID than the last one. A server that
numbers its mails anew is read once more from the day on which the desk first read it; copies are found when filed.
"""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from time import monotonic
from typing import Any, TypeVar

from imapclient import SEEN, IMAPClient
from imapclient.exceptions import LoginError

from supportdesk.domain.errors import DeskError
from supportdesk.domain.mail.incoming import MAIL_LIMIT
from supportdesk.email.fetching.source import HEAD_KEPT, TOO_LARGE, Fetched, Position, SourceFailed, Stop, Store
from supportdesk.email.fetching.token import access_token
from supportdesk.email.provider import ServiceDown
from supportdesk.email.providers.credentials import Secret, redacted, required_secret
from supportdesk.email.settings import MailSettings

PASSWORD = "IMAP_PASSWORD"  # noqa: S105
BATCH = 50
IDLE_SLICE = 1.0
IDLE_LONGEST = 29 * 60.0
"""Seconds after which IDLE is renewed (RFC 2177)."""
UIDS_LIMIT = 1_000_000
_BODY, _HEAD = b"BODY[]", b"BODY[]<0>"
Result = TypeVar("Result")


class ImapFolder:
    """One folder of an IMAP server; the connection is opened when it is needed and kept."""

    def __init__(self, settings: MailSettings, first_read: date) -> None:
        """`first_read` is the day on which the desk first read the folder: what came before is not read again."""
        self._settings = settings
        self._first_read = first_read
        self._client: IMAPClient | None = None
        self._secret: Secret | None = None
        self._can_flag = True
        self._too_large: set[int] = set()
        self.name = source_name(settings)

    def take(self, position: Position, store: Store, stop: Stop) -> None:
        """Store what is new, then flag it as seen; moves `position` on. Raises `SourceFailed`."""
        with self._failures():
            client = self._connected()
            selected = self._select(client)
            validity = _number(selected.get(b"UIDVALIDITY"))
            uids = self._new_uids(client, position, validity, _number(selected.get(b"UIDNEXT")))
            if position.uid_validity != validity:
                position.uid_validity, position.last_uid = validity, 0
            position.is_new = False
            for start in range(0, len(uids), BATCH):
                self._take_batch(client, position, uids[start : start + BATCH], store, stop)
                if stop():
                    return

    def wait(self, seconds: float, stop: Stop) -> bool:
        """Return when the server says that there is new mail, or after some seconds; False where it cannot say so."""
        with self._failures():
            client = self._connected()
            if not client.has_capability("IDLE"):
                return False
            end = monotonic() + min(seconds, IDLE_LONGEST)
            client.idle()
            while not stop() and monotonic() < end:
                slice_end = min(monotonic() + IDLE_SLICE, end)
                # A connection that was closed answers at once, with nothing.
                if client.idle_check(max(0.0, slice_end - monotonic())) or monotonic() < slice_end:
                    break
            client.idle_done()
        return True

    def check(self) -> int:
        """Log in and open the folder; return how many mails are in it. Raises `SourceFailed`."""
        with self._failures():
            return _number(self._select(self._connected()).get(b"EXISTS"))

    def close(self) -> None:
        """Close the connection, without waiting for the server."""
        client, self._client = self._client, None
        if client is not None:
            with suppress(OSError, imaplib.IMAP4.error):
                client.shutdown()

    def _select(self, client: IMAPClient) -> Mapping[bytes, object]:
        folder = self._settings.intake_imap_folder
        try:
            selected: Mapping[bytes, object] = client.select_folder(folder, readonly=not self._can_flag)
        except imaplib.IMAP4.readonly:
            # Its UIDs say what is new.
            self._can_flag = False
            selected = client.select_folder(folder, readonly=True)
        return selected

    def _new_uids(self, client: IMAPClient, position: Position, validity: int, uid_next: int) -> Sequence[int]:
        found = set(client.search("UNSEEN")) if self._can_flag or position.is_new else set()
        renumbered = position.uid_validity != validity or 0 < uid_next <= position.last_uid
        if renumbered and not position.is_new:
            position.last_uid = 0
            found |= set(client.search(["SINCE", self._first_read - timedelta(days=1)]))
        elif not position.is_new:
            # The highest one is found even when it is below what was asked for.
            found |= {uid for uid in client.search(["UID", f"{position.last_uid + 1}:*"]) if uid > position.last_uid}
        return sorted(uid for uid in found if isinstance(uid, int) and 0 < uid < 1 << 32)[:UIDS_LIMIT]

    def _take_batch(
        self, client: IMAPClient, position: Position, uids: Sequence[int], store: Store, stop: Stop
    ) -> None:
        sizes = client.fetch(uids, ["RFC822.SIZE"])
        stored = []
        for uid in uids:
            if stop():
                break
            if uid not in sizes:
                # Somebody else has deleted it.
                continue
            fetched = self._fetch(client, uid, position.uid_validity, _number(sizes[uid].get(b"RFC822.SIZE")))
            if fetched is None:
                continue
            store(fetched)
            if not fetched.cause:
                stored.append(uid)
            position.last_uid = max(position.last_uid, uid)
        if stored and self._can_flag:
            try:
                client.add_flags(stored, [SEEN], silent=True)
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error:
                # As with a folder that may only be read.
                self._can_flag = False

    def _fetch(self, client: IMAPClient, uid: int, validity: int, size: int) -> Fetched | None:
        """Return a mail, or its head when it is too large; None for one that is gone or has no content."""
        whole = size <= MAIL_LIMIT and uid not in self._too_large
        item = "BODY.PEEK[]" if whole else f"BODY.PEEK[]<0.{HEAD_KEPT}>"
        try:
            raw = client.fetch([uid], [item]).get(uid, {}).get(_BODY if whole else _HEAD)
        except _TooLarge:
            # It is larger than its server said; after a new connection its head is taken.
            self._too_large.add(uid)
            raise
        if not isinstance(raw, bytes) or not raw:
            return None
        return Fetched(
            f"{self.name}\0{validity}\0{uid}", raw[: MAIL_LIMIT if whole else HEAD_KEPT], "" if whole else TOO_LARGE
        )

    def _connected(self) -> IMAPClient:
        if self._client is None:
            client = _connect(self._settings)
            try:
                self._log_in(client)
            except BaseException:
                with suppress(OSError, imaplib.IMAP4.error):
                    client.shutdown()
                raise
            self._client = client
        return self._client

    def _log_in(self, client: IMAPClient) -> None:
        settings = self._settings
        if settings.intake_imap_token_command:
            self._secret = access_token(settings.intake_imap_token_command)
            client.oauth2_login(settings.intake_imap_user, self._secret.reveal())
            return
        try:
            self._secret = required_secret(PASSWORD, settings.intake_imap_secret_file)
        except ServiceDown as error:
            raise SourceFailed(str(error).replace("mail.secret_file", "mail.intake.imap.secret_file")) from error
        client.login(settings.intake_imap_user, self._secret.reveal())

    @contextmanager
    def _failures(self) -> Iterator[None]:
        """Turn whatever a server does wrong into one sentence; the next call connects anew."""
        try:
            yield
        except (SourceFailed, DeskError):
            self.close()
            raise
        except LoginError as error:
            self.close()
            raise SourceFailed(f"{self.name} refuses the login: {self._words(error)}") from error
        except Exception as error:
            # A server may answer anything, and the library raises anything for it.
            self.close()
            raise SourceFailed(f"{self.name} fails: {self._words(error)}") from error
        except BaseException:
            self.close()
            raise

    def _words(self, error: Exception) -> str:
        words = error.strerror if isinstance(error, OSError) and error.strerror else error
        return redacted(words, self._secret, user=self._settings.intake_imap_user) or type(error).__name__


class _TooLarge(Exception):
    """A literal that is larger than any mail we asked for."""


class _Client(IMAPClient):  # type: ignore[misc]
    """A client that a server cannot make reserve memory for what it only announces."""

    def _create_IMAP4(self) -> Any:
        connection = super()._create_IMAP4()
        read: Callable[[int], bytes] = connection.read

        def limited(size: int) -> bytes:
            if size > MAIL_LIMIT + (1 << 20):
                raise _TooLarge(f"it sends {size:,} bytes at once")
            return read(size)

        connection.read = limited
        return connection


def source_name(settings: MailSettings) -> str:
    """Return the name of the folder that these settings name."""
    return f"imap {settings.intake_imap_user}@{settings.intake_imap_host}/{settings.intake_imap_folder}"


def _connect(settings: MailSettings) -> IMAPClient:
    security = settings.intake_imap_security
    try:
        context = ssl.create_default_context(cafile=settings.ca_file) if security != "none" else None
    except OSError as error:
        raise SourceFailed(f"mail.ca_file: {settings.ca_file} cannot be used: {error.strerror or error}") from error
    client = _Client(
        settings.intake_imap_host,
        settings.intake_imap_port or (993 if security == "tls" else 143),
        ssl=security == "tls",
        ssl_context=context if security == "tls" else None,
        timeout=settings.timeout,
    )
    if security == "starttls":
        client.starttls(context)
    client.normalise_times = False
    return client


def _number(value: object) -> int:
    return value if isinstance(value, int) and 0 <= value < 1 << 63 else 0
