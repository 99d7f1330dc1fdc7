"""The help of the command line, in English and French: commands, arguments, options, and the words around them.

Results and problems are in `hub.domain.messages`, under their codes.
"""

from __future__ import annotations

from typing import Final

Text = tuple[str, str]

# "hub partner add" → what the command does. "hub partner add --name" → the option of that command; "--dry-run" → the
# option of every command that has no text of its own for it. Arguments are named like options: "hub backup FILE", "CLIENT".
HELP: Final[dict[str, Text]] = {
    "hub": ("Maillage, a care-coordination hub.", "Maillage, plateforme de coordination des parcours."),
    "hub init": (
        "Create the folder, the seal key and the database tables, or update the tables. Can be run again.",
        "Crée le dossier, la clé de scellement et les tables, ou met les tables à jour. Peut être relancée.",
    ),
    "hub check": (
        "List what is missing or wrong in the settings, the database and the disk.",
        "Liste ce qui manque ou ne va pas dans les réglages, la base de données et le disque.",
    ),
    "hub demo": (
        "Start the hub with a fictitious territory and send one referral through each adapter.",
        "Démarre la plateforme sur un territoire fictif et envoie une demande par chaque adaptateur.",
    ),
    "hub demo --once": ("Stop after the referrals.", "S’arrête après les demandes."),
    "hub serve": ("Serve the hub over HTTP.", "Met la plateforme en service en HTTP."),
    "hub worker": (
        "Deliver notifications, index access traces and delete what has expired.",
        "Envoie les notifications, indexe les traces d’accès et supprime ce qui a expiré.",
    ),
    "hub worker --once": (
        "Do the work that is waiting, then stop.",
        "Fait le travail en attente, puis s’arrête.",
    ),
    "hub organisation": (
        "Manage the organisations of the directory, for which software and people act.",
        "Gère les structures de l’annuaire, au nom desquelles agissent logiciels et personnes.",
    ),
    "hub organisation add": ("Enter an organisation in the directory.", "Inscrit une structure dans l’annuaire."),
    "hub organisation add ID": (
        "Identifier of the organisation: letters, digits, dots and hyphens.",
        "Identifiant de la structure : lettres, chiffres, points et tirets.",
    ),
    "hub organisation add --name": ("Name of the organisation.", "Nom de la structure."),
    "hub organisation add --category": (
        "Category of the ROR, such as 10 for a psychiatric centre: what its name would reveal is kept from who may not know.",
        "Catégorie du ROR, par exemple 10 pour un CMP : ce que son seul nom révélerait est tu à qui ne doit pas le savoir.",
    ),
    "hub organisation list": (
        "List the organisations with the roles that act for them.",
        "Liste les structures et les rôles qui agissent en leur nom.",
    ),
    "hub user": ("Manage people’s accounts.", "Gère les comptes des personnes."),
    "hub user add": (
        "Add an account with one role and print the link by which its owner sets it up within 24 hours.",
        "Ouvre un compte avec un rôle et écrit le lien par lequel son titulaire le met en place sous 24 heures.",
    ),
    "hub user add --name": ("Name of the person.", "Nom de la personne."),
    "hub user role": (
        "Give an account another role, or end one. The last administrator keeps theirs.",
        "Donne un autre rôle à un compte, ou en retire un. La dernière administration garde le sien.",
    ),
    "hub user role --end": ("End the role, from the next request on.", "Retire le rôle, dès la prochaine requête."),
    "hub user link": (
        "Print a new one-time link, for an account that has none or whose owner lost a password, a telephone or a key.",
        "Écrit un nouveau lien à usage unique, pour un premier accès ou après une perte : mot de passe, téléphone, clé.",
    ),
    "hub user link --why": (
        "Reason, required when the account was set up already; it is kept.",
        "Motif, obligatoire si le compte était déjà en place ; il est conservé.",
    ),
    "hub user offboard": (
        "Close an account with its roles, sessions, links, password and keys, at once.",
        "Ferme un compte avec ses rôles, sessions, liens, mot de passe et clés, d’un coup.",
    ),
    "hub user offboard --why": ("Reason; it is kept.", "Motif ; il est conservé."),
    "hub user list": ("List the accounts with their roles.", "Liste les comptes et leurs rôles."),
    "hub key": ("Manage the keys of clients.", "Gère les clés des clients."),
    "hub key new": (
        "Make a pair of keys for a client: FILE holds the private one, FILE.pub the public one to register.",
        "Fabrique une paire de clés pour un client : FICHIER contient la clé privée, FICHIER.pub la publique à enregistrer.",
    ),
    "hub key new --file": ("File to create.", "Fichier à créer."),
    "hub key list": (
        "List the keys that count, those that end first at the top.",
        "Liste les clés valables, en tête celles qui finissent d’abord.",
    ),
    "hub key list [CLIENT]": ("Only the keys of this client.", "Seulement les clés de ce client."),
    "hub key retire": (
        "Refuse a key from now on. The last key of a client stays: suspend the client instead.",
        "Refuse une clé dès maintenant. La dernière clé d’un client reste : suspendez plutôt le client.",
    ),
    "hub key assertion": (
        "Print what a client sends to the token endpoint in place of a password: signed, good for four minutes.",
        "Écrit ce qu’un client envoie au serveur de jetons en guise de mot de passe : signé, bon quatre minutes.",
    ),
    "hub key assertion --file": ("File with the private key (JWK).", "Fichier de la clé privée (JWK)."),
    "hub key assertion --url": (
        "Token endpoint; by default that of this hub.",
        "Serveur de jetons ; par défaut celui de cette plateforme.",
    ),
    "KID": ("Identifier of the key (kid).", "Identifiant de la clé (kid)."),
    "LOGIN": ("Login of the account.", "Identifiant du compte."),
    "--party": (
        "Organisation as Organization/ID; for a person or a relative their own Patient/ID or RelatedPerson/ID.",
        "Structure, sous la forme Organization/ID ; pour une personne ou un proche, son Patient/ID ou RelatedPerson/ID.",
    ),
    "--role": ("Role, from config/roles.toml.", "Rôle, dans config/roles.toml."),
    "hub partner": ("Manage the software that may connect.", "Gère les logiciels qui peuvent se connecter."),
    "hub partner add": ("Register a client with its public keys.", "Enregistre un client et ses clés publiques."),
    "hub partner add --name": ("Name of the client, for people.", "Nom du client, pour les lecteurs."),
    "hub partner add --party": (
        "The client’s organisation, as Organization/ID.",
        "L’organisation du client, sous la forme Organization/ID.",
    ),
    "hub partner add --role": (
        "Role of the client, from config/roles.toml.",
        "Rôle du client, dans config/roles.toml.",
    ),
    "hub partner add --scope": (
        "Scopes that the client may ask for, separated by spaces.",
        "Scopes que le client peut demander, séparés par des espaces.",
    ),
    "hub partner add --source": (
        "Source that the client may send to, from config/sources.toml. Can be repeated.",
        "Source que le client peut alimenter, dans config/sources.toml. Peut être répétée.",
    ),
    "hub partner add --key": (
        "File with a public key (JWK or PEM) or a set of them. Can be repeated.",
        "Fichier d’une clé publique (JWK ou PEM) ou d’un jeu de clés. Peut être répétée.",
    ),
    "hub partner add --lenient-update": (
        "Let the client update without If-Match: the last version that it can see is assumed.",
        "Permet au client de modifier sans If-Match : la dernière version qu’il voit est supposée.",
    ),
    "hub partner add --introspect": (
        "Let the client introspect the tokens of all clients.",
        "Permet au client d’examiner (introspect) les jetons de tous les clients.",
    ),
    "hub partner list": (
        "List the clients with their role, scopes and keys.",
        "Liste les clients avec leur rôle, leurs scopes et leurs clés.",
    ),
    "hub partner suspend": (
        "Refuse a client, and its present tokens, from now on.",
        "Refuse dès maintenant un client et ses jetons en cours.",
    ),
    "hub partner resume": ("Admit a suspended client again.", "Rétablit un client suspendu."),
    "hub partner rotate": (
        "Give a client new public keys.",
        "Donne à un client de nouvelles clés publiques.",
    ),
    "hub partner rotate --key": (
        "File with a new public key (JWK or PEM) or a set of them. Can be repeated.",
        "Fichier d’une nouvelle clé publique (JWK ou PEM) ou d’un jeu de clés. Peut être répétée.",
    ),
    "hub partner rotate --overlap": (
        "Hours for which the former keys stay valid: 0 to 720, 24 by default.",
        "Heures pendant lesquelles les anciennes clés restent valables : de 0 à 720, 24 par défaut.",
    ),
    "hub source": (
        "Manage the sources: ways in, each for one sender.",
        "Gère les sources : chacune est l’entrée d’un expéditeur.",
    ),
    "hub source add": (
        "Append a source to config/sources.toml. A hub that runs knows it after a restart.",
        "Ajoute une source à config/sources.toml. Une plateforme en marche la connaît après un redémarrage.",
    ),
    "hub source add SOURCE": (
        "Name of the source, the last part of /intake/NAME.",
        "Nom de la source, dernière partie de /intake/NOM.",
    ),
    "hub source add --adapter": ("Format: hl7v2, fhir or csv.", "Format : hl7v2, fhir ou csv."),
    "hub source add --title": ("Title, as people read it.", "Titre, pour les lecteurs."),
    "hub source add --organisation": ("Name of the sender.", "Nom de l’expéditeur."),
    "hub source add --role": (
        "Role of the sender, from config/roles.toml.",
        "Rôle de l’expéditeur, dans config/roles.toml.",
    ),
    "hub source add --zone": (
        "Time zone of times without one; by default the territory’s.",
        "Fuseau des heures qui n’en donnent pas ; par défaut celui du territoire.",
    ),
    "hub source add --like": (
        "Source whose own settings are taken over, such as the columns of a table.",
        "Source dont les réglages propres sont repris, comme les colonnes d’un tableau.",
    ),
    "hub source list": (
        "List the sources and the clients that may send to them.",
        "Liste les sources et les clients qui peuvent les alimenter.",
    ),
    "hub source test": (
        "Say what prevents a message from being received at a source, and what is wrong with the one given. Nothing is stored.",
        "Dit ce qui empêche de recevoir un message à une source, et ce qui ne va pas dans celui donné. Rien n’est enregistré.",
    ),
    "hub source test [FILE]": ("Message to read.", "Message à lire."),
    "SOURCE": ("Source, from config/sources.toml.", "Source, dans config/sources.toml."),
    "hub endpoint": (
        "Manage the hosts to which notifications may be sent.",
        "Gère les hôtes auxquels des notifications peuvent être envoyées.",
    ),
    "hub endpoint allow": (
        "Allow a client’s subscriptions to name an endpoint at a host.",
        "Autorise les abonnements d’un client à désigner une adresse sur un hôte.",
    ),
    "hub endpoint forbid": (
        "Stop sending a client’s notifications to a host.",
        "Cesse d’envoyer les notifications d’un client à un hôte.",
    ),
    "hub endpoint list": (
        "List the clients and the hosts allowed to them.",
        "Liste les clients et les hôtes qui leur sont autorisés.",
    ),
    "hub token": (
        "Print one access token of a client of the demo, alone on a line. It is good for five minutes.",
        "Écrit un jeton d’accès d’un client de la démonstration, seul sur une ligne. Il est valable cinq minutes.",
    ),
    "hub token --scope": (
        "Scopes of the token; by default all those of the client.",
        "Scopes du jeton ; par défaut tous ceux du client.",
    ),
    "hub token --role": (
        "Refuse if the client’s role is another.",
        "Refuse si le client a un autre rôle.",
    ),
    "hub import": (
        "Read a file as if its sender had posted it to a source.",
        "Lit un fichier comme si son expéditeur l’avait envoyé à une source.",
    ),
    "hub import --source": ("Source, from config/sources.toml.", "Source, dans config/sources.toml."),
    "hub import --client": (
        "Client that sends, if several may send to the source.",
        "Client qui envoie, si plusieurs peuvent alimenter la source.",
    ),
    "hub replay": (
        "Process again messages that could not be processed.",
        "Traite à nouveau des messages restés en souffrance.",
    ),
    "hub replay --cause": (
        "Only messages that failed with this code.",
        "Seulement les messages en échec avec ce code.",
    ),
    "hub replay --since": (
        "Only messages received since this day or time of the territory.",
        "Seulement les messages reçus depuis ce jour ou cette heure du territoire.",
    ),
    "hub replay --id": ("Only the message with this identifier.", "Seulement le message qui a cet identifiant."),
    "hub grants": ("Manage the rights that derive from the record.", "Gère les droits dérivés du dossier."),
    "hub grants rebuild": (
        "Derive all rights again from ties, stakes and agreements.",
        "Dérive à nouveau tous les droits des liens, des actions et des accords.",
    ),
    "hub reindex": (
        "Build the search indexes again, after an upgrade that searches otherwise or a change of the territory’s zone.",
        "Reconstruit les index de recherche, après une mise à jour qui cherche autrement ou un changement de fuseau.",
    ),
    "hub purge": (
        "Delete the traces and the journal of accesses that are past their term, as the worker does once a day.",
        "Supprime les traces et le journal des accès dont la durée est échue, comme le fait le worker chaque jour.",
    ),
    "hub relabel": (
        "Place everything stored again, after a change of config/sections.toml, labels.toml, terms.toml or forms.",
        "Range à nouveau tout ce qui est enregistré, si config/sections.toml, labels.toml, terms.toml ou forms ont changé.",
    ),
    "hub policy": ("Show and check who sees what.", "Montre et vérifie qui voit quoi."),
    "hub policy show": (
        "Print what each role may see and write. Roles have the titles of config/roles.toml.",
        "Écrit ce que chaque rôle peut voir et écrire.",
    ),
    "hub policy show --role": ("Only this role.", "Seulement ce rôle."),
    "hub policy check": ("Check config/roles.toml.", "Vérifie config/roles.toml."),
    "hub policy explain": (
        "List what a role sees and writes with given ties to a person.",
        "Liste ce qu’un rôle voit et écrit selon ses liens avec une personne.",
    ),
    "hub policy explain --role": ("Role, from config/roles.toml.", "Rôle, dans config/roles.toml."),
    "hub policy explain --tie": (
        "Tie to the person: circle, stay, desk, hub, self, close, asked, oriented or stake. Can be repeated.",
        "Lien avec la personne : circle, stay, desk, hub, self, close, asked, oriented ou stake. Peut être répétée.",
    ),
    "hub policy explain --section": (
        "Section, from config/sections.toml: what the role may do in it, and why.",
        "Volet, dans config/sections.toml : ce que le rôle peut y faire, et pourquoi.",
    ),
    "hub policy versions": (
        "List the versions of the policy that were applied.",
        "Liste les versions des règles d’accès qui ont été appliquées.",
    ),
    "hub policy diff": (
        "List who gains and who loses what by a change of the policy. Nothing is written.",
        "Liste qui gagne et qui perd quoi par un changement des règles d’accès. Rien n’est écrit.",
    ),
    "hub policy diff --from": (
        "Number of the version before; by default the one in force.",
        "Numéro de la version d’avant ; par défaut celle en vigueur.",
    ),
    "hub policy diff --to": (
        "Number of the version after; by default the pages of config/ as they are.",
        "Numéro de la version d’après ; par défaut les pages de config/ telles qu’elles sont.",
    ),
    "hub policy apply": (
        "Derive all rights again by the pages of config/, and note them as the next version.",
        "Dérive à nouveau tous les droits selon les pages de config/, et les note comme version suivante.",
    ),
    "hub backup": (
        "Copy the whole SQLite record to one file, while the hub runs.",
        "Copie tout le dossier SQLite dans un fichier, pendant que la plateforme fonctionne.",
    ),
    "hub backup FILE": ("File to create, or copy to verify.", "Fichier à créer, ou copie à vérifier."),
    "hub backup --verify": (
        "Restore the copy FILE aside and compare every row, instead of making one.",
        "Restaure à part la copie FILE et compare chaque ligne, au lieu d’en faire une.",
    ),
    "hub restore": (
        "Replace the SQLite record by a copy that `hub backup` made.",
        "Remplace le dossier SQLite par une copie faite par `hub backup`.",
    ),
    "hub restore FILE": ("The copy.", "La copie."),
    "hub restore --over": (
        "Restore although the present record is not empty: its content is lost.",
        "Restaure même si le dossier actuel n’est pas vide : son contenu est perdu.",
    ),
    "hub version": ("Print the release.", "Écrit le numéro de version."),
    "CLIENT": ("Identifier of the client.", "Identifiant du client."),
    "FILE": ("File to read.", "Fichier à lire."),
    "HOST": ("Name of the host, without scheme and port.", "Nom de l’hôte, sans protocole ni port."),
    "--dry-run": (
        "Check and report without writing anything.",
        "Vérifie et rend compte sans rien écrire.",
    ),
    "--lang": (
        "Language of the output; by default English if the locale is English, else French.",
        "Langue des sorties ; par défaut l’anglais si la locale est anglaise, sinon le français.",
    ),
    "--json": ("Write one JSON object a line.", "Écrit un objet JSON par ligne."),
    "--help": ("Print this help.", "Affiche cette aide."),
}

# The words of click's own help page.
WORDS: Final[dict[str, Text]] = {
    "usage": ("Usage:", "Utilisation :"),
    "arguments": ("Arguments", "Arguments "),
    "options": ("Options", "Options "),
    "commands": ("Commands", "Commandes "),
    "required": ("[required]", "[obligatoire]"),
}

# Placeholders of values, by the English word that the commands use.
PLACEHOLDERS: Final[dict[str, str]] = {
    "COMMAND [ARGS]...": "COMMANDE [ARGS]...",
    "FILE": "FICHIER",
    "HOST": "HÔTE",
    "HOURS": "HEURES",
    "LOGIN": "IDENTIFIANT",
    "ADAPTER": "FORMAT",
    "NAME": "NOM",
    "NUMBER": "NUMÉRO",
    "REASON": "MOTIF",
    "ROLE": "RÔLE",
    "SECTION": "VOLET",
    "TIE": "LIEN",
    "TITLE": "TITRE",
    "ZONE": "FUSEAU",
}

# The names of facts in a result, by their key in JSON. A fact with an empty name is its value alone.
FACTS: Final[dict[str, Text]] = {
    "address": ("listens at", "écoute sur"),
    "after": ("after", "après"),
    "alg": ("algorithm", "algorithme"),
    "at": ("at", "le"),
    "before": ("before", "avant"),
    "cause": ("cause", "cause"),
    "changed": ("changed", "modifiés"),
    "client": ("client", "client"),
    "clients": ("clients", "clients"),
    "concerned": ("concerned today", "concernées aujourd’hui"),
    "count": ("count", "nombre"),
    "database": ("database", "base"),
    "env": ("env", "environnement"),
    "file": ("file", "fichier"),
    "host": ("host", "hôte"),
    "id": ("id", "id"),
    "keys": ("keys", "clés"),
    "kid": ("kid", "kid"),
    "link": ("link", "lien"),
    "login": ("login", "identifiant"),
    "name": ("name", "nom"),
    "number": ("version", "version"),
    "organisations": ("organisations", "structures"),
    "party": ("party", "organisation"),
    "persons": ("persons", "personnes"),
    "places": ("", ""),
    "public": ("public key", "clé publique"),
    "resources": ("resources", "ressources"),
    "role": ("role", "rôle"),
    "roles": ("roles", "rôles"),
    "rows": ("rows", "lignes"),
    "scopes": ("scopes", "scopes"),
    "section": ("section", "volet"),
    "sha256": ("sha256", "sha256"),
    "since": ("since", "depuis"),
    "source": ("source", "source"),
    "sources": ("sources", "sources"),
    "tasks": ("tasks", "demandes"),
    "ties": ("", ""),
    "until": ("until", "jusqu’au"),
    "url": ("for", "pour"),
    "version": ("version", "version"),
    "waiting": ("waiting for a second administrator", "en attente d’une seconde administration"),
}


def choose(text: Text, language: str) -> str:
    """The English or the French side of `text`."""
    return text[0] if language == "en" else text[1]
