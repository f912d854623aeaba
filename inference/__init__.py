"""Photos in, verdicts, masks and words out. No Qt, no SQL: see `station` for what joins this to the audit database."""
