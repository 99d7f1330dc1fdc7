"""The configuration of gunicorn, for `python -m hub serve` or `gunicorn -c config/gunicorn.py wsgi:app`."""

import os
import shutil
import sys
from pathlib import Path

# gunicorn reads this file before it imports `wsgi:app`, perhaps from another working directory.
sys.path.insert(0, str(Path(__file__).parents[1]))

from hub.http.gunicorn_log import DeathLogger
from hub.http.gunicorn_worker import BufferingWorker
from hub.http.metrics_folder import make_metrics_folder
from hub.settings.settings import load

_settings = load(os.environ)

bind = f"{_settings.host}:{_settings.port}"
workers = _settings.workers
# gthread, with deadlines: clients that send or fetch slowly hold no thread.
worker_class = BufferingWorker
BufferingWorker.body_limit = _settings.limits.body
threads = _settings.threads
# Clients of one worker at a time. Their sockets and the database's stay below the usual limit of 1024 open files.
worker_connections = 500

# Each worker opens its own database connections, so the application is not loaded before the fork.
preload_app = False
# Files that the hub writes, such as an SQLite record, are readable by its own account alone.
umask = 0o077
# Longer than a proxy keeps idle upstream connections (60 s in nginx), so that it never uses a closed one.
keepalive = 75
timeout = 30
graceful_timeout = 20
limit_request_line = 8190
limit_request_fields = 100
limit_request_field_size = 8190

# gunicorn would open a control socket under the home of the account, which two hubs of one account would share.
control_socket_disable = True
# gunicorn trusts no forwarding header; HUB_PROXY says how many proxies the application trusts.
forwarded_allow_ips = ""
# Warnings of gunicorn quote request lines, which contain names when a search is malformed.
loglevel = "error"

# Deaths of workers are logged all the same.
logger_class = DeathLogger


def on_starting(server: object) -> None:
    """Make the folder to which all workers write their metrics; prometheus_client reads its name when a worker imports it."""
    del server
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(make_metrics_folder(_settings.var, bind))


def on_exit(server: object) -> None:
    """Delete that folder."""
    del server
    shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)


def child_exit(server: object, worker: object) -> None:
    """Remove the gauges of a worker that has ended."""
    from prometheus_client import multiprocess  # it reads PROMETHEUS_MULTIPROC_DIR when it is imported

    del server
    multiprocess.mark_process_dead(worker.pid)
