"""The query language: syntax tree, parser, and queries of tickets."""

from supportdesk.domain.query.parser import QUERY_LIMIT, parse
from supportdesk.domain.query.tickets import Order, TicketQuery, narrowed, parse_query
from supportdesk.domain.query.tree import Node

__all__ = ["QUERY_LIMIT", "Node", "Order", "TicketQuery", "narrowed", "parse", "parse_query"]
