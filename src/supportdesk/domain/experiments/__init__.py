"""Experiments: definitions, events, forms, looks, and which variant a user sees."""
