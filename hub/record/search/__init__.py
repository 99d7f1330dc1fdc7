"""Search within the slice: what can be asked, what is indexed, how it is answered."""
