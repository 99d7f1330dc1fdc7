"""The hub under granian instead of gunicorn: `python config/granian_server.py`, with the same settings.

granian parses HTTP in Rust, which costs less CPU a request. It ends slow requests at their headers alone, so a proxy that sends
whole requests must be in front of it: `deploy/nginx/maillage.conf` does.
"""

import os
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from hub.http.metrics_folder import make_metrics_folder
from hub.settings.settings import load


def build_server() -> Granian:
    """Build the server of the settings in the environment. Each worker opens the application after its fork."""
    settings = load(os.environ)
    return Granian(
        "wsgi:app",
        settings.host,
        settings.port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=settings.workers,
        blocking_threads=settings.threads,
        # Seconds of nginx's own deadline, in milliseconds; as many bytes of a head as nginx lets pass.
        http1_settings=HTTP1Settings(header_read_timeout=10_000, max_buffer_size=64 * 1024),
        # Warnings quote request lines, which contain names when a search is malformed.
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=20,
        working_dir=Path(__file__).parents[1],
    )


def main() -> None:
    settings = load(os.environ)
    # Files that the hub writes, such as an SQLite record, are readable by its own account alone.
    os.umask(0o077)
    folder = make_metrics_folder(settings.var, f"{settings.host}:{settings.port}")
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    try:
        build_server().serve()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
