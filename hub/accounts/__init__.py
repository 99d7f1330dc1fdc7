"""People's accounts: sign-in, sessions, acting contexts, factors, roles (`docs/security.md` §2).

What is decided is in functions of values; what is kept is in `hub.record.accounts`. No page is here: `hub.desk` asks, and shows.
"""
