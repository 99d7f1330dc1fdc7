"""What the desk holds itself to: its opening hours and terms, and its criteria of admission."""
