"""Programs for developers: none of them is needed to run the hub."""
