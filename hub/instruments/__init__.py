"""Instruments whose scoring is public: what the answers of a form come to. Pure; knows no FHIR."""
