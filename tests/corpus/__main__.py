"""`python -m tests.corpus record FILE` and `python -m tests.corpus compare A B`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from tests.corpus.compare import compare, read
from tests.corpus.record import record


def main() -> int:
    """0, or 1 when two recordings differ."""
    parser = argparse.ArgumentParser(prog="python -m tests.corpus")
    commands = parser.add_subparsers(dest="command", required=True)
    recording = commands.add_parser("record", help="record the corpus on the code of this tree")
    recording.add_argument("file", type=Path)
    recording.add_argument("--postgres", action="store_true", help="on a PostgreSQL made for it, instead of SQLite")
    comparing = commands.add_parser("compare", help="print each difference between two recordings")
    comparing.add_argument("first", type=Path)
    comparing.add_argument("second", type=Path)
    comparing.add_argument("--ignore", nargs="+", default=[], help="fields that may differ, such as command.body")
    asked = parser.parse_args()
    if asked.command == "record":
        _fix_hashes()
        asked.file.parent.mkdir(parents=True, exist_ok=True)
        print(f"{record(asked.file.resolve(), on_postgres=asked.postgres)} entries in {asked.file}")
        return 0
    differences = compare(asked.first, asked.second, asked.ignore)
    print(*(differences or [f"{len(read(asked.first))} entries, no difference"]), sep="\n")
    return 1 if differences else 0


def _fix_hashes() -> None:
    """Begin again with the hashes of strings fixed: they decide the order of sets."""
    if os.environ.get("PYTHONHASHSEED") != "0":
        os.execve(
            sys.executable, [sys.executable, "-m", "tests.corpus", *sys.argv[1:]], os.environ | {"PYTHONHASHSEED": "0"}
        )


if __name__ == "__main__":
    sys.exit(main())
