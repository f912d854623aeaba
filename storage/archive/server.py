"""The connection to an archive's PostgreSQL server: addresses, what is said of them, and connections to one station.

A password may stand in the address, in PGPASSWORD or in the password file of PostgreSQL; it is never said or recorded.
"""

from __future__ import annotations

from typing import Any

import psycopg
from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

from storage.archive.errors import ArchiveFailed, explain_error
from storage.archive.text_columns import register_text

DRIVER = "postgresql+psycopg"
_OURS = frozenset({"postgresql", "postgres", DRIVER})
_CONNECT: dict[str, Any] = {
    "connect_timeout": 10,
    "application_name": "anomalygpt",
    # A cable that was pulled is noticed within half a minute, whatever the system's defaults are.
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
_READING: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


def read_address(address: str) -> URL:
    """Return the address as the driver wants it; `ArchiveFailed` for what is none."""
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        url = None
    if url is None or url.drivername not in _OURS or not url.database:
        raise ArchiveFailed(
            "This is no address of an archive; write it as postgresql://USER@SERVER:5432/DATABASE, with the password in"
            " PGPASSWORD."
        )
    return url.set(drivername=DRIVER)


def name_server(url: URL) -> str:
    """Return server and database in words, without user and password."""
    host = url.host or str(url.query.get("host", "")) or "this computer"
    port = url.port or url.query.get("port", "")
    return f"{host}:{port}/{url.database}" if port else f"{host}/{url.database}"


def open_archive(address: str, namespace: str | None = None, *, is_reading: bool = False) -> Engine:
    """Return an engine for the archive, or for one station in it; nothing is connected yet.

    Every error of the server comes out as a known error. `is_reading` sees one snapshot and cannot write.
    """
    url = read_address(address)
    engine = create_engine(
        url, connect_args=_CONNECT, hide_parameters=True, execution_options=_READING if is_reading else {}
    )
    server = name_server(url)

    def prepare(connection: psycopg.Connection[Any], _: ConnectionPoolEntry) -> None:
        register_text(connection)
        if namespace is not None:
            connection.execute(f'SET search_path TO "{namespace}"')  # names are made by `stations`, of safe letters
            connection.commit()

    def explain(context: ExceptionContext) -> None:
        known = explain_error(context, server)
        if known is not None:
            raise known from context.original_exception

    event.listen(engine, "connect", prepare)
    event.listen(engine, "handle_error", explain)
    return engine
