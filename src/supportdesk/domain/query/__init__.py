"""The query language: syntax tree, parser, filters, and queries of tickets.

The parser is imported where there is something to parse: start-up is faster without it.
"""

from supportdesk.domain.errors import QueryError
from supportdesk.domain.query.tickets import Order, TicketQuery, parse_query
from supportdesk.domain.query.tree import Node

__all__ = ["Node", "Order", "QueryError", "TicketQuery", "parse_query"]
