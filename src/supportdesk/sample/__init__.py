"""Sample desk of a plant shop: tickets, FAQs and experiments by four agents."""

from supportdesk.sample.demo import demo_desk
from supportdesk.sample.replay import fill

__all__ = ["demo_desk", "fill"]
