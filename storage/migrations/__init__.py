"""The numbered steps from one schema of the audit database to the next, run by Alembic from inside the program."""
