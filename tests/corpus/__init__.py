"""A corpus of requests with their answers and their SQL, to show that a refactoring changes nothing.

`python -m tests.corpus record FILE` runs some seven hundred requests, commands and deliveries on a new hub with a fixed clock
and fixed random numbers, and writes for each the status, the headers, the body, the line of the log, and the SQL statements
with their values and the rows fetched; last comes a digest of every table. `python -m tests.corpus compare A B` prints each
difference between two such files, and exits with 1 when there is one.

To record another version of the code, copy this folder into its tree and run the command there. The corpus depends on
what does not move: `wsgi.py`, `python -m hub`, HTTP, the drivers of the databases, and three tables of clients.
"""
