"""Intake: mail that comes in becomes tickets, or goes where it belongs in a conversation."""
