"""Queries of tickets and their status history."""
