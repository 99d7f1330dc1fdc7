"""The WSGI application, for `gunicorn -c config/gunicorn.py wsgi:app`."""

import os

from hub.app import create_app
from hub.settings.settings import load

app = create_app(load(os.environ))
