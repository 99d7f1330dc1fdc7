"""The catalogue of what the hub says when it says no: code → English, French. A text never holds a value.

The English text goes to machines (OperationOutcome, HL7 ERR), the French one to screens and French senders.
"""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    # JSON (hub.fhir)
    "json-duplicate-key": ("An object gives the same key twice", "Un objet donne deux fois la même clé"),
    "json-malformed": ("Not readable as UTF-8 JSON", "Illisible comme JSON en UTF-8"),
    "json-not-object": ("One JSON object is expected", "Un seul objet JSON est attendu"),
    "json-number": ("A number has too many digits or is not finite", "Un nombre a trop de chiffres ou n’est pas fini"),
    "json-too-deep": ("Objects nested too deeply", "Objets trop imbriqués"),
    "json-too-large": ("The body is larger than this door takes", "Le corps dépasse la taille admise ici"),
    "not-found": ("Not found", "Introuvable"),
    # Settings (hub.settings)
    "setting-missing": ("Missing", "Manque"),
    "setting-no-file": ("The file cannot be read", "Le fichier est illisible"),
    "setting-not-a-choice": ("Not one of the known values", "Ne fait pas partie des valeurs connues"),
    "setting-not-a-database": (
        "Not a sqlite:// or postgresql:// address",
        "N’est pas une adresse sqlite:// ou postgresql://",
    ),
    "setting-not-a-number": ("Not a whole number", "N’est pas un nombre entier"),
    "setting-not-an-origin": (
        "Must be a scheme, a host and perhaps a port, nothing more",
        "Doit être un schéma, un hôte et au besoin un port, rien de plus",
    ),
    "setting-not-https": ("Must be https", "Doit être en https"),
    "setting-open-file": (
        "Other accounts may read the file: chmod 600",
        "D’autres comptes lisent ce fichier : chmod 600",
    ),
    "setting-out-of-range": ("Out of the range that .env.example gives", "Hors des bornes données par .env.example"),
    "setting-unknown": ("No such setting; misspelt?", "Réglage inconnu ; faute de frappe ?"),
    "setting-weak": ("Too weak: see .env.example", "Trop faible : voir .env.example"),
    # Readiness (hub.readiness, hub check)
    "check-disk": ("Less than 1 GiB free", "Moins de 1 Gio libre"),
    "check-ready": ("Ready.", "Prêt."),
    "ready-database": ("The database does not answer", "La base de données ne répond pas"),
    "ready-migrations": (
        "The tables are not at this release's version",
        "Les tables ne sont pas à la version attendue",
    ),
    "ready-seal-key": ("The seal key cannot be used", "La clé de scellement est inutilisable"),
    # HTTP (hub.faults)
    "http-bad-request": ("Bad request", "Requête incorrecte"),
    "http-fault": ("The hub failed", "Le service a échoué"),
    "http-media-type": ("This media type is not taken here", "Ce type de contenu n’est pas admis ici"),
    "http-method": ("This method is not taken here", "Cette méthode n’est pas admise ici"),
    "http-too-large": ("Too large", "Trop volumineux"),
    # Commands (hub.cli)
    "cli-check": ("Says what is missing and how to put it right", "Dit ce qui manque et comment y remédier"),
    "cli-demo-only": ("This command exists only in the demo", "Cette commande n’existe qu’en démonstration"),
    "cli-hub": ("Maillage, a care-coordination hub", "Maillage, plateforme de coordination des parcours"),
    "cli-init": (
        "Makes the seal key and the tables; harmless again",
        "Crée la clé et les tables ; sans effet la fois suivante",
    ),
    "cli-init-done": ("Tables made.", "Tables créées."),
    "cli-init-key": ("Seal key made.", "Clé de scellement créée."),
    "cli-init-nothing": ("Nothing to do: the tables are up to date.", "Rien à faire : les tables sont à jour."),
    "cli-init-would": ("Would make or update the tables.", "Créerait ou mettrait à jour les tables."),
    "cli-serve": ("Serves the hub", "Met la plateforme en service"),
    "cli-version": ("Says which release this is", "Donne le numéro de version"),
    "cli-version-is": ("Maillage", "Maillage"),
}


def text(code: str, language: str = "en") -> str:
    """The sentence for `code` in `en` or `fr`; KeyError on an unknown code (a test sweeps the code base)."""
    english, french = TEXTS[code]
    return french if language == "fr" else english
