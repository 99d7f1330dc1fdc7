"""The pages of administrators, `/admin/…`: partners, keys, rights, sources, accounts. They say nothing of who is followed."""
