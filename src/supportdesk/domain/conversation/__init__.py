"""Conversation: messages, their files and mentions."""
