"""Queries of conversations: messages and canned replies."""
