"""A real PostgreSQL server for tests: found on this machine, run in a folder of its own, stopped afterwards.

PostgreSQL refuses to run as root, so that root runs it as the user "postgres" or "nobody".
"""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
from contextlib import contextmanager
from pathlib import Path

import psycopg

PASSWORD = "geheim-sesame"
USER = "plant"


class Server:
    """A running server; each test gets a database of its own."""

    def __init__(self, port):
        self.port = port

    def address(self, database="postgres", password=PASSWORD):
        return f"postgresql://{USER}:{password}@127.0.0.1:{self.port}/{database}"

    def make_database(self):
        name = f"plant_{secrets.token_hex(6)}"
        with psycopg.connect(self.address(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")
        return self.address(name)


def find_programs():
    """The folder of initdb and postgres, newest version first; None where PostgreSQL is not installed."""
    folders = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda folder: float(folder.parent.name) if folder.parent.name.replace(".", "").isdecimal() else 0.0,
        reverse=True,
    )
    on_path = shutil.which("postgres")
    return next((folder for folder in [*folders, *([Path(on_path).parent] if on_path else [])]), None)


def find_runner():
    """What to put before a command so that it does not run as root, and who then owns the files."""
    if os.geteuid() != 0:
        return [], None
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"], user
    return None, None


@contextmanager
def run_server(folder):
    """Start a server in a folder, wait until it answers, and stop it when the block ends."""
    programs, (runner, owner) = find_programs(), find_runner()
    data, secret, port = folder / "data", folder / "password", _find_port()
    secret.write_text(PASSWORD)
    if owner is not None:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        os.chown(secret, owner.pw_uid, owner.pw_gid)
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    initdb = ["initdb", "-D", data, "-U", USER, f"--pwfile={secret}", "-A", "scram-sha-256", "-E", "UTF8", "--no-sync"]
    _run([*runner, programs / initdb[0], *initdb[1:]], folder, environment)
    settings = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    control = [*runner, programs / "pg_ctl", "-D", data, "-w", "-l", data / "server.log"]
    _run([*control, "-o", settings, "start"], folder, environment)
    try:
        yield Server(port)
    finally:
        _run([*control, "-m", "immediate", "stop"], folder, environment)


def _run(command, folder, environment):
    found = subprocess.run(
        list(map(str, command)),
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
        timeout=120,
    )
    assert found.returncode == 0, found.stderr.decode(errors="replace")


def _find_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
