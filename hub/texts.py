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
    # what a message of any door may lack or hold wrong (adapters)
    "bad-attachment": ("A document is not in its announced encoding", "Un document n’a pas l’encodage annoncé"),
    "bad-date": ("Not a date or time of the calendar", "Ce n’est pas une date ou une heure du calendrier"),
    "malformed": ("Not readable as a message of this kind", "Illisible comme message de ce type"),
    "required-missing": ("A required value is missing", "Une valeur obligatoire manque"),
    "several-persons": ("One person a message is expected", "Une seule personne par message est attendue"),
    "unsupported-type": ("Messages of this type are not taken here", "Les messages de ce type ne sont pas pris ici"),
    # HL7 v2 (adapters.hl7v2)
    "hl7-charset": ("The bytes are not in the declared charset", "Les octets n’ont pas le jeu de caractères annoncé"),
    "hl7-delimiters": ("MSH-1 and MSH-2 cannot delimit", "MSH-1 et MSH-2 ne peuvent pas délimiter"),
    "hl7-not-a-segment": ("A line is not a segment", "Une ligne n’est pas un segment"),
    "hl7-order-control": ("Only new orders are taken as referrals", "Seules les nouvelles demandes sont prises"),
    "hl7-processing-id": ("P, T or D is expected", "P, T ou D est attendu"),
    "hl7-several-messages": ("Send one message at a time", "Envoyez un message à la fois"),
    "hl7-too-large": ("The message is larger than 5 MiB", "Le message dépasse 5 Mio"),
    "hl7-too-many-parts": ("Too many segments, fields or repetitions", "Trop de segments, de champs ou de répétitions"),
    "hl7-version": ("A version 2 of HL7 is expected", "Une version 2 de HL7 est attendue"),
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
    # Partners and access (hub.record.partners, hub.auth, hub.bearer, hub.scopes)
    "auth-insecure-transport": (
        "Unset this variable: it allows OAuth without TLS",
        "Retirez cette variable : elle permet OAuth sans TLS",
    ),
    "auth-version": (
        "This library is not in the versions that were tried",
        "Cette bibliothèque n’est pas dans les versions éprouvées",
    ),
    "client-id": (
        "A client id is 1 to 64 letters, digits, dots, hyphens or underscores",
        "Un identifiant de client a 1 à 64 lettres, chiffres, points, tirets ou soulignés",
    ),
    "client-known": (
        "A client with this name, or this key, is registered already",
        "Un client de ce nom, ou cette clé, est déjà enregistré",
    ),
    "client-party": (
        "A client belongs to an organisation: Organization/<id>",
        "Un client appartient à une structure : Organization/<id>",
    ),
    "client-role": ("A client has one role", "Un client a un rôle, et un seul"),
    "client-source": ("A source is a short lower-case word", "Une source est un mot court en minuscules"),
    "key-kid": ("A key needs a kid of 1 to 255 characters", "Une clé demande un kid de 1 à 255 caractères"),
    "key-kind": (
        "A key is EC P-384 (ES384) or RSA of at least 2048 bits (RS384)",
        "Une clé est EC P-384 (ES384) ou RSA d’au moins 2048 bits (RS384)",
    ),
    "key-known": (
        "This kid was used already; a new key needs a new one",
        "Ce kid a déjà servi ; une nouvelle clé en demande un nouveau",
    ),
    "key-private": (
        "This is a private key: make a new one and give its public half",
        "C’est une clé privée : faites-en une autre et donnez sa moitié publique",
    ),
    "scope-constrained": ("Scopes with a query are not offered", "Les portées avec un filtre ne sont pas offertes"),
    "scope-missing": ("A scope is required", "Une portée est requise"),
    "scope-not-system": ("A machine has system/ scopes only", "Une machine n’a que des portées system/"),
    "scope-outside": (
        "This scope is outside the client’s registration",
        "Cette portée sort de l’enregistrement du client",
    ),
    "scope-unknown": ("This scope is not one that the hub knows", "Cette portée n’est pas connue"),
    "token-invalid": ("The access token is not valid", "Le jeton d’accès n’est pas valable"),
    "token-required": ("An access token is required", "Un jeton d’accès est requis"),
    "token-twice": ("Two Authorization headers came with one request", "Deux en-têtes Authorization dans une requête"),
}


def text(code: str, language: str = "en") -> str:
    """The sentence for `code` in `en` or `fr`; KeyError on an unknown code (a test sweeps the code base)."""
    english, french = TEXTS[code]
    return french if language == "fr" else english
