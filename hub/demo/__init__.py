"""The fictitious territory of `make demo`: who is in it, what is sent, and what each role then sees."""
