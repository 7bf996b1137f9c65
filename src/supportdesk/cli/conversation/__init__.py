"""Commands about conversations: replies, internal notes, canned replies."""
