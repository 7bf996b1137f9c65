"""Commands about FAQs."""
