"""The query language: syntax tree, parser, filters, and queries of tickets."""

from supportdesk.domain.query.parser import QUERY_LIMIT, QueryError, parse
from supportdesk.domain.query.tickets import Order, TicketQuery, parse_query
from supportdesk.domain.query.tree import Node

__all__ = ["QUERY_LIMIT", "Node", "Order", "QueryError", "TicketQuery", "parse", "parse_query"]
