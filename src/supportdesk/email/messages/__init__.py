"""Messages: their texts, headers and MIME form."""
