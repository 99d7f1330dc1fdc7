"""The desk's own rows about a demand: notes, and decisions that are held (`docs/parts.md` 36, 40).

They are read by the read session of an actor, under one predicate (`sight`); `hub.record.repository.desk` opens the sessions.
"""
