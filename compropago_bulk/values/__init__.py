"""One value at a time: what stands in a cell goes in, a cleaned value comes out, or what is wrong with it."""

from .dates import parse_date
from .emails import parse_email
from .money import parse_money
from .phones import parse_phone
from .plain import plain_values
from .shown import Finding, Parsed, is_blank, is_placeholder, shown
from .texts import (
    bank_of,
    banks_of,
    is_valid_clabe,
    parse_identifier,
    parse_name,
    parse_order_id,
    parse_text,
    parse_url,
    valid_clabes,
)

__all__ = [
    "Finding",
    "Parsed",
    "bank_of",
    "banks_of",
    "is_blank",
    "is_placeholder",
    "is_valid_clabe",
    "parse_date",
    "parse_email",
    "parse_identifier",
    "parse_money",
    "parse_name",
    "parse_order_id",
    "parse_phone",
    "parse_text",
    "parse_url",
    "plain_values",
    "shown",
    "valid_clabes",
]
