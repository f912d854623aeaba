"""One window per home folder: a second start hands its files to the first and ends.

A lock file says that there is a first one, a local socket reaches it. The lock of a program that was killed names a
process that is gone; it is taken over. What the first does with the files is the window's affair.
"""

from __future__ import annotations

import getpass
import hashlib
import json
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, Qt, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import QWidget

LOCK_FILE = "window.lock"
PATIENCE_MS = 3_000
"""How long a second start waits for the first to take its files."""
_MOST_BYTES = 1_000_000
"""No honest message is longer; more is not read."""
_TAKEN = b"taken\n"


class StartKind(StrEnum):
    """What a start found."""

    FIRST = "first"
    """No other window has this home folder; open one."""
    HANDED_OVER = "handed over"
    """The first window has the files and comes to the front; end."""
    NO_ANSWER = "no answer"
    """Another process holds the home folder and does not answer; say so and end."""
    NO_LOCK = "no lock"
    """The home folder takes no lock file, as on a disk that is read-only; open a window all the same."""


class SingleInstance(QObject):
    """Holds a home folder for one window. Keep it for as long as the program runs."""

    files_received = Signal(list)
    """Files (list[Path], often none) of a second start; the window comes to the front."""

    def __init__(self, home: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._home = home
        self._name = name_server(home)
        self._lock = QLockFile(str(home / LOCK_FILE))
        # A lock never grows old: only a process that is gone gives it up, however long a window stays open.
        self._lock.setStaleLockTime(0)
        self._server = QLocalServer(self)
        self._sockets: list[QLocalSocket] = []
        """Second starts that are talking; methods, not closures, hear them, because those would outlive the server."""
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._accept)

    def start(self, files: Sequence[Path] = ()) -> StartKind:
        """Become the first, or hand the files to it."""
        self._home.mkdir(parents=True, exist_ok=True) if not self._home.exists() else None
        if self._lock.tryLock(0):
            # What a killed program left behind; nobody else listens, because we hold the lock.
            QLocalServer.removeServer(self._name)
            self._server.listen(self._name)
            return StartKind.FIRST
        if self._lock.error() != QLockFile.LockError.LockFailedError:
            return StartKind.NO_LOCK
        return StartKind.HANDED_OVER if self._hand_over(files) else StartKind.NO_ANSWER

    def close(self) -> None:
        """Let the next start be the first."""
        self._server.close()
        self._sockets.clear()
        self._lock.unlock()

    def _hand_over(self, files: Sequence[Path]) -> bool:
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(PATIENCE_MS):
            return False
        message = {"files": [str(path.absolute()) for path in files]}
        socket.write(json.dumps(message).encode("ascii") + b"\n")
        socket.waitForBytesWritten(PATIENCE_MS)
        answered = socket.waitForReadyRead(PATIENCE_MS) and bytes(socket.readAll().data()) == _TAKEN
        socket.disconnectFromServer()
        return answered

    def _accept(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            self._sockets.append(socket)
            socket.readyRead.connect(self._read_all)
            socket.disconnected.connect(self._drop_closed)
        self._read_all()

    def _read_all(self) -> None:
        for socket in list(self._sockets):
            self._read(socket)

    def _drop_closed(self) -> None:
        closed = [
            socket for socket in self._sockets if socket.state() == QLocalSocket.LocalSocketState.UnconnectedState
        ]
        for socket in closed:
            self._sockets.remove(socket)
            socket.deleteLater()

    def _read(self, socket: QLocalSocket) -> None:
        if not socket.canReadLine():
            if socket.bytesAvailable() > _MOST_BYTES:
                socket.abort()
            return
        files = parse_message(bytes(socket.readLine().data()))
        if files is None:
            socket.abort()
            return
        socket.write(_TAKEN)
        socket.flush()
        self.files_received.emit(files)


def name_server(home: Path) -> str:
    """Return the name of the local socket of a home folder: short, the same for every start of one user."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError, ImportError):
        user = ""
    digest = hashlib.sha256(f"{user}\0{home.expanduser().resolve()}".encode()).hexdigest()
    return f"anomalygpt-{digest[:24]}"


def parse_message(data: bytes) -> list[Path] | None:
    """Return the files of a message; None when it is none."""
    try:
        message = json.loads(data)
        names = message["files"]
    except (ValueError, KeyError, TypeError):
        return None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return None
    return [Path(name) for name in names]


def bring_to_front(window: QWidget) -> None:
    """Show a window that is minimised or covered, without changing its size."""
    window.setWindowState((window.windowState() & ~Qt.WindowState.WindowMinimized) | Qt.WindowState.WindowActive)
    window.show()
    window.raise_()
    window.activateWindow()
