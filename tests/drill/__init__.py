"""The drill: a hub whose processes, database, disk, log and clock fail while demands come in (`docs/operations.md` §5)."""
