"""The demo desk: believable tickets of an invented company, read from the project's data folder."""
