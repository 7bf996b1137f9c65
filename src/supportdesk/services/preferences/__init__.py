"""Notification preferences of requesters."""
