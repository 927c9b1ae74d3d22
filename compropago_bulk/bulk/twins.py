"""Signs that a sheet went out already under another name: pure comparisons of its rows with what was sent before."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from ..api.operations import values_of
from ..journal.people import KnownSend, Person
from ..values.shown import fold

ENOUGH = 3
"""Rows that at least have a sign before a sheet is held back."""
OTHER_PEOPLE = "other_people"
REASONS = ("other_keys", "other_product", "other_ids", OTHER_PEOPLE)
_NO_WORD = re.compile(r"[\W_]+")


class Candidate(NamedTuple):
    """A row that would go out."""

    position: int
    key: str
    person: Person


@dataclass(frozen=True, slots=True)
class Sign:
    """One row that looks as if it had gone out already, or as if its id were somebody else's."""

    position: int
    key: str
    reason: str
    known: KnownSend
    sure: bool = True
    """False where only the e-mail could be compared: such a row counts among many, and says nothing alone."""


def people_of(
    customers: Iterable[object], emails: Iterable[object], names: Iterable[object], products: Iterable[object]
) -> Iterator[Person]:
    """Return the form in which people and products are compared, for whole columns at once."""
    return map(
        Person,
        [fold(str(value or "")) for value in customers],
        [fold(str(value)) if value else None for value in emails],
        [plain(str(value)) if value else None for value in names],
        [squeezed(str(value)) if value else "" for value in products],
    )


def sent_to(operation: str, key: str, body: str | None) -> Person:
    """Read from what the journal kept of a send for whom it was."""
    sent = values_of(body)
    customer = sent.get("reference" if operation == "createAccount" else "customer_id")
    return next(people_of([customer], [sent.get("email")], [sent.get("name")], [sent.get("product_id")]))


def plain(text: str) -> str:
    """Return a name without accents, letter case or runs of blanks."""
    folded = text.casefold()
    if not folded.isascii():
        folded = folded.translate(_WITHOUT_ACCENT)
        folded = folded if folded.isascii() else _bare(folded)
    return " ".join(folded.split())


def _bare(text: str) -> str:
    """Return a text without what stands above or below its letters."""
    return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))


_WITHOUT_ACCENT = {place: _bare(chr(place)) for place in range(0xA0, 0x180)}
"""The letters of Spanish and its neighbours: ten thousand names are compared, and most have one of them."""


@lru_cache(maxsize=4096)
def squeezed(text: str) -> str:
    """Return a product's id without blanks, punctuation, accents or letter case: `MTTO 11` is `mtto-11`."""
    return _NO_WORD.sub("", plain(text)) or plain(text)


def find_signs(
    operation: str, candidates: Sequence[Candidate], sheet: Sequence[Person], known: Iterable[KnownSend]
) -> list[Sign]:
    """Return the best sign of each row that has one.

    Args:
        operation: the endpoint's name.
        candidates: the rows that would go out.
        sheet: every row of the sheet, also those that stay.
        known: what was sent before to any of these customers or e-mails.
    """
    here, several = {person.customer for person in sheet}, _held_by_several(sheet)
    by_customer, by_email = _indexed(operation, known, here)
    emails = Counter(person.email for person in sheet) if by_email else Counter()

    def sign_of(row: Candidate) -> Sign | None:
        former = by_customer.get(row.person.customer, ())
        sign = _sent_before(operation, row, former)
        if sign is None and emails[row.person.email] == 1:  # an e-mail of several rows identifies nobody
            sign = _other_id(row, by_email.get(row.person.email or "", ()))
        return sign if sign is not None or row.person.customer in several else _other_person(row, former)

    return [sign for sign in map(sign_of, candidates) if sign is not None]


Index = dict[str, list[KnownSend]]


def _indexed(operation: str, known: Iterable[KnownSend], here: Collection[str]) -> tuple[Index, Index]:
    """Return all sends by their customer, and by e-mail the own ones of this operation whose customer is not here."""
    by_customer: Index = defaultdict(list)
    by_email: Index = defaultdict(list)
    for send in known:
        person = send.person
        by_customer[person.customer].append(send)
        if person.customer not in here and person.email and send.own and send.operation == operation:
            by_email[person.email].append(send)
    return by_customer, by_email


def _held_by_several(sheet: Sequence[Person]) -> set[str]:
    """Return the customers of this sheet that are several people: an account's reference, say."""
    first: dict[str, str | None] = {}
    return {person.customer for person in sheet if first.setdefault(person.customer, person.email) != person.email}


def _sent_before(operation: str, row: Candidate, former: Sequence[KnownSend]) -> Sign | None:
    """Whether this customer got the same under other keys, or under another spelling of the product."""
    for send in former:
        if send.operation != operation:
            continue
        if not send.own and (send.key == row.key or _same_product(row, send)) and _same_person(row.person, send.person):
            return Sign(row.position, row.key, "other_keys", send)
        if send.own and send.key != row.key and operation == "orders" and _same_product(row, send):
            return Sign(row.position, row.key, "other_product", send)
    return None


def _same_product(row: Candidate, send: KnownSend) -> bool:
    return bool(row.person.product) and row.person.product == send.person.product


def _same_person(one: Person, other: Person) -> bool:
    return (one.email is not None and one.email == other.email) or (one.name is not None and one.name == other.name)


def _other_id(row: Candidate, sends: Sequence[KnownSend]) -> Sign | None:
    """Whether the same person got the same under an id that is not in this sheet."""
    for send in sends:
        person = send.person
        if person.product != row.person.product:
            continue
        if row.person.name is None or person.name is None or row.person.name == person.name:
            return Sign(row.position, row.key, "other_ids", send)
    return None


def _other_person(row: Candidate, former: Sequence[KnownSend]) -> Sign | None:
    """Whether everybody who was known under this id has another name and another e-mail."""
    person = row.person
    if person.email is None:
        return None
    own = [send for send in former if send.own and send.person.email]
    strangers = [send for send in own if not _same_person(person, send.person)]
    if not strangers:
        return None
    holders = _holders(own)
    if not holders or any(send not in strangers for send in holders):
        return None
    newest = max(holders, key=lambda send: send.claimed_at)
    sure = person.name is not None and newest.person.name is not None
    return Sign(row.position, row.key, OTHER_PEOPLE, newest, sure)


def _holders(own: Sequence[KnownSend]) -> Sequence[KnownSend]:
    """Return the sends that say whose an id is: an account's reference may be that of several people."""
    accounts = {send.person.email for send in own if send.operation == "createAccount"}
    return own if len(accounts) < 2 else [send for send in own if send.operation != "createAccount"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the signs of a sheet come to."""

    reason: str | None
    """Why the sheet is held back; None where it goes out."""
    signs: Sequence[Sign]
    """Those that the verdict is about: of a sheet that is held back the signs for it, else every sign to be told."""


def weigh(signs: Sequence[Sign], going: int) -> Verdict:
    """Hold a sheet back where at least half of the rows that would go out, and three, have a sign."""
    twins = [sign for sign in signs if sign.reason != OTHER_PEOPLE]
    strangers = [sign for sign in signs if sign.reason == OTHER_PEOPLE]
    for alike in (twins, strangers):
        if len(alike) >= ENOUGH and 2 * len(alike) >= going:
            counted = Counter(sign.reason for sign in alike)
            return Verdict(max(REASONS, key=lambda reason: counted[reason]), alike)
    return Verdict(None, [sign for sign in signs if sign.sure])
