"""Errors of the storage room, sorted by whose fault they are.

`KnownError` is what the world did: its text is one sentence for a person, naming the thing, what is wrong and what to
do next. Everything else that escapes is our bug and is reported whole. How either is shown is left to the caller.
"""

from __future__ import annotations


class KnownError(Exception):
    """Something outside the program is not as it should be; the message is the sentence to show."""


class InvalidRecord(KnownError):
    """A value handed in cannot be kept: an empty name, a reason too short, a number that is none."""


class DatabaseLocked(KnownError):
    """Another program has held the audit database for longer than we wait."""


class DiskFull(KnownError):
    """There is no room left; nothing was recorded."""


class ReadOnly(KnownError):
    """The home folder or a file in it cannot be written."""


class StorageFailed(KnownError):
    """The disk reported an error while reading or writing."""


class NewerDatabase(KnownError):
    """The audit database was written by a newer version of the application."""


class DamagedDatabase(KnownError):
    """The audit database cannot be read or is not the one this application makes."""


class ChangedDatabase(DamagedDatabase):
    """The audit database can be read, but lacks tables or columns: another version or another program changed it."""


class MissingBlob(KnownError):
    """A photo or map the database cites is not in the blob folder."""


class PurgedBlob(KnownError):
    """A photo or map is not in the blob folder any more because its time was over and two people agreed."""


class DamagedBlob(KnownError):
    """A photo or map in the blob folder is not the one that was recorded."""


class UnknownProduct(KnownError):
    """No product, or no version of it, has this name."""


class UnknownReference(KnownError):
    """The product has no reference with this number."""


class UnknownInspection(KnownError):
    """No inspection has this number."""


class ProductExists(KnownError):
    """A product of this name is already there."""


class UnknownAccount(KnownError):
    """No account has this name."""


class AccountExists(KnownError):
    """An account of this name is already there."""


class UnknownPurge(KnownError):
    """No purge has this number."""


class BackupFailed(KnownError):
    """A backup or restore could not be made or did not verify."""
