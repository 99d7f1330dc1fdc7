"""Assessment tools whose scoring is public: the score of a form's answers. Pure, without FHIR."""
