"""The plant-wide archive: many stations' records copied to one PostgreSQL server, each chain in a schema of its own."""
