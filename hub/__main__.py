"""`python -m hub <command>`."""

import sys

from hub.cli import main

sys.exit(main(sys.argv[1:]))
