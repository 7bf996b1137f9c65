"""A desk to try things on: tickets, FAQs and experiments of a plant shop, by four agents."""

from supportdesk.sample.demo import demo_desk
from supportdesk.sample.replay import fill

__all__ = ["demo_desk", "fill"]
