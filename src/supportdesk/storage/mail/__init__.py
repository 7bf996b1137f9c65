"""Queries of mail: outbox, notifications, provider state."""
