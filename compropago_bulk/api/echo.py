"""Whether an answer speaks of the row that was sent. Something exists either way, so nothing here is a refusal."""

from __future__ import annotations

import json
from urllib.parse import unquote

from ..rows.keys import fold
from ..rows.model import Answer, Call

ECHO_MISMATCH = "echo_mismatch"
MODE_MISMATCH = "mode_mismatch"


def inspect(call: Call, answer: Answer, *, mode: str) -> str | None:
    """Give `mode_mismatch`, `echo_mismatch` or None. What the answer leaves out is no mismatch.

    An order's answer has no `customer.id` (API reference, "Crear orden de pago"): there the e-mail and the price speak.
    """
    if answer.test_mode is not None and answer.test_mode != (mode == "test"):
        return MODE_MISMATCH
    if call.body is None:
        wanted = unquote(call.path.rpartition("/")[2])
        return None if answer.order_id in (None, wanted) else ECHO_MISMATCH
    body = json.loads(call.body)
    customer = body["customers"][0] if "customers" in body else body["customer"]
    pairs = [(customer.get("email"), answer.email)]
    if call.operation == "createClabe":
        pairs.append((customer.get("id"), answer.customer_id))
    if call.operation == "createAccount":
        pairs.append((customer.get("name"), answer.name))
    if any(told is not None and fold(str(sent)) != fold(told) for sent, told in pairs):
        return ECHO_MISMATCH
    price = answer.order_price
    if call.operation == "orders" and price is not None and abs(float(price) - body["product"]["price"]) >= 0.005:
        return ECHO_MISMATCH
    return None
