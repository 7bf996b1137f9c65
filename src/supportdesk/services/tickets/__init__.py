"""Tickets: creating, changing, importing and exporting them."""
