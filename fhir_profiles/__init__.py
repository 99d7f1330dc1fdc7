"""What our FHIR promises: code systems, profiles and the names of both as constants."""
