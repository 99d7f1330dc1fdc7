"""Fetch the files of other projects that the desk serves or its tests use, and compare them with their hashes.

    python -m hub.desk.tools.vendor

Each folder of `FOLDERS` has a VENDOR.toml that names packages of the npm registry, their version and licence, and for each
stored file its path in the package and its SHA-256. The files are written only when every hash agrees. To take another
version, change it in VENDOR.toml, run this program, and copy the hashes that it prints after reading what changed.
Needs npm; nothing else in the repository does for the desk.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]
FOLDERS = (ROOT / "hub" / "desk" / "vendor", ROOT / "tests" / "hub" / "desk" / "vendor")


@dataclass(frozen=True)
class VendoredFile:
    """`path` in the repository, `origin` in the package, and the hexadecimal SHA-256 of its bytes."""

    path: Path
    origin: str
    sha256: str


@dataclass(frozen=True)
class VendoredPackage:
    """A package of the npm registry at one version, with the files of it that are stored here."""

    name: str
    version: str
    licence: str
    source: str
    files: tuple[VendoredFile, ...]


def read_manifest(folder: Path) -> list[VendoredPackage]:
    """The packages of `folder`/VENDOR.toml. KeyError when an entry lacks a field."""
    entries = tomllib.loads((folder / "VENDOR.toml").read_text("utf-8"))["package"]
    return [_read_package(folder, entry) for entry in entries]


def _read_package(folder: Path, entry: dict[str, str | list[dict[str, str]]]) -> VendoredPackage:
    files = tuple(
        VendoredFile(folder / file["path"], file["origin"], file["sha256"])
        for file in entry["files"]
        if isinstance(file, dict)
    )
    return VendoredPackage(
        str(entry["name"]), str(entry["version"]), str(entry["licence"]), str(entry["source"]), files
    )


def compute_sha256(content: bytes) -> str:
    """The hexadecimal SHA-256 of `content`."""
    return hashlib.sha256(content).hexdigest()


def fetch(package: VendoredPackage) -> dict[Path, bytes]:
    """The files of `package` from the registry, by their path in the repository. CalledProcessError when npm fails."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--silent", f"{package.name}@{package.version}"]
        archive = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()
        with tarfile.open(Path(folder) / archive) as content:
            return {file.path: _read_member(content, f"package/{file.origin}") for file in package.files}


def _read_member(archive: tarfile.TarFile, name: str) -> bytes:
    member = archive.extractfile(name)
    if member is None:
        raise FileNotFoundError(name)
    return member.read()


def main() -> int:
    """Fetch every package; 1 and the differing hashes when a file is not what its manifest says."""
    fetched: dict[Path, bytes] = {}
    differing = []
    for package in (package for folder in FOLDERS for package in read_manifest(folder)):
        contents = fetch(package)
        for file in package.files:
            if (actual := compute_sha256(contents[file.path])) != file.sha256:
                differing.append(f"{package.name}@{package.version} {file.origin}: {actual}")
        fetched |= contents
    if differing:
        print("\n".join(differing), file=sys.stderr)
        return 1
    for path, content in fetched.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    print(f"{len(fetched)} files agree with their hashes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
