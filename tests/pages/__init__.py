"""Every page that a person can open, in a browser: pictures (`make screens`) and accessibility (`make a11y`).

A page joins by one line in the list of its site (`sites.py`): its path and the role of who looks.
"""
