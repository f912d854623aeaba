"""Refuses a home folder on a network share: file locks that SQLite relies on do not hold there.

https://www.sqlite.org/howtocorrupt.html, 2.1, and https://www.sqlite.org/wal.html: WAL needs shared memory, and so one
machine. Linux says what a folder lies on in `/proc/self/mountinfo`; Windows' shares are known by their names. Elsewhere
nothing is refused.
"""

from __future__ import annotations

from pathlib import Path

from storage.errors import StorageFailed

# 9p is left out: virtual machines and containers have their own disks behind it.
NETWORK_TYPES = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "ceph", "glusterfs", "lustre", "beegfs", "davfs"}
)
NETWORK_PREFIXES = ("fuse.sshfs", "fuse.rclone", "fuse.davfs", "fuse.s3fs", "fuse.glusterfs", "fuse.ceph", "fuse.smb")
"""File systems in user space say what they are behind the dot."""
MOUNTS = Path("/proc/self/mountinfo")


def refuse_network_share(home: Path) -> None:
    """Raise `StorageFailed` when a home folder, there or to be made, lies on a network share."""
    if str(home).startswith("\\\\"):
        raise _refusal(home, "a Windows share")
    kind = find_file_system(home)
    if kind in NETWORK_TYPES or kind.startswith(NETWORK_PREFIXES):
        raise _refusal(home, kind)


def find_file_system(path: Path) -> str:
    """Return the type of the file system a path lies on, such as "ext4"; "" where the system does not tell."""
    try:
        lines = MOUNTS.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
        wanted = path.resolve()
    except OSError:
        return ""
    mounted = (_read_mount(line) for line in lines if " - " in line)
    holding = [
        (len(place.parts), number, kind) for number, (place, kind) in enumerate(mounted) if _holds(place, wanted)
    ]
    return max(holding)[2] if holding else ""


def _read_mount(line: str) -> tuple[Path, str]:
    """Where something is mounted, and of which type; proc(5), /proc/pid/mountinfo."""
    before, _, after = line.partition(" - ")
    place = before.split()[4].encode("latin-1", "replace").decode("unicode_escape")
    return Path(place), after.split()[0]


def _holds(place: Path, wanted: Path) -> bool:
    return place == wanted or place in wanted.parents


def _refusal(home: Path, kind: str) -> StorageFailed:
    return StorageFailed(
        f"The home folder {home} lies on a network share ({kind}), where records cannot be kept safely; choose a folder"
        " on a disk of this computer and back it up to the share."
    )
