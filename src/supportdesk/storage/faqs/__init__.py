"""Queries of FAQs: texts, wordings and gaps."""
