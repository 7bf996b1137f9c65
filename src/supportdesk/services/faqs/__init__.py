"""FAQs: editing, search, suggestions, gaps, imports and exports."""
