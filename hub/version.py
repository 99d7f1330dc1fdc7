"""Which release this is; the same number as in `pyproject.toml` and in `CHANGELOG.md` (a test compares)."""

VERSION = "0.1.0"
