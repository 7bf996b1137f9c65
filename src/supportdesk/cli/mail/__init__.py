"""Commands about mail and notifications."""
