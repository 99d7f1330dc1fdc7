"""How fast the hub is, against a floor measured in the same run: `make bench`."""
