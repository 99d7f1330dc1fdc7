"""The sections of the record and their extracts as pages call them. The French is that of `config/sections.toml`; the catalogue
has the English of the words that are listed here. A section whose words are not listed keeps its French ones in English too.
"""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

WORDS = (
    _l("Identité"),
    _l("Entourage et cercle d'accompagnement"),
    _l("Droits et administratif"),
    _l("Situation sociale"),
    _l("Logement"),
    _l("Ressources"),
    _l("Autonomie"),
    _l("Santé"),
    _l("Santé mentale"),
    _l("Traitements"),
    _l("Proche aidant"),
    _l("Objectifs"),
    _l("Plan et activités"),
    _l("Actions"),
    _l("Cahier de liaison"),
    _l("Évaluations"),
    _l("Accords et oppositions"),
    _l("Journal des accès"),
    _l("nom d'usage, premier prénom, sexe, adresse, téléphone"),
    _l("ALD, APA, mesure de protection : oui ou non, et le contact du représentant"),
    _l("vit seul ou non, entourage présent, langue"),
    _l("vit seul, étage, ascenseur, clés, retour à domicile possible"),
    _l("difficulté financière : oui, non, inconnu ; droits en cours d'ouverture"),
    _l("le GIR"),
    _l("les besoins d'aide, une phrase par activité"),
    _l("maladie chronique suivie, hospitalisation récente, maladie neuro-évolutive"),
    _l("titres des problèmes, sans résultats"),
    _l("suivi par un CMP, son contact, consignes de sécurité"),
    _l("le niveau de charge, sans les réponses"),
    _l("l'intitulé et l'état de l'objectif"),
    _l("qui intervient déjà, avec un contact, sans le contenu"),
    _l("intitulé, acteur, état, échéance"),
    _l("quelle évaluation, quand, par qui"),
    _l("le partage est-il permis avec moi : oui ou non"),
    _l("heure, acteur, geste, type, issue ; la personne sous pseudonyme"),
)


def translate_section(french: str) -> str:
    """The name of a section or an extract in the language of the reader."""
    return str(gettext(french))
