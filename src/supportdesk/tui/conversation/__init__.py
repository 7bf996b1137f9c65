"""Conversation on screen: messages as text, the form of a reply."""
