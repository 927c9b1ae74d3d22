"""The true state behind the API, one ledger a mode: who exists, what was ordered, what was paid.

What the reference promises is kept (one `customer.id`, one CLABE), and nothing more: a repeated order is a second
order, a repeated 2019-06 account a second sub-account.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from .records import (
    SETTLED,
    Account,
    Clabe,
    Deposit,
    Effect,
    Key,
    LedgerState,
    Order,
    Subaccount,
    Transaction,
    cents,
    default_expiry,
    deposit_lines,
    digest,
    free_clabe,
    identifier,
    iva,
    order_fee,
)


class RefusedError(Exception):
    """What the API answers 400 to, with the reason."""


@dataclass(frozen=True, slots=True)
class Cause:
    """The request that makes something happen: when, under which id, and bytes of its own to name things by."""

    at: datetime
    request_id: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Contact:
    """A customer as a request names them."""

    name: str
    email: str
    phone: str | None


@dataclass(frozen=True, slots=True)
class Wish:
    """An order as a request asks for it."""

    product_id: str
    product_name: str
    price: Decimal
    currency: str
    url: str | None
    expires_at: datetime | None


class Ledger:
    """One mode's books. Not locked: whoever shares it over threads locks it."""

    def __init__(self, mode: str, seed: int, order_life: timedelta | None = None) -> None:
        """Open empty books; `order_life` None means the life of the documented order."""
        self.mode = mode
        self.order_life = order_life
        self.accounts: dict[str, Account] = {}
        self.subaccounts: dict[str, list[Subaccount]] = {}
        self.clabes: dict[str, Clabe] = {}
        self.orders: dict[str, Order] = {}
        self.deposits: list[Deposit] = []
        self.transactions: dict[str, list[Transaction]] = {}
        self.effects: list[Effect] = []
        self._seed = seed
        self._by_customer: dict[str, str] = {}
        self._orders_of: dict[str, list[str]] = {}

    # -- what the API's calls do

    def create_order(self, wish: Wish, customer_id: str, contact: Contact, cause: Cause) -> Order:
        """Make an order, always a new one, on the customer's CLABE.

        Raises:
            RefusedError: `expiresAt` has passed.
        """
        expires_at = wish.expires_at or self._default_expiry(cause.at)
        if expires_at <= cause.at:
            raise RefusedError("expiresAt lies in the past")
        fee = order_fee(wish.price)
        order = Order(
            order_id=f"ch_{identifier(digest('order', cause.digest.hex()))}",
            short_id=cause.digest.hex()[:8].upper(),
            product_id=wish.product_id,
            product_name=wish.product_name,
            price=wish.price,
            currency=wish.currency,
            url=wish.url,
            customer_id=customer_id,
            name=contact.name,
            email=contact.email,
            phone=contact.phone,
            clabe=self._customer_clabe(customer_id, contact, cause).clabe,
            fee=fee,
            iva=iva(fee),
            status="PENDING",
            created_at=cause.at,
            updated_at=cause.at,
            expires_at=expires_at,
            request_id=cause.request_id,
        )
        self.orders[order.order_id] = order
        self._orders_of.setdefault(order.clabe, []).append(order.order_id)
        self._happened("order", (wish.product_id, customer_id), cause)
        return order

    def create_clabe(
        self, customer_id: str, contact: Contact, amount: Decimal | None, expires_at: datetime | None, cause: Cause
    ) -> Clabe:
        """Return the customer's CLABE, the same for ever; a repeat changes its settings, and writes to them again.

        Raises:
            RefusedError: `exp_date` has passed.
        """
        if expires_at is not None and expires_at <= cause.at:
            raise RefusedError("payment.exp_date lies in the past")
        if customer_id in self._by_customer:
            self._happened("clabe_again", (customer_id,), cause)
        known = self._customer_clabe(customer_id, contact, cause)
        clabe = replace(
            known,
            email=contact.email,
            phone=contact.phone,
            unlimited=True,
            amount=amount,
            expires_at=expires_at,
            updated_at=cause.at,
        )
        self.clabes[clabe.clabe] = clabe
        self._notify(contact, cause)
        return clabe

    def create_subaccounts(
        self, account_id: str, name: str, customers: Sequence[tuple[str | None, Contact]], cause: Cause
    ) -> list[Subaccount]:
        """Add customers to an account, which is made at its first mention, and keeps its first name.

        A customer with an id of their own (edition 2019-08) must be new to the account: a repeated id refuses the whole
        call. One without (2019-06) is always a new sub-account.

        Raises:
            RefusedError: an id that the account, or this very call, has already.
        """
        ids = [given for given, _ in customers if given is not None]
        known = {item.subaccount_id for item in self.subaccounts.get(account_id, ())}
        repeated = next((id_ for place, id_ in enumerate(ids) if id_ in known or id_ in ids[:place]), None)
        if repeated is not None:
            raise RefusedError(f"customers.id must be unique: {repeated} exists")
        if account_id not in self.accounts:
            self.accounts[account_id] = Account(account_id, 151 + len(self.accounts), name, cause.at)
            self._happened("account", (account_id,), cause)
        return [self._add_subaccount(account_id, given, contact, cause) for given, contact in customers]

    def order(self, order_id: str, now: datetime) -> Order | None:
        """Return an order as it stands now."""
        order = self.orders.get(order_id)
        if order is not None and order.status == "PENDING" and order.expires_at <= now:
            order = replace(order, status="EXPIRED", updated_at=order.expires_at)
            self.orders[order_id] = order
        return order

    def account(self, account_id: str) -> Account | None:
        """Find an account by its id, or by the number that the edition between gives it."""
        found = self.accounts.get(account_id)
        return found or next((value for value in self.accounts.values() if str(value.number) == account_id), None)

    def balance(self, account_id: str) -> Decimal:
        """Add up an account's settled transaction lines."""
        lines = self.transactions.get(account_id, ())
        return sum((line.amount for line in lines if line.status == SETTLED), Decimal(0))

    # -- what people and banks do

    def pay(self, order_id: str, amount: Decimal | None, cause: Cause) -> Order:
        """Transfer an order's price, or another amount, to its CLABE.

        Raises:
            LookupError: no such order.
        """
        order = self.orders.get(order_id)
        if order is None:
            raise LookupError(f"no order {order_id!r}")
        self.deposit(order.clabe, order.price if amount is None else amount, cause, first=order_id)
        return self.orders[order_id]

    def deposit(
        self, clabe: str, amount: Decimal, cause: Cause, first: str | None = None, status: str = SETTLED
    ) -> Deposit:
        """Transfer an amount to a CLABE: it is credited, or returned with the reason.

        A sub-account's deposit becomes lines of its account. One that is not settled (`status`) moves nothing. Else it
        pays the oldest open order (`first` before all others) of exactly this price; with no such order only a CLABE
        of createClabe keeps it.

        Raises:
            LookupError: nobody was given this CLABE.
            ValueError: an amount that is not more than nothing.
        """
        target = self.clabes.get(clabe)
        if target is None:
            raise LookupError(f"no CLABE {clabe!r}")
        if amount <= 0:
            raise ValueError("a deposit must be more than 0")
        amount = cents(amount)
        settled = status == SETTLED
        order = next(self._open_orders(clabe, amount, cause.at, first), None) if settled else None
        reason = "" if order else self._refusal(target, amount, cause.at, status)
        deposit = Deposit(
            tracking_key=f"{int.from_bytes(digest('spei', cause.digest.hex())[:8], 'big') % 10**18:018d}",
            clabe=clabe,
            amount=amount,
            at=cause.at,
            credited=not reason,
            reason=reason,
            order_id=order.order_id if order else None,
        )
        self.deposits.append(deposit)
        if settled:
            self._settle(deposit, order, cause)
        if target.account_id is not None and (deposit.credited or not settled):
            self._book(target.account_id, deposit, status)
        return deposit

    def _refusal(self, target: Clabe, amount: Decimal, at: datetime, status: str) -> str:
        return _refusal(target, amount, at) if status == SETTLED else status

    def _settle(self, deposit: Deposit, order: Order | None, cause: Cause) -> None:
        self._happened("deposit" if deposit.credited else "returned", (deposit.clabe,), cause)
        if order:
            self.orders[order.order_id] = replace(order, status="ACCEPTED", updated_at=cause.at)
            self._happened("payment", (order.order_id,), cause)

    def give_back(self, which: str, amount: Decimal | None, cause: Cause) -> Transaction:
        """Give a credited deposit back, or a part of it: a line of its account, under the deposit's tracking key.

        Raises:
            LookupError: no deposit of an account has this tracking key, or came to this CLABE.
            ValueError: more than was deposited, or not more than nothing.
        """
        credited = (one for one in reversed(self.deposits) if one.credited and which in (one.tracking_key, one.clabe))
        deposit = next(credited, None)
        target = self.clabes.get(deposit.clabe) if deposit else None
        if deposit is None or target is None or target.account_id is None:
            raise LookupError(f"no deposit {which!r} of an account")
        amount = deposit.amount if amount is None else cents(amount)
        if not 0 < amount <= deposit.amount:
            raise ValueError("more than was deposited, or nothing")
        lines = self.transactions[target.account_id]
        line = Transaction(
            transaction_id=identifier(digest(deposit.tracking_key, target.account_id, len(lines), "back")),
            account_id=target.account_id,
            clabe=deposit.clabe,
            at=cause.at,
            amount=-amount,
            status=SETTLED,
            description="Devolución",
            reference=deposit.tracking_key,
        )
        lines.append(line)
        self._happened("returned", (deposit.clabe,), cause)
        return line

    def state(self, now: datetime) -> LedgerState:
        """Copy the books as they stand now."""
        for order_id in self.orders:
            self.order(order_id, now)
        return LedgerState(
            mode=self.mode,
            now=now,
            accounts=tuple(self.accounts.values()),
            subaccounts=tuple(item for group in self.subaccounts.values() for item in group),
            clabes=tuple(self.clabes.values()),
            orders=tuple(self.orders.values()),
            deposits=tuple(self.deposits),
            transactions=tuple(line for lines in self.transactions.values() for line in lines),
            effects=tuple(self.effects),
        )

    # -- how

    def _default_expiry(self, now: datetime) -> datetime:
        return default_expiry(now) if self.order_life is None else now + self.order_life

    def _customer_clabe(self, customer_id: str, contact: Contact, cause: Cause) -> Clabe:
        known = self._by_customer.get(customer_id)
        if known is not None:
            return self.clabes[known]
        clabe = self._new_clabe(("customer", customer_id), contact, cause, owner=customer_id)
        self._by_customer[customer_id] = clabe.clabe
        self._happened("clabe", (customer_id,), cause)
        return clabe

    def _new_clabe(
        self, identity: Key, contact: Contact, cause: Cause, *, owner: str, account_id: str | None = None
    ) -> Clabe:
        """Number it by identity, not by arrival, so that the same requests give the same CLABEs in any order."""
        clabe = Clabe(
            clabe=free_clabe(digest(self._seed, self.mode, *identity), self.clabes),
            owner=owner,
            account_id=account_id,
            email=contact.email,
            phone=contact.phone,
            unlimited=account_id is not None,
            amount=None,
            expires_at=None,
            created_at=cause.at,
            updated_at=cause.at,
        )
        self.clabes[clabe.clabe] = clabe
        return clabe

    def _add_subaccount(self, account_id: str, given: str | None, contact: Contact, cause: Cause) -> Subaccount:
        others = self.subaccounts.setdefault(account_id, [])
        same = sum(other.name == contact.name for other in others)
        own_id = given or f"{account_id}-{len(others) + 1}"
        identity = ("id", given) if given else ("name", contact.name, str(same))
        clabe = self._new_clabe((account_id, *identity), contact, cause, owner=own_id, account_id=account_id)
        subaccount = Subaccount(
            account_id=account_id,
            subaccount_id=own_id,
            name=contact.name,
            email=contact.email,
            phone=contact.phone,
            clabe=clabe.clabe,
            created_at=cause.at,
            request_id=cause.request_id,
        )
        others.append(subaccount)
        self._happened("subaccount", (account_id, given or contact.name), cause)
        self._notify(contact, cause)
        return subaccount

    def _open_orders(self, clabe: str, amount: Decimal, at: datetime, first: str | None) -> Iterator[Order]:
        ids = self._orders_of.get(clabe, [])
        for order_id in sorted(ids, key=lambda one: one != first):
            order = self.orders[order_id]
            if order.status != "ACCEPTED" and order.price == amount and order.created_at <= at < order.expires_at:
                yield order

    def _book(self, account_id: str, deposit: Deposit, status: str) -> None:
        lines = self.transactions.setdefault(account_id, [])
        booked = deposit_lines(deposit.amount)
        for place, (words, amount) in enumerate(booked if status == SETTLED else booked[:1]):
            lines.append(
                Transaction(
                    transaction_id=identifier(digest(deposit.tracking_key, account_id, place)),
                    account_id=account_id,
                    clabe=deposit.clabe,
                    at=deposit.at,
                    amount=amount,
                    status=status,
                    description=words,
                    reference=deposit.tracking_key,
                )
            )

    def _notify(self, contact: Contact, cause: Cause) -> None:
        """Write to the customer, as the reference says of createClabe and createAccount."""
        self._happened("mail", (contact.email,), cause)
        if contact.phone is not None:
            self._happened("sms", (contact.phone,), cause)

    def _happened(self, kind: str, key: Key, cause: Cause) -> None:
        self.effects.append(Effect(cause.at, kind, key, cause.request_id))


def _refusal(clabe: Clabe, amount: Decimal, at: datetime) -> str:
    if not clabe.unlimited:
        return "no open order of this amount"
    if clabe.expires_at is not None and clabe.expires_at <= at:
        return "the CLABE has expired"
    if clabe.amount is not None and clabe.amount != amount:
        return f"the CLABE takes {clabe.amount} only"
    return ""
