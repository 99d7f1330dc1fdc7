"""The rows of people's accounts: each module holds the statements of one kind of row (`docs/security.md` §2)."""
