"""How gunicorn serves the hub. Started by `python -m hub serve`, or `gunicorn -c config/gunicorn.py wsgi:app`."""

import os
import shutil
import sys
from pathlib import Path

# gunicorn reads this page before it looks for `wsgi:app`, perhaps from another working directory.
sys.path.insert(0, str(Path(__file__).parents[1]))

from hub.settings.settings import load

_settings = load(os.environ)

bind = f"{_settings.host}:{_settings.port}"
workers = _settings.workers
worker_class = "gthread"
threads = _settings.threads

# Each worker opens its own database connections: nothing is loaded before the fork.
preload_app = False
# What the hub writes, such as an SQLite record, is for its own account alone.
umask = 0o077
# Above the idle time of a proxy's upstream connections (60 s in nginx), else it meets closed ones.
keepalive = 75
timeout = 30
graceful_timeout = 20
limit_request_line = 8190
limit_request_fields = 100
limit_request_field_size = 8190

# gunicorn would open a control socket under the account's home: two hubs of one account would share it.
control_socket_disable = True
# No header of a request changes its path, scheme or address here; HUB_PROXY says which proxies are believed.
forwarded_allow_ips = ""
# gunicorn's warnings quote request lines, which hold names when a search is malformed.
loglevel = "error"

# The workers' figures meet in one folder. Those of an earlier run are forgotten.
_figures = _settings.var / "metrics" / str(_settings.port)
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(_figures)


def on_starting(server: object) -> None:
    del server
    shutil.rmtree(_figures, ignore_errors=True)
    _figures.mkdir(parents=True)


def child_exit(server: object, worker: object) -> None:
    from prometheus_client import multiprocess  # it reads the folder's name when it is imported

    del server
    multiprocess.mark_process_dead(worker.pid)
