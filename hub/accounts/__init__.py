"""Accounts of people: sign-in, sessions, acting contexts, factors, assignments (`docs/security.md` §2).

`hub.record.accounts` stores them. There are no pages here: those of `hub.desk` call these functions.
"""
