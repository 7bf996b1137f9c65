"""The FAQs screen."""
