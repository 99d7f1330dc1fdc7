"""A corpus of requests with their answers and their SQL, to show that a refactoring changes nothing.

`python -m tests.corpus record FILE` runs some 3 200 requests, sixty commands and the deliveries of the worker on a new hub
with a fixed clock and fixed random numbers. For each it writes the status, the headers, the body, the line of the log, and
the SQL statements with a digest of their values and the number of rows fetched; last comes a digest of every table.
`python -m tests.corpus compare A B` prints each difference between two such files and exits with 1 when there are any;
with `--ignore command.body request.body` and the like, only those in other fields.

To record another version of the code, copy this folder into its tree and run the command there: the corpus depends only on
`wsgi.py`, `python -m hub`, HTTP, the drivers of the databases, the tables of clients, and the messages of the adapters' tests.
"""
