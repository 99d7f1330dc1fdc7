"""The marks by which a sender hides a document from professionals, from the person or from her representatives.

Source: ANS, TRE_A07-StatutVisibiliteDocument, and "Transmission de documents CDA en HL7v2" (MetaDMPMSS). The hub hides nothing
from a party for a sender, so no adapter takes such a document: the hub would show what was to be hidden.
"""

from __future__ import annotations

FLAGS = {
    "MASQUE_PS": "hidden-from-professionals",
    "INVISIBLE_PATIENT": "hidden-from-person",
    "INVISIBLE_REP_LEGAUX": "hidden-from-representatives",
    "INVISIBLE_REPRESENTANTS_LEGAUX": "hidden-from-representatives",
    "CONNEXION_SECRETE": "hidden-from-representatives",
}
"""Code of a mark → code of the refusal."""
