"""The outside world, read: bytes in, a `Referral` out. No FHIR model, no database, no Flask lives here."""
