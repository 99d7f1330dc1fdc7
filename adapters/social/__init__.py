"""Tables of social services: `ADAPTER` reads each row of a CSV file as a demand and answers row by row."""

from adapters.social.adapter import TableAdapter

ADAPTER = TableAdapter()

__all__ = ["ADAPTER"]
