"""A home folder on a network share is refused before anything is written there (D25)."""

from pathlib import Path

import pytest

from storage import local_disk
from storage.errors import StorageFailed
from storage.local_disk import find_file_system, refuse_network_share
from storage.store import Store

MOUNTS = """\
22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw
30 22 0:40 / /mnt/plant rw,relatime shared:9 - nfs4 server:/plant rw
31 30 8:2 / /mnt/plant/local rw - xfs /dev/sdb1 rw
32 22 0:41 / /mnt/with\\040blank rw - cifs //server/share rw
33 22 0:42 / /home/me/remote rw - fuse.sshfs me@server:/ rw
34 22 0:43 / /data rw - fuse.ntfs-3g /dev/sdc1 rw
a line that is none
"""


@pytest.fixture(autouse=True)
def mounts(tmp_path, monkeypatch):
    path = tmp_path / "mountinfo"
    path.write_text(MOUNTS)
    monkeypatch.setattr(local_disk, "MOUNTS", path)
    return path


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/var/lib/station", "ext4"),
        ("/mnt/plant/station", "nfs4"),
        ("/mnt/plant", "nfs4"),
        ("/mnt/plantation", "ext4"),
        ("/mnt/plant/local/station", "xfs"),
        ("/mnt/with blank/station", "cifs"),
        ("/data/station", "fuse.ntfs-3g"),
    ],
)
def test_the_file_system_is_that_of_the_nearest_mount(folder, kind):
    assert find_file_system(Path(folder)) == kind


@pytest.mark.parametrize(
    "folder", ["/mnt/plant/station", "/mnt/with blank/a", "/home/me/remote/station", r"\\server\share\station"]
)
def test_d25_a_network_share_is_refused_with_what_to_do(folder):
    with pytest.raises(StorageFailed, match="choose a folder on a disk of this computer"):
        refuse_network_share(Path(folder))


@pytest.mark.parametrize("folder", ["/var/lib/station", "/mnt/plant/local/station", "/data/station"])
def test_a_local_disk_is_taken(folder):
    refuse_network_share(Path(folder))


def test_a_system_that_does_not_tell_refuses_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(local_disk, "MOUNTS", tmp_path / "not there")

    assert find_file_system(tmp_path) == ""
    refuse_network_share(tmp_path)


def test_d25_a_store_on_a_share_is_not_even_made(tmp_path, mounts):
    home = tmp_path / "station"
    mounts.write_text(f"30 22 0:40 / {tmp_path} rw - nfs server:/plant rw\n")

    with pytest.raises(StorageFailed, match="network share"):
        Store.open(home, application_version="1")
    assert not home.exists()
