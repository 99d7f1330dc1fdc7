"""The door of social services: tables of demands, one row a person. `adapters.social.csv` reads, `answer` replies."""
