"""The operator's settings, read once from the environment. `.env.example` describes each variable.

`load(os.environ)` returns a frozen `Settings` or raises one `Invalid` with everything that is missing or weak
(`docs/contract.md` §2; `docs/security.md` §6.4). Nothing else in the hub reads the environment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from hub.domain.errors import Invalid, Problem
from hub.domain.normalization.addresses import is_loopback
from hub.settings import seal_keys
from hub.settings.environment import DEMO, PRODUCTION, find_folder, read_environment


@dataclass(frozen=True)
class Limits:
    """The limits of one request and of one client (`docs/security.md` §5.3): bytes of `body`, entries of a `batch`, requests a
    second (`rate`, with `burst`), open `sessions` of one account. 0 means no limit for `rate` and `sessions`."""

    body: int
    batch: int
    rate: int
    burst: int
    sessions: int


@dataclass(frozen=True)
class Work:
    """Settings of the worker (`docs/contract.md` §2). `delays`: seconds before each further attempt of a delivery. How many days
    it keeps notifications (`notice_days`), and the bytes of hospital notices about people who are not followed (`noted_days`).
    `dead_days`: how many days it keeps messages that were refused or never answered; `journal_days`: traces and the journal of
    accesses."""

    delays: tuple[int, ...]
    notice_days: int
    noted_days: int
    dead_days: int
    journal_days: int


# The demo accepts whole caseloads in one Bundle and has no rate limit, for load tools, and its accounts are shared by whoever
# tries it (`docs/contract.md` §6).
_LIMITS = {
    DEMO: Limits(body=5 * 1024 * 1024, batch=1_000, rate=0, burst=0, sessions=0),
    PRODUCTION: Limits(body=2 * 1024 * 1024, batch=50, rate=10, burst=40, sessions=5),
}


@dataclass(frozen=True)
class Settings:
    """All settings. `var`: the folder in which the hub writes. `base_url` has no slash at its end. `seal_keys`: AES-SIV keys, the
    present one first. `proxies`: the number of reverse proxies in front of the hub, whose X-Forwarded-For is trusted. `idp_file`:
    the operator's page of identity providers, if there is one. `connections`: those of one worker process to the database, for
    readings, and as many for writes."""

    env: str
    var: Path
    database_url: str
    base_url: str
    host: str
    port: int
    seal_keys: tuple[bytes, ...] = field(repr=False)
    workers: int
    threads: int
    proxies: int
    metrics_token: str = field(repr=False)
    limits: Limits
    work: Work
    idp_file: Path | None = None
    demand_days: int = 90
    connections: int = 4

    @property
    def demo(self) -> bool:
        return self.env == DEMO


def load(environment: Mapping[str, str]) -> Settings:
    """Read `environment`; an empty value counts as absent.

    Raises Invalid with a Problem for every setting that is missing or weak, all at once. In the demo a seal key is
    made under `HUB_VAR` when there is none.
    """
    values, problems = read_environment(environment)
    env, var = values.get("env", PRODUCTION), find_folder(environment)
    base_url = values["base_url"].rstrip("/")
    if env == DEMO and not base_url:
        base_url = f"http://127.0.0.1:{values.get('port')}"
    problems += _check_base_url(base_url, demo=env == DEMO)
    if not _is_possible_folder(var):
        raise Invalid(*problems, Problem("setting-no-folder", "HUB_VAR"))
    keys, faults = _load_seal_keys(values, var, demo=env == DEMO)
    if problems or faults:
        raise Invalid(*problems, *faults)
    usual = _LIMITS[env]
    return Settings(
        env=env,
        var=var,
        database_url=values["demo_database_url" if env == DEMO else "database_url"]
        or f"sqlite:///{var / 'hub.sqlite'}",
        base_url=base_url,
        host=values["host"],
        port=values["port"],
        seal_keys=keys,
        workers=values["workers"],
        threads=values["threads"],
        proxies=values["proxies"],
        metrics_token=values["metrics_token"],
        limits=Limits(
            **{name: values[name] if values[name] is not None else getattr(usual, name) for name in vars(usual)}
        ),
        work=Work(
            tuple(map(int, values["delays"].split())),
            values["notice_days"],
            values["noted_days"],
            values["dead_days"],
            values["journal_days"],
        ),
        idp_file=Path(values["idp_file"]) if values["idp_file"] else None,
        demand_days=values["demand_days"],
        connections=values["connections"],
    )


def _is_possible_folder(path: Path) -> bool:
    """Return whether `path` is a folder, or could be made one: the first part of it that exists is a folder."""
    try:
        return next(part for part in (path, *path.parents) if part.exists()).is_dir()
    except OSError:
        return False


def _check_base_url(url: str, *, demo: bool) -> list[Problem]:
    """Return what is wrong with HUB_BASE_URL: the issuer and the FHIR base derive from it, so it must be an https origin."""
    if not url:
        return [Problem("setting-missing", "HUB_BASE_URL")]
    try:
        parts = urlsplit(url)
        host, origin = parts.hostname or "", f"{parts.scheme}://{parts.netloc}"
    except ValueError:
        host, origin = "", ""
    if not host or origin != url or "@" in url:
        return [Problem("setting-not-an-origin", "HUB_BASE_URL")]
    if parts.scheme == "https" or (demo and parts.scheme == "http" and is_loopback(host)):
        return []
    return [Problem("setting-not-https", "HUB_BASE_URL")]


def _load_seal_keys(values: Mapping[str, Any], var: Path, *, demo: bool) -> tuple[tuple[bytes, ...], list[Problem]]:
    keys, problems = [], []
    for name in ("HUB_SEAL_KEY", "HUB_SEAL_KEY_PREVIOUS"):
        inline, file = values[name.removeprefix("HUB_").lower()], values[f"{name.removeprefix('HUB_')}_file".lower()]
        try:
            if inline:
                keys.append(seal_keys.decode(inline))
            elif file:
                keys.append(seal_keys.read(Path(file)))
            elif name == "HUB_SEAL_KEY":
                keys.append(_load_own_seal_key(var, demo=demo))
        except Invalid as fault:
            problems.append(Problem(fault.problems[0].code, fault.problems[0].where or name))
    return tuple(keys), problems


def _load_own_seal_key(var: Path, *, demo: bool) -> bytes:
    path = seal_keys.get_path(var)
    if demo:
        try:
            seal_keys.make(path)
        except OSError:
            raise Invalid("setting-no-folder", where="HUB_VAR") from None
    elif not path.exists():
        raise Invalid("setting-missing")
    return seal_keys.read(path)
