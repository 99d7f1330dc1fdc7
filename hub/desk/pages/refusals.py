"""What pages say when the core of accounts refuses something: each sentence says what to do."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from hub.domain.errors import HubError

_SENTENCES = {
    "password-short": _l("Choisissez au moins 12 caractères : une petite phrase convient bien."),
    "password-long": _l("Choisissez au plus 128 caractères."),
    "password-nul": _l("Retapez le mot de passe : il contient un caractère qui ne se tape pas."),
    "password-common": _l(
        "Ce mot de passe se devine trop vite. Prenez plusieurs mots, sans rapport avec vous ni avec le lieu."
    ),
    "code-wrong": _l("Ce code n'est pas le bon. Attendez le suivant, et vérifiez l'heure de votre téléphone."),
    "passkey-refused": _l("Cette clé d'accès n'a pas été acceptée. Recommencez, ou prenez l'autre moyen."),
    "passkey-taken": _l("Cette clé d'accès est déjà enregistrée. Prenez-en une autre."),
    "factor-last": _l("C'est votre dernier moyen de vous connecter. Ajoutez-en un autre avant de le retirer."),
}
# The field that a code is about.
_FIELDS = {"code-wrong": "code", "passkey-refused": "cle", "passkey-taken": "cle", "factor-last": "cle"}


def describe_refusal(refusal: HubError) -> dict[str, str]:
    """The errors of a form, by field. Raises what it was given when no sentence is known for it."""
    code = refusal.problems[0].code
    if code not in _SENTENCES:
        raise refusal
    return {_FIELDS.get(code, "mot_de_passe"): str(_SENTENCES[code])}
