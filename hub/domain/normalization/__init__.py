"""Texts in the one form in which they are compared or counted."""
