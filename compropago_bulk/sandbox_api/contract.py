"""What the API reference asks of a request, as data, and the check of a body against it. Pure.

API reference, edition 2019-06: the "Query Parameters" tables of "Crear orden de pago", "Crear cuenta CLABE" and
"Crear cuentas con CLABE"; edition 2019-08: the same of "createAccount", and an order's `currency` and `expiresAt`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from .records import Json

_TOO_MUCH = 1_000_000_000
"""MXN; the limit is the sandbox's own, so that no sum overflows."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a body; `refused` says whether the API answers 400 for it or lets it pass."""

    what: str
    refused: bool


@dataclass(frozen=True, slots=True)
class Field:
    """One documented parameter; `fault` says in words what is wrong with a value, or None."""

    fault: Callable[[Json], str | None]
    required: bool = True
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A documented object, or with `many` an array of them."""

    fields: Mapping[str, Field | Part]
    required: bool = True
    many: bool = False


def _text(value: Json) -> str | None:
    if not isinstance(value, str):
        return "must be a string"
    return None if value.strip() else "must not be empty"


def _email(value: Json) -> str | None:
    fault = _text(value)
    if fault:
        return fault
    name, at, host = value.partition("@")
    return None if name and at and "." in host and " " not in value else "must be an e-mail address"


def _amount(value: Json) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return "must be a number"
    return None if 0 < value < _TOO_MUCH else "must be greater than 0 and less than 1,000,000,000"


def _epoch(value: Json) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return "must be epoch seconds"
    return None if 0 < value < 100_000_000_000 else "must be epoch seconds"


def _exactly(word: str) -> Callable[[Json], str | None]:
    return lambda value: None if value == word else f'must be "{word}"'


_PHONE = Field(_text, required=False)
_CONTACT = {"name": Field(_text), "email": Field(_email), "phone": _PHONE}
_PRODUCT = {"id": Field(_text), "price": Field(_amount), "name": Field(_text), "url": Field(_text, required=False)}
_ORDER = {
    "product": Part(_PRODUCT),
    "customer": Part({"id": Field(_text), **_CONTACT}),
    "payment": Part({"type": Field(_exactly("SPEI"))}),
}

ORDER = Part(_ORDER)
LATER_ORDER = Part(
    {
        **_ORDER,
        "product": Part({**_PRODUCT, "currency": Field(_exactly("MXN"), required=False)}),
        "expiresAt": Field(_epoch, required=False),
    }
)
CLABE = Part(
    {
        "customer": Part({"id": Field(_text), "email": Field(_email), "phone": _PHONE}),
        "payment": Part(
            {
                "frecuency": Field(_exactly("unlimited")),
                "exp_date": Field(_epoch, required=False, nullable=True),
                "amount": Field(_amount, required=False, nullable=True),
            }
        ),
    }
)
ACCOUNT = Part({"name": Field(_text), "reference": Field(_text), "customer": Part(_CONTACT)})
LATER_ACCOUNT = Part(
    {
        "name": Field(_text),
        "accountId": Field(_text),
        "customers": Part({"id": Field(_text), **_CONTACT}, many=True),
    }
)


def findings(body: Json, part: Part, path: str = "") -> Iterator[Finding]:
    """Compare a body with what is documented, and give all that differs."""
    if not isinstance(body, Mapping):
        yield Finding(f"{path or 'body'} must be an object", refused=True)
        return
    for name in body:
        if name not in part.fields:
            yield Finding(f"{_at(path, name)} is not documented", refused=False)
    for name, rule in part.fields.items():
        if name in body:
            yield from _of_value(body[name], rule, _at(path, name))
        elif rule.required:
            yield Finding(f"{_at(path, name)} is required", refused=True)


def _of_value(value: Json, rule: Field | Part, path: str) -> Iterator[Finding]:
    if isinstance(rule, Field):
        fault = None if rule.nullable and value is None else rule.fault(value)
        if fault:
            yield Finding(f"{path} {fault}", refused=True)
    elif not rule.many:
        yield from findings(value, rule, path)
    elif not isinstance(value, Sequence) or isinstance(value, str) or not value:
        yield Finding(f"{path} must be an array with at least one element", refused=True)
    else:
        one = Part(rule.fields)
        for place, element in enumerate(value):
            yield from findings(element, one, f"{path}[{place}]")


def _at(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
