"""One value at a time: what stands in a cell goes in, a cleaned value comes out, or what is wrong with it."""

from .clabes import bank_of, banks_of, clabe_holds, clabes_hold
from .dates import take_date
from .emails import take_email
from .finding import Finding, Taken
from .money import take_money
from .names import take_name
from .phones import take_phone
from .plain import plain_values
from .shown import is_blank, is_placeholder, shown
from .texts import take_identifier, take_order_id, take_text, take_url

__all__ = [
    "Finding",
    "Taken",
    "bank_of",
    "banks_of",
    "clabe_holds",
    "clabes_hold",
    "is_blank",
    "is_placeholder",
    "plain_values",
    "shown",
    "take_date",
    "take_email",
    "take_identifier",
    "take_money",
    "take_name",
    "take_order_id",
    "take_phone",
    "take_text",
    "take_url",
]
