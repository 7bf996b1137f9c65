"""Conversation with requesters: replies, internal notes, canned replies."""
