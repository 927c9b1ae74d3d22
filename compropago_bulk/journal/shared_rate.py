"""The slots of all processes that share a journal's server, by the server's own clock."""

from __future__ import annotations

from sqlalchemy import Connection, text

from .database import Database

_NOW = "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)"
_SLOT = text(f"""
    INSERT INTO compropago_paces AS pace (scope, next_at, not_before) VALUES (:scope, {_NOW} + :interval, 0)
    ON CONFLICT (scope) DO UPDATE
    SET next_at = GREATEST(pace.next_at, pace.not_before, {_NOW} - :tolerance) + :interval
    RETURNING next_at - :interval - {_NOW}
""")  # noqa: S608 - made of constants
_PAUSE = text(f"""
    INSERT INTO compropago_paces AS pace (scope, next_at, not_before) VALUES (:scope, {_NOW}, {_NOW} + :pause)
    ON CONFLICT (scope) DO UPDATE SET not_before = GREATEST(pace.not_before, {_NOW} + :pause)
""")  # noqa: S608 - made of constants
_MICRO = 1_000_000


class ServerPace:
    """Gives out slots, one row's worth of state for each account."""

    def __init__(self, database: Database, scope: int) -> None:
        self._database, self._scope = database, scope

    def slot(self, interval: float, tolerance: float) -> float:
        """Reserve the next slot and give the seconds until it."""
        values = {"scope": self._scope, "interval": round(interval * _MICRO), "tolerance": round(tolerance * _MICRO)}

        def work(connection: Connection) -> int:
            return int(connection.execute(_SLOT, values).scalar_one())

        return max(0.0, self._database.write(work, lasting=False) / _MICRO)

    def pause(self, seconds: float) -> None:
        """Hold all processes still."""
        values = {"scope": self._scope, "pause": round(seconds * _MICRO)}
        self._database.write(lambda connection: connection.execute(_PAUSE, values), lasting=False)
