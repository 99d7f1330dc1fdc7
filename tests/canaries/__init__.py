"""A record full of canaries, where each of them stands, and who may see it, said by hand: see `tests.contracts.test_slices`."""
