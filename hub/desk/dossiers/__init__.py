"""A person's record as the reader's role sees it, and the one search box that leads to it."""
