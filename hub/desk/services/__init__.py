"""The directory of services: what exists, said by the services themselves, with the date of their word."""
