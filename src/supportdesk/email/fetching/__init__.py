"""Mailboxes that mail is fetched from: Maildir and IMAP."""
