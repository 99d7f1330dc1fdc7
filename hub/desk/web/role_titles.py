"""The roles as pages call and describe them. The French is that of `config/roles.toml`; the catalogue has the English
of the sentences that are listed here. A role whose sentences are not listed keeps its French ones in English too.
"""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from hub.domain.roles import load_roles

TITLES = (
    _l("Agent du guichet intégré"),
    _l("Gestionnaire de cas, coordonnateur de parcours"),
    _l("Médecin traitant"),
    _l("Clinicien hospitalier"),
    _l("Assistant de service social hospitalier"),
    _l("Équipe du centre médico-psychologique"),
    _l("Service de soins infirmiers à domicile"),
    _l("Service d'aide à domicile"),
    _l("Équipe médico-sociale de l'APA"),
    _l("Centre communal d'action sociale"),
    _l("Pilote du territoire"),
    _l("La personne"),
    _l("Personne de confiance"),
    _l("Proche aidant"),
    _l("Représentant légal"),
    _l("Administrateur technique"),
    _l("Délégué à la protection des données"),
    _l("Système d'une structure adresseuse"),
)
DESCRIPTIONS = (
    _l("Reçoit chaque demande, identifie la personne, oriente. Voit de quoi orienter, et rien du soin."),
    _l(
        "Tient le plan avec la personne, du premier entretien à la sortie. Voit tout ce que coordonner "
        "demande ; la santé mentale avec l'accord de la personne."
    ),
    _l(
        "Soigne la personne et répond de son suivi médical. Voit la santé entière ; des ressources, "
        "seulement s'il y a une difficulté."
    ),
    _l(
        "Soigne pendant le séjour, de la veille de l'admission à trente jours après la sortie. Ne voit rien des ressources."
    ),
    _l("Prépare la sortie avec la personne. Voit la situation sociale ; de la santé, les titres des problèmes."),
    _l("Soigne en psychiatrie. Écrit la santé mentale ; des ressources, ne voit rien."),
    _l(
        "Soigne à domicile. Voit la santé et les traitements ; de la santé mentale, les consignes de sécurité et avec accord."
    ),
    _l(
        "Aide la personne chez elle. Voit où aller, qui prévenir, de quoi la personne a besoin, et ses propres actions."
    ),
    _l("Évalue les douze dimensions du référentiel et propose le plan d'aide. De la santé, les titres des problèmes."),
    _l("Ouvre les droits et accompagne. De l'autonomie, le GIR seul ; de la santé, rien."),
    _l("Anime la concertation et les moyens. Ne voit que des chiffres, jamais une personne."),
    _l(
        "Voit son dossier, écrit ses attentes, ses accords, ses oppositions, et qui a vu quoi. L'évaluation "
        "de son aidant appartient à l'aidant."
    ),
    _l("Accompagne et témoigne de la volonté de la personne. Ne voit que ce que la personne permet."),
    _l("Aide au quotidien. Voit ce que son aide demande, ses propres actions, et sa propre charge."),
    _l("Agit selon la mesure de protection : droits, ressources, logement. De la santé, les titres des problèmes."),
    _l("Tient la machine. Ne voit aucune personne."),
    _l("Contrôle les accès et les accords. Voit des traces, pas de contenu."),
    _l("Envoie des demandes et suit les siennes. Ne voit que ce qu'il a envoyé."),
)


def get_role_title(role: str) -> str:
    """The title of a role in the language of the reader; the role's name where the policy does not have it any more."""
    known = load_roles().get(role)
    return str(gettext(known.title)) if known else role


def describe_role(role: str) -> str:
    """What a role does and sees, in the language of the reader; "" where the policy does not have the role any more."""
    known = load_roles().get(role)
    return str(gettext(known.describes)) if known else ""
