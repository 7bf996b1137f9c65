"""The terminal: checks, driver, pasted text, typing ahead and the external editor."""
