"""The page on which a demand by telephone, at the counter or by letter is written down."""
