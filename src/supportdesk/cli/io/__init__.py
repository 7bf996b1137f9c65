"""Input and output of commands: parameters, tables, documents, progress."""
