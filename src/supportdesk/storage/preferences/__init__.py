"""Queries of notification preferences."""
