"""Message formats: bytes in, a `Referral` or a `Movement` out, and an answer back. Adapters import no FHIR model, no
database and no Flask.
"""
