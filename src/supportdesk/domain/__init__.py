"""What the desk is about: plain frozen data, rules and errors. Imports nothing of ours, nothing heavy."""
