"""Messages: their words, headers and MIME form."""
