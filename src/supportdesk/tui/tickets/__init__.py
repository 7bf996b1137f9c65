"""The tickets screen."""
