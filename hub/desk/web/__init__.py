"""What carries every page: who opens it, its cookies and forged posts, its frame, and the table of routes.

`routes.PageRoute` is a line of that table (`hub.desk.table.PAGES`); `installation.install_desk` serves it. A view is a function
of a `visit.Visit`, which knows the session, its acting context and the record that is opened for it.
"""
