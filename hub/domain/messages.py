"""The catalogue of what the hub says when it says no: code → English, French. A text never holds a value.

The English text goes to machines (OperationOutcome, HL7 ERR), the French one to screens and French senders.
"""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    # Decisions of the desk (hub.record.desk)
    "decision-author": (
        "Whoever decided no longer acts for the desk: somebody else decides again",
        "La personne qui avait décidé n’agit plus pour le guichet : quelqu’un d’autre décide de nouveau",
    ),
    "decision-ceiling": (
        "This case manager follows as many persons as possible: choose another one, or the waiting list",
        "Cette gestionnaire suit autant de personnes que possible : choisissez-en une autre, ou la liste d’attente",
    ),
    "decision-closed": (
        "The demand is decided, withdrawn, or no longer yours to decide",
        "La demande est décidée, retirée, ou ce n’est plus à vous de la décider",
    ),
    "decision-consent": (
        "The person opposes that her record is shared: speak with her first",
        "La personne s’oppose au partage de son dossier : parlez-en d’abord avec elle",
    ),
    "decision-criteria": (
        "A person is for case management when every criterion is met: what nobody knows does not count",
        "La gestion de cas demande que chaque critère soit rempli : ce que personne ne sait ne compte pas",
    ),
    "decision-held": (
        "A decision about this demand is held already",
        "Une décision attend déjà d’être envoyée pour cette demande",
    ),
    "decision-manager": (
        "Choose a case manager of your organisation",
        "Choisissez une gestionnaire de cas de votre structure",
    ),
    "decision-answered": (
        "No question waits for an answer: read the Task again",
        "Aucune question n’attend de réponse : relisez la Task",
    ),
    "decision-question": ("Write the question", "Écrivez la question"),
    "decision-rank": (
        "Choose a case manager, or a rank on the waiting list with its reason",
        "Choisissez une gestionnaire, ou un rang sur la liste d’attente avec son motif",
    ),
    "decision-reason": ("Tick a reason", "Cochez un motif"),
    "decision-service": ("Choose services of the directory", "Choisissez des services de l’annuaire"),
    "decision-services": ("Choose one service or several", "Choisissez un ou plusieurs services"),
    "decision-text": ("Write what this reader will be told", "Écrivez ce que cette personne lira"),
    "decision-told": ("The decision was sent already", "La décision est déjà envoyée"),
    "demand-colleague": ("Choose a colleague of your desk", "Choisissez quelqu’un de votre guichet"),
    "demand-taken": ("Somebody else works on this demand", "Quelqu’un d’autre s’occupe de cette demande"),
    "desk-only": ("Only people who work at the desk do this", "Seules les personnes du guichet font cela"),
    "resume-closed": (
        "Only a demand that your organisation decided, and that nobody took up since, can be taken up again",
        "Seule une demande que votre structure a décidée, et que personne n’a reprise depuis, peut être reprise",
    ),
    # People's accounts (hub.accounts)
    "account-ended": ("This account is closed", "Ce compte est fermé"),
    "account-key": (
        "The seal key does not open the keys of accounts: it is another one than when they were made",
        "La clé de scellement n’ouvre pas les clés des comptes : ce n’est pas celle avec laquelle elles ont été faites",
    ),
    "account-last-administrator": (
        "The last administrator who can sign in: give another one the role first",
        "C’est la dernière administration qui peut se connecter : donnez d’abord ce rôle à quelqu’un d’autre",
    ),
    "account-name": ("A name of 1 to 200 printed characters is expected", "Un nom de 1 à 200 caractères est attendu"),
    "account-not-yours": (
        "This account or role is not yours to manage",
        "Ce compte ou ce rôle n’est pas à vous de gérer",
    ),
    "account-party": (
        "No such party for this role: an Organization of the directory, or the person’s own Patient or RelatedPerson",
        "Pas de telle partie pour ce rôle : une Organization de l’annuaire, ou le Patient ou RelatedPerson de la personne",
    ),
    "account-role": ("Not a role that people have", "Ce n’est pas un rôle de personne"),
    "account-why": ("Say why the factors are reset", "Dites pourquoi les moyens de connexion sont refaits"),
    "code-wrong": ("This code is not the right one", "Ce code n’est pas le bon"),
    "context-needed": ("Choose first on whose behalf you act", "Choisissez d’abord au nom de qui vous agissez"),
    "demo-only": ("This exists in the demo only", "Cela n’existe que dans la démonstration"),
    "factor-last": (
        "Nothing would be left to sign in with: add another means first",
        "Il ne resterait aucun moyen de se connecter : ajoutez-en d’abord un autre",
    ),
    "identity-taken": ("This identity belongs to another account", "Cette identité appartient à un autre compte"),
    "login-form": (
        "A login has 3 to 254 letters, digits or . @ + _ - and no spaces",
        "Un identifiant a de 3 à 254 lettres, chiffres ou . @ + _ - et pas d’espaces",
    ),
    "login-taken": (
        "Another account has this login, or one that looks like it",
        "Un autre compte a cet identifiant, ou un qui lui ressemble",
    ),
    "passkey-refused": ("This passkey was not accepted", "Cette clé d’accès n’a pas été acceptée"),
    "passkey-taken": ("This passkey is registered already", "Cette clé d’accès est déjà enregistrée"),
    "password-common": (
        "This password is easy to guess: choose several words that do not belong together",
        "Ce mot de passe se devine : choisissez plusieurs mots sans rapport entre eux",
    ),
    "password-long": ("A password has at most 128 characters", "Un mot de passe a au plus 128 caractères"),
    "password-nul": ("A password does not hold the character NUL", "Un mot de passe ne contient pas le caractère NUL"),
    "password-short": ("A password has at least 12 characters", "Un mot de passe a au moins 12 caractères"),
    "role-given": ("The account has this role there already", "Le compte a déjà ce rôle à cet endroit"),
    "role-second": (
        "Another administrator has to confirm this role",
        "Une autre personne de l’administration doit confirmer ce rôle",
    ),
    "role-suspended": (
        "Your identity provider does not confirm the profession that this role needs",
        "Votre fournisseur d’identité ne confirme pas la profession que ce rôle demande",
    ),
    "step-up-needed": ("Prove first that it is you", "Confirmez d’abord que c’est bien vous"),
    # JSON (hub.fhir)
    "json-duplicate-key": (
        "An object has the same key twice: send it once",
        "Un objet a deux fois la même clé : ne la donnez qu’une fois",
    ),
    "json-malformed": (
        "Not readable as UTF-8 JSON: check quotes, commas, charset and byte order mark",
        "Illisible comme JSON en UTF-8 : vérifiez guillemets, virgules, jeu de caractères et marque d’ordre",
    ),
    "json-not-object": ("Send one JSON object", "Envoyez un seul objet JSON"),
    "json-number": (
        "A number has more than 18 digits, or is not finite",
        "Un nombre a plus de 18 chiffres, ou n’est pas fini",
    ),
    "json-too-deep": (
        "Objects are nested more than 64 levels deep",
        "Des objets sont imbriqués sur plus de 64 niveaux",
    ),
    "json-too-many-parts": (
        "Too many resources of one type, or too many objects: send less in one message",
        "Trop de ressources d’un même type, ou trop d’objets : envoyez-en moins par message",
    ),
    "json-too-large": (
        "The body is too large: send less in one request",
        "Le corps est trop volumineux : envoyez-en moins par requête",
    ),
    # XML (hub.fhir)
    "element-twice": ("This element is allowed only once", "Cet élément n’est permis qu’une fois"),
    "xml-doctype": ("A DOCTYPE is not accepted: remove it", "Un DOCTYPE n’est pas accepté : retirez-le"),
    "xml-malformed": (
        "Not readable as UTF-8 XML: check tags, entities and charset",
        "Illisible comme XML en UTF-8 : vérifiez balises, entités et jeu de caractères",
    ),
    "xml-not-resource": (
        "Not an R4 resource: the root must be a resource type in the namespace http://hl7.org/fhir",
        "Ce n’est pas une ressource R4 : la racine doit être un type de ressource dans l’espace de noms http://hl7.org/fhir",
    ),
    "xml-text": (
        "No text is allowed between these elements: put values into attributes",
        "Aucun texte n’est permis entre ces éléments : mettez les valeurs dans les attributs",
    ),
    # what a message of any door may lack or hold wrong (adapters)
    "bad-attachment": (
        "A document is not in the encoding that it declares: encode it again",
        "Un document n’a pas l’encodage qu’il annonce : encodez-le de nouveau",
    ),
    "bad-date": ("This is not a valid date or time", "Ce n’est pas une date ou une heure valide"),
    "malformed": ("Not readable as an HL7 v2 message", "Illisible comme message HL7 v2"),
    "required-missing": ("A required value is missing: give it", "Une valeur obligatoire manque : donnez-la"),
    "several-persons": ("Send one person in each message", "Envoyez une seule personne par message"),
    "unsupported-type": (
        "Messages of this type are not accepted here",
        "Les messages de ce type ne sont pas acceptés ici",
    ),
    # HL7 v2 (adapters.hl7v2)
    "hl7-charset": (
        "The bytes are not in the character set that MSH-18 declares",
        "Les octets ne sont pas dans le jeu de caractères annoncé en MSH-18",
    ),
    "hl7-delimiters": (
        "MSH-1 and MSH-2 must give five different delimiters, usually |^~\\&",
        "MSH-1 et MSH-2 doivent donner cinq délimiteurs différents, d’ordinaire |^~\\&",
    ),
    "hl7-not-a-segment": (
        "A line does not begin with the name of a segment",
        "Une ligne ne commence pas par un nom de segment",
    ),
    "hl7-order-control": ("Only new orders are accepted as referrals", "Seules les nouvelles demandes sont acceptées"),
    "hl7-processing-id": ("Send P, T or D", "Envoyez P, T ou D"),
    "hl7-several-messages": ("Send one message at a time", "Envoyez un message à la fois"),
    "hl7-too-large": (
        "The message is larger than 5 MiB: send fewer or smaller documents",
        "Le message dépasse 5 Mio : envoyez moins de documents, ou de plus petits",
    ),
    "hl7-too-many-parts": (
        "Too many segments, fields or repetitions: send less in one message",
        "Trop de segments, de champs ou de répétitions : envoyez-en moins par message",
    ),
    "hl7-version": ("Send a version 2 of HL7", "Envoyez une version 2 de HL7"),
    "not-found": ("Not found", "Introuvable"),
    # FHIR (adapters.fhir)
    "control-character": (
        "A text has a control character: remove it",
        "Un texte contient un caractère de contrôle : retirez-le",
    ),
    "do-not-perform": (
        "A request not to do something is not accepted: leave out doNotPerform",
        "Une demande de ne pas faire n’est pas acceptée : retirez doNotPerform",
    ),
    "duplicate-entry": (
        "Two entries have the same resource: send it once",
        "Deux entrées ont la même ressource : envoyez-la une seule fois",
    ),
    "no-request": (
        "The message has no ServiceRequest: send one",
        "Le message n’a pas de ServiceRequest : envoyez-en une",
    ),
    "referral-received": ("The referral is received", "La demande est reçue"),
    "request-not-active": (
        "Only a request with the status active is accepted",
        "Seule une demande à l’état active est acceptée",
    ),
    "several-requests": (
        "Send one request in each message, or name it in Task.focus",
        "Envoyez une seule demande par message, ou désignez-la par Task.focus",
    ),
    "too-long": ("This text is too long: shorten it", "Ce texte est trop long : raccourcissez-le"),
    "unread": (
        "Not read: it stays in the message, which is kept whole",
        "Non lu : cela reste dans le message, gardé entier",
    ),
    "kept-in-message": ("Kept in the message only", "Gardé dans le message seulement"),
    "implausible-date": (
        "This date is not possible: a birth before 1900 or in the future, or a death before the birth",
        "Cette date est impossible : naissance avant 1900 ou future, ou décès avant la naissance",
    ),
    "unknown-code": ("This code is not one of those allowed here", "Ce code ne fait pas partie de ceux permis ici"),
    "unknown-modifier": (
        "This modifier is not known here and changes the meaning: send without it",
        "Ce modificateur n’est pas connu ici et change le sens : envoyez sans lui",
    ),
    "unresolved-reference": (
        "The person is not in the message: send the Patient, or an identifier with a display",
        "La personne n’est pas dans le message : envoyez le Patient, ou un identifiant avec un nom",
    ),
    "unsupported-bundle-type": (
        "This type of Bundle is not accepted: send transaction, batch, message, collection or document",
        "Ce type de Bundle n’est pas accepté : envoyez transaction, batch, message, collection ou document",
    ),
    "unsupported-method": (
        "Only entries with POST or PUT are accepted",
        "Seules les entrées POST ou PUT sont acceptées",
    ),
    "unsupported-resource": ("Send a Bundle or a ServiceRequest", "Envoyez un Bundle ou une ServiceRequest"),
    "wrong-reference": ("Give a reference to a Patient", "Donnez une référence à un Patient"),
    "wrong-type": ("This is not the expected type of value", "Ce n’est pas le type de valeur attendu"),
    # Tables of social services (adapters.social) and their settings (adapters.sources)
    "bad-email": ("Not an e-mail address", "Ce n’est pas une adresse électronique"),
    "bad-phone": ("Not a telephone number", "Ce n’est pas un numéro de téléphone"),
    "csv-duplicate-column": (
        "Two columns have the same name: give each its own",
        "Deux colonnes ont le même nom : donnez-en un à chacune",
    ),
    "csv-empty": (
        "The table has no row: add one under the header",
        "Le tableau n’a aucune ligne : ajoutez-en une sous l’en-tête",
    ),
    "csv-encoding": ("Save the file as UTF-8", "Enregistrez le fichier en UTF-8"),
    "csv-missing-column": ("This required column is missing: add it", "Cette colonne obligatoire manque : ajoutez-la"),
    "csv-no-header": (
        "The first line names no known column: send the names of the columns in it",
        "La première ligne ne nomme aucune colonne connue : mettez-y le nom des colonnes",
    ),
    "csv-spreadsheet": (
        "This is a spreadsheet, not a CSV file: save it as CSV (UTF-8)",
        "C’est un classeur, pas un fichier CSV : enregistrez-le en CSV (UTF-8)",
    ),
    "restored-zero": (
        "A leading zero was missing here and was restored: check the number",
        "Il manquait ici le zéro du début, rétabli : vérifiez le numéro",
    ),
    "cut-number": (
        "A spreadsheet has rounded this number: send it as text",
        "Un tableur a arrondi ce numéro : envoyez-le comme texte",
    ),
    "wrong-nir": (
        "The check digits of this number are wrong or missing: it was kept as written",
        "La clé de ce numéro est fausse ou manque : il est gardé tel quel",
    ),
    "demand-again": (
        "This demand was made before and has ended, or is long ago: it is a new one",
        "Cette demande avait déjà été faite et est close, ou ancienne : c’en est une nouvelle",
    ),
    "csv-quotes": ("A quotation mark is not closed: close it", "Un guillemet n’est pas fermé : fermez-le"),
    "csv-too-large": (
        "The file is larger than 5 MiB: send several files",
        "Le fichier dépasse 5 Mio : envoyez plusieurs fichiers",
    ),
    "csv-too-many-cells": (
        "More cells than columns: put texts with a separator in quotation marks",
        "Plus de cellules que de colonnes : mettez entre guillemets les textes qui contiennent un séparateur",
    ),
    "csv-too-many-rows": (
        "More than 10 000 rows: send several files",
        "Plus de 10 000 lignes : envoyez plusieurs fichiers",
    ),
    "toml-malformed": (
        "Not readable as TOML: check brackets, quotes and commas",
        "Illisible comme TOML : vérifiez crochets, guillemets et virgules",
    ),
    "unknown-setting": (
        "This kind of source has no such setting: check its name",
        "Ce genre de source n’a pas ce réglage : vérifiez son nom",
    ),
    # Tasks and the delegation of a plan (hub.task_machine, hub.delegation)
    "plan-ended": (
        "The period of the plan is over: give it a later end",
        "La période du plan est passée : donnez-lui une fin plus tardive",
    ),
    "plan-not-open": (
        "Only a plan with the status draft or active can be carried out",
        "Seul un plan à l’état draft ou active peut être mis en œuvre",
    ),
    "task-append-only": (
        "You may only add to this list: leave what it holds",
        "Vous pouvez seulement ajouter à cette liste : laissez ce qu’elle contient",
    ),
    "task-business-status": (
        "This business status does not fit the status of the action, or you may not set it",
        "Cette étape ne correspond pas à l’état de l’action, ou vous ne pouvez pas l’indiquer",
    ),
    "task-closed": (
        "This action is closed: it cannot change any more",
        "Cette action est close : elle ne peut plus changer",
    ),
    "task-code": ("Give the code fulfill", "Donnez le code fulfill"),
    "task-file-owner": (
        "Ask one organisation that has a clinical role",
        "Demandez-le à une structure dont un rôle est soignant",
    ),
    "task-first-status": (
        "A new action must be draft or requested",
        "Une nouvelle action doit être draft ou requested",
    ),
    "task-fixed": (
        "You may not change this element: leave it as you read it",
        "Vous ne pouvez pas changer cet élément : laissez-le tel que lu",
    ),
    "task-focus": ("Give a reference to a ServiceRequest", "Donnez une référence à une ServiceRequest"),
    "task-for": ("Give a reference to a Patient", "Donnez une référence à un Patient"),
    "task-from-draft": (
        "From draft the requester may move it to requested or entered-in-error; the desk to entered-in-error",
        "Depuis draft, le demandeur peut passer à requested ou entered-in-error ; le guichet à entered-in-error",
    ),
    "task-from-requested": (
        (
            "From requested the owner may move it to received, accepted, rejected or cancelled; "
            "the requester to cancelled or entered-in-error; the desk to received or entered-in-error"
        ),
        (
            "Depuis requested, le responsable peut passer à received, accepted, rejected ou cancelled ; "
            "le demandeur à cancelled ou entered-in-error ; le guichet à received ou entered-in-error"
        ),
    ),
    "task-from-received": (
        (
            "From received the owner may move it to accepted, rejected or cancelled; "
            "the requester to cancelled or entered-in-error; the desk to entered-in-error"
        ),
        (
            "Depuis received, le responsable peut passer à accepted, rejected ou cancelled ; "
            "le demandeur à cancelled ou entered-in-error ; le guichet à entered-in-error"
        ),
    ),
    "task-from-accepted": (
        (
            "From accepted the owner may move it to in-progress, rejected, on-hold, cancelled, completed or failed; "
            "the requester to cancelled or entered-in-error; the desk to entered-in-error"
        ),
        (
            "Depuis accepted, le responsable peut passer à in-progress, rejected, on-hold, cancelled, completed ou failed ; "
            "le demandeur à cancelled ou entered-in-error ; le guichet à entered-in-error"
        ),
    ),
    "task-from-in-progress": (
        (
            "From in-progress the owner may move it to rejected, on-hold, cancelled, completed or failed; "
            "the requester to entered-in-error; the desk to entered-in-error"
        ),
        (
            "Depuis in-progress, le responsable peut passer à rejected, on-hold, cancelled, completed ou failed ; "
            "le demandeur à entered-in-error ; le guichet à entered-in-error"
        ),
    ),
    "task-from-on-hold": (
        (
            "From on-hold the owner may move it to in-progress, cancelled, completed or failed; "
            "the requester to entered-in-error; the desk to entered-in-error"
        ),
        (
            "Depuis on-hold, le responsable peut passer à in-progress, cancelled, completed ou failed ; "
            "le demandeur à entered-in-error ; le guichet à entered-in-error"
        ),
    ),
    "task-from-rejected": (
        "From rejected the requester may move it to entered-in-error; the desk to entered-in-error",
        "Depuis rejected, le demandeur peut passer à entered-in-error ; le guichet à entered-in-error",
    ),
    "task-from-cancelled": (
        "From cancelled the requester may move it to entered-in-error; the desk to entered-in-error",
        "Depuis cancelled, le demandeur peut passer à entered-in-error ; le guichet à entered-in-error",
    ),
    "task-from-failed": (
        "From failed the requester may move it to entered-in-error; the desk to entered-in-error",
        "Depuis failed, le demandeur peut passer à entered-in-error ; le guichet à entered-in-error",
    ),
    "task-from-completed": (
        "From completed the requester may move it to entered-in-error; the desk to entered-in-error",
        "Depuis completed, le demandeur peut passer à entered-in-error ; le guichet à entered-in-error",
    ),
    "task-from-entered-in-error": (
        "From entered-in-error nobody may move it: make a new action",
        "Depuis entered-in-error, personne ne peut la faire passer : créez une nouvelle action",
    ),
    "task-gap-person": (
        "A gap in the system names no person: leave out Task.for",
        "Une rupture du système ne nomme personne : retirez Task.for",
    ),
    "task-intent": ("The intent must be order or proposal", "L’intention doit être order ou proposal"),
    "task-not-yours": (
        "Your organisation neither asked for this action nor performs it",
        "Votre structure n’a pas demandé cette action et n’en est pas chargée",
    ),
    "task-output": ("Give at least one output", "Donnez au moins un résultat"),
    "task-output-given": (
        "The owner has given a result already: ask for the cancellation instead",
        "Le responsable a déjà rendu un résultat : demandez plutôt l’annulation",
    ),
    "task-owner": ("You may not give the action to this owner", "Vous ne pouvez pas confier l’action à ce responsable"),
    "task-reason": ("Give the reason in statusReason.text", "Donnez le motif dans statusReason.text"),
    "task-requester": ("The requester must be your own organisation", "Le demandeur doit être votre propre structure"),
    "task-required": (
        "A Task is written with this element (StructureDefinition/task and Task in /fhir/metadata): add it",
        "Une action s’écrit avec cet élément (StructureDefinition/task et Task dans /fhir/metadata) : ajoutez-le",
    ),
    "task-transition": ("This change of status is not allowed", "Ce changement d’état n’est pas permis"),
    # Intake and identities (hub.intake, hub.domain.matching)
    "desk-missing": (
        "No organisation runs the intake yet: the operator must register one",
        "Aucune structure ne tient encore le guichet : l’exploitant doit en enregistrer une",
    ),
    "identity-ambiguous": (
        "Several records may be of this person: the desk will decide",
        "Plusieurs dossiers peuvent être ceux de cette personne : le guichet tranchera",
    ),
    "ins-test": (
        "This is a test identity: send it to a demo only",
        "C’est une identité de test : ne l’envoyez qu’à une démonstration",
    ),
    "mapping-fault": (
        "The message is kept, but the hub could not process it: it will try again",
        "Le message est gardé, mais la plateforme n’a pas pu le traiter : elle réessaiera",
    ),
    "match-alike": ("Alike", "Ressemblance"),
    "match-close-birth-date": ("Almost the same birth date", "Date de naissance presque identique"),
    "match-close-family": ("A similar family name", "Nom de famille proche"),
    "match-close-given": ("A similar given name", "Prénom proche"),
    "match-other-birth-date": ("Another birth date", "Autre date de naissance"),
    "match-other-gender": ("Another gender", "Autre sexe"),
    "task-parent-not-yours": (
        "Only the requester or the owner of a Task makes parts of it: leave out `partOf`, or point to a Task of your own",
        "Seuls le demandeur et le responsable d’une action la divisent : omettez `partOf`, ou citez une action à vous",
    ),
    "match-contradicted": (
        "The sender gives another identity with the same number",
        "L’adresseur donne une autre identité avec le même numéro",
    ),
    "notice-review": (
        "Say which person this hospital notice is about, then replay the message",
        "Dire de quelle personne parle cet avis d’hospitalisation, puis rejouer le message",
    ),
    "message-again": ("The message that came again", "Message reçu de nouveau"),
    "match-same-birth-date": ("The same birth date", "Même date de naissance"),
    "match-same-family": ("The same family name", "Même nom de famille"),
    "match-same-given": ("The same given name", "Même prénom"),
    "match-same-number": ("The same national number", "Même numéro national"),
    "match-same-phone": ("The same telephone", "Même téléphone"),
    "match-swapped-birth-date": ("Day and month swapped", "Jour et mois inversés"),
    "message-id-reused": (
        "Another message had this identifier: give each message its own",
        "Un autre message avait cet identifiant : donnez le sien à chaque message",
    ),
    "source-known": ("There is a source of this name already", "Il y a déjà une source de ce nom"),
    "source-name": (
        "A source is a lower-case letter, then up to 23 letters, digits, - or _",
        "Une source est une minuscule, puis jusqu’à 23 lettres, chiffres, - ou _",
    ),
    "source-no-sender": ("No client may send to this source yet", "Aucun client ne peut encore alimenter cette source"),
    "source-not-yours": (
        "Your registration does not include this source: ask the operator",
        "Votre enregistrement ne comprend pas cette source : demandez à l’exploitant",
    ),
    # Settings (hub.settings.settings)
    "setting-missing": ("Not set: give it a value", "Sans valeur : donnez-en une"),
    "setting-no-folder": (
        "Not a folder that this account can make or write: correct the path, or the rights on it",
        "Ce n’est pas un dossier que ce compte peut créer ou écrire : corrigez le chemin, ou les droits",
    ),
    "setting-no-file": (
        "The file cannot be read: check its path and rights",
        "Le fichier est illisible : vérifiez son chemin et ses droits",
    ),
    "setting-not-a-choice": (
        "Not one of the values that .env.example lists",
        "Ne fait pas partie des valeurs de .env.example",
    ),
    "setting-not-a-database": (
        "Not a sqlite:// or postgresql:// address",
        "N’est pas une adresse sqlite:// ou postgresql://",
    ),
    "setting-not-a-number": ("Not a whole number", "N’est pas un nombre entier"),
    "setting-not-an-origin": (
        "Give a scheme, a host and, if needed, a port, such as https://hub.example",
        "Donnez un schéma, un hôte et au besoin un port, comme https://hub.example",
    ),
    "setting-not-https": ("Must begin with https://", "Doit commencer par https://"),
    "setting-open-file": (
        "Other accounts can read the file: run chmod 600 on it",
        "D’autres comptes peuvent lire ce fichier : faites chmod 600",
    ),
    "setting-out-of-range": ("Outside the limits that .env.example gives", "Hors des bornes données par .env.example"),
    "setting-unknown": (
        "There is no such setting: check its spelling",
        "Ce réglage n’existe pas : vérifiez son orthographe",
    ),
    "setting-weak": (
        "Too weak: make one as .env.example says",
        "Trop faible : fabriquez-en un comme le dit .env.example",
    ),
    # Readiness (hub.ops.readiness, hub check)
    "check-idp": (
        "The page of identity providers or a file of a secret is missing, open to other accounts or has a fault",
        "La page des fournisseurs d’identité ou un fichier de secret manque, est lisible par d’autres comptes ou est fautif",
    ),
    "check-dead-letters": (
        "Refused messages wait to be corrected and replayed (hub replay); HUB_DEAD_DAYS says when they are purged.",
        "Des messages refusés attendent d’être corrigés et rejoués (hub replay) ; HUB_DEAD_DAYS dit quand ils sont purgés.",
    ),
    "check-clock": (
        "The last commit has a time that is still to come: nothing is lost, times go on from there",
        "Le dernier enregistrement porte une heure à venir : rien n’est perdu, les heures continuent à partir de là",
    ),
    "check-disk": ("Less than 1 GiB is free: make room", "Moins de 1 Gio libre : faites de la place"),
    "check-incomplete": (
        "The hub can start. What is named above is missing before a first referral can be received.",
        "La plateforme peut démarrer. Ce qui est nommé ci-dessus manque avant de pouvoir recevoir une première demande.",
    ),
    "check-no-administrator": (
        "Nobody who can sign in is an administrator",
        "Aucune personne qui puisse se connecter n’administre la plateforme",
    ),
    "check-no-desk": (
        "No organisation runs the intake: one needs the role guichet",
        "Aucune structure ne tient le guichet : il en faut une avec le rôle guichet",
    ),
    "check-no-organisation": ("The directory has no organisation", "L’annuaire n’a aucune structure"),
    "check-no-sender": ("No client may send to any source", "Aucun client ne peut alimenter une source"),
    "check-no-proxy": (
        "No proxy is declared: one must end TLS, hold requests until they are whole and limit them (see deploy/)",
        "Aucun proxy n’est déclaré : il en faut un pour TLS, pour retenir les requêtes incomplètes et les limiter (voir deploy/)",
    ),
    "check-worker": (
        "Changes wait to be notified for more than a quarter of an hour: is a worker running (hub worker), and what does it say?",
        "Des modifications attendent depuis plus d’un quart d’heure : le travail de fond (hub worker) tourne-t-il, que dit-il ?",
    ),
    "check-worker-round": ("Last good round of a worker.", "Dernier tour du travail de fond sans échec."),
    "check-ready": ("Ready.", "Prêt."),
    "ready-database": ("The database does not answer", "La base de données ne répond pas"),
    "ready-database-absent": (
        "The server has no such database: create it, or correct its name",
        "Le serveur n’a pas cette base de données : créez-la, ou corrigez son nom",
    ),
    "ready-database-file": (
        "The file of the record cannot be opened as an SQLite database: check its rights and its content",
        "Le fichier du dossier ne s’ouvre pas comme base SQLite : vérifiez ses droits et son contenu",
    ),
    "ready-database-folder": (
        "The folder of the SQLite file does not exist, or this account may not enter it",
        "Le dossier du fichier SQLite n’existe pas, ou ce compte ne peut pas y entrer",
    ),
    "ready-database-starting": (
        "The database server is there and takes no connections yet: it starts, recovers, or has too many",
        "Le serveur de base de données est là mais ne prend pas encore de connexion : il démarre, récupère, ou en a trop",
    ),
    "ready-database-login": (
        "The database refuses the login: correct its name, its password or pg_hba.conf",
        "La base de données refuse ce compte : corrigez son nom, son mot de passe ou pg_hba.conf",
    ),
    "ready-database-role": (
        "The login may not create the role hub_reader: give it CREATEROLE, or create the role and grant it (see deploy/)",
        "Ce compte ne peut pas créer le rôle hub_reader : donnez-lui CREATEROLE, ou créez et accordez-lui ce rôle (voir deploy/)",
    ),
    "ready-database-tables": (
        "The login may not create tables: make it the owner of the database",
        "Ce compte ne peut pas créer de tables : faites-en le propriétaire de la base de données",
    ),
    "ready-file": (
        "The file of the record was deleted or replaced under the hub: put it back, or restore a copy, then start the hub again",
        "Le fichier du dossier a été supprimé ou remplacé sous le hub : remettez-le ou restaurez une copie, puis redémarrez",
    ),
    "ready-no-record": (
        "There is no record here. If there was one, look for its file or restore a copy; hub init begins an empty one",
        "Il n’y a pas de dossier ici. S’il y en avait un, cherchez son fichier ou restaurez une copie ; hub init en crée un vide",
    ),
    "ready-seal-key-other": (
        "This is not the seal key of this record: give its own, or name it as the previous one during a change",
        "Ce n’est pas la clé de scellement de ce dossier : donnez la sienne, ou nommez-la comme précédente en cas de changement",
    ),
    "ready-writes": (
        "The database answers and takes no writes: its disk is full, or the file or the server is read only",
        "La base de données répond mais n’accepte pas d’écriture : disque plein, ou fichier ou serveur en lecture seule",
    ),
    "ready-clock": (
        "The clocks of this machine and of the database differ by more than a minute: set them right",
        "Les horloges de la machine et de la base diffèrent de plus d’une minute : remettez-les à l’heure",
    ),
    "ready-migrations": (
        "The tables are not at the version of this release: run hub init",
        "Les tables ne sont pas à la version attendue : lancez hub init",
    ),
    "ready-seal-key": (
        "The seal key cannot be used: see .env.example",
        "La clé de scellement est inutilisable : voir .env.example",
    ),
    # HTTP (hub.error_handlers)
    "http-bad-request": (
        "The request line or its headers cannot be read: check what your client sends",
        "La ligne de requête ou ses en-têtes sont illisibles : vérifiez ce que votre client envoie",
    ),
    "http-fault": (
        "The hub failed: try again later, and give the X-Request-Id to its operator",
        "La plateforme a échoué : réessayez plus tard, et donnez le X-Request-Id à son exploitant",
    ),
    "http-media-type": (
        "This media type is not accepted here: /fhir/metadata and GET /intake/<source> list those that are",
        "Ce type de contenu n’est pas accepté ici : /fhir/metadata et GET /intake/<source> donnent la liste",
    ),
    "http-method": (
        "This method is not accepted here: the Allow header lists those that are",
        "Cette méthode n’est pas acceptée ici : l’en-tête Allow donne la liste",
    ),
    "http-unavailable": (
        "The hub cannot answer now: try again",
        "La plateforme ne peut pas répondre maintenant : réessayez",
    ),
    "http-too-large": ("Too large: send less in one request", "Trop volumineux : envoyez moins en une requête"),
    # The record’s door (hub.record)
    "chain-too-long": (
        "A chain has two hops at most: shorten it",
        "Un enchaînement a deux pas au plus : raccourcissez-le",
    ),
    "if-match-required": (
        "Say in If-Match which version you change: the ETag of what you read",
        "Dites dans If-Match quelle version vous changez : l’ETag de ce que vous avez lu",
    ),
    "includes-cut": (
        "There is more to include: ask for smaller pages or fewer includes, or search on from the last included",
        "Il y a plus à inclure : demandez des pages plus courtes ou moins d’inclusions, ou repartez des dernières incluses",
    ),
    "modifier-unknown": (
        "This modifier is not offered: see the SearchParameter or ask without it",
        "Ce modificateur n’est pas offert : voyez le SearchParameter ou demandez sans lui",
    ),
    "not-yours-to-write": (
        "You may not write here: leave this element as you read it",
        "Vous ne pouvez pas écrire ici : laissez cet élément tel que lu",
    ),
    "hidden-from-person": (
        "A document that the person may not see is not taken here: the hub would show it to her",
        "Un document invisible pour la personne n’est pas accepté ici : elle le verrait",
    ),
    "hidden-from-professionals": (
        "A document masked to professionals is not taken here: the hub would show it to them",
        "Un document masqué aux professionnels n’est pas accepté ici : ils le verraient",
    ),
    "hidden-from-representatives": (
        "A document that representatives may not see is not taken here: the hub would show it to them",
        "Un document invisible pour les représentants n’est pas accepté ici : ils le verraient",
    ),
    "section-of-psychiatric": (
        "This belongs to the section psychiatric, which your role may not write",
        "Ceci relève du volet psychiatric (santé mentale), que votre rôle ne peut pas écrire",
    ),
    "file-filed": (
        "This is filed already: take the filing back first",
        "C’est déjà classé : annulez d’abord le classement",
    ),
    "file-holder": (
        "Only who owns the intake Task files what came with it",
        "Seul qui tient l’action d’accueil classe ce qui est arrivé avec elle",
    ),
    "file-row": ("The Task has no such row to file", "L’action n’a pas cet élément à classer"),
    "file-undo-late": ("It is too late to take this filing back", "Il est trop tard pour annuler ce classement"),
    "section-missing": (
        "Name the section that this belongs to, by the extension section: its code says none, and your role has no usual one",
        "Nommez le volet dont ceci relève, par l’extension section : son code n’en dit aucun et votre rôle n’en a pas d’habituel",
    ),
    "section-unknown": ("No such section of the record", "Ce volet du dossier n’existe pas"),
    "parameter-beside-cursor": (
        "A page link already holds the whole search: add only _count to it",
        "Un lien de page contient déjà toute la recherche : n’y ajoutez que _count",
    ),
    "parameter-twice": (
        "This parameter is given twice: give it once",
        "Ce paramètre est donné deux fois : ne le donnez qu’une fois",
    ),
    "parameter-unknown": (
        "This parameter is not offered: /fhir/metadata lists those that are",
        "Ce paramètre n’est pas offert : /fhir/metadata donne la liste",
    ),
    "parameter-value": (
        "This is not a value of this parameter: check its type in /fhir/metadata",
        "Ce n’est pas une valeur de ce paramètre : voyez son type dans /fhir/metadata",
    ),
    "parameter-whose": (
        "Say whose journal you want, by patient or _id",
        "Dites de qui vous voulez le journal, par patient ou _id",
    ),
    "reference-unresolved": (
        "You cannot follow a reference in this resource: refer to what you can read",
        "Vous ne pouvez pas suivre une référence de cette ressource : désignez ce que vous pouvez lire",
    ),
    "search-too-costly": (
        "This search asks for too much: use fewer parameters or values",
        "Cette recherche demande trop : réduisez les paramètres ou les valeurs",
    ),
    "scope-insufficient": (
        "The scopes of the token do not allow this: ask for one that does",
        "Les portées du jeton ne le permettent pas : demandez-en une qui le permette",
    ),
    "type-closed": ("Your role has no access to this type", "Votre rôle n’a pas accès à ce type"),
    "version-conflict": (
        "It has changed since the version that you name: read it again, then change it",
        "La ressource a changé depuis la version que vous nommez : relisez-la, puis changez-la",
    ),
    "write-closed": ("Your role may not write this type", "Votre rôle ne peut pas écrire ce type"),
    # Subscriptions (hub.record.subscriptions, hub.subscriptions)
    "delivery-failed": (
        "Notifications could not be delivered: set the status to requested to try again",
        "Les notifications n’ont pu être livrées : mettez l’état à requested pour réessayer",
    ),
    "endpoint-gone": ("The endpoint answered that it no longer exists", "L’adresse a répondu qu’elle n’existe plus"),
    "endpoint-known": ("This host is allowed already", "Cet hôte est déjà permis"),
    "endpoint-not-registered": (
        "Ask the hub’s operator to register this host for your client",
        "Demandez à l’exploitant d’enregistrer cet hôte pour votre client",
    ),
    "endpoint-refused": (
        "Give an https address on port 443 with a public host name",
        "Donnez une adresse https, port 443, avec un nom d’hôte public",
    ),
    "handshake-failed": (
        "The endpoint did not accept the handshake: set the status to requested to try again",
        "L’adresse n’a pas accepté la prise de contact : mettez l’état à requested pour réessayer",
    ),
    "resent": ("The notifications will be sent again", "Les notifications seront envoyées de nouveau"),
    "subscription-channel": ("Only the channel rest-hook is offered", "Seul le canal rest-hook est offert"),
    "subscription-ended": (
        "The subscription has reached its end: give it a later one",
        "L’abonnement a atteint sa fin : donnez-lui-en une plus tardive",
    ),
    "subscription-filter": (
        "Use only filters that the topic declares and that your role may search by",
        "N’utilisez que des filtres que le sujet déclare et que votre rôle permet",
    ),
    "subscription-header": (
        "Write Name: value, and none of the headers that the hub sends itself",
        "Écrivez Nom : valeur, sans les en-têtes que la plateforme envoie elle-même",
    ),
    "subscription-heartbeat": (
        "Ask for a heartbeat every 60 seconds or more",
        "Demandez un signe de vie toutes les 60 secondes ou plus",
    ),
    "subscription-key-lost": (
        "The secret can no longer be read: renew it, give the headers again and set the status to requested",
        "Le secret n’est plus lisible : renouvelez-le, redonnez les en-têtes et mettez l’état à requested",
    ),
    "subscription-not-active": ("The subscription is not active", "L’abonnement n’est pas actif"),
    "subscription-payload": (
        "Ask for FHIR JSON with the content empty or id-only",
        "Demandez du JSON de FHIR, au contenu empty ou id-only",
    ),
    "subscription-revoked": ("You may no longer be notified of this", "Vous ne pouvez plus en être averti"),
    "subscription-status": ("The status must be requested or off", "L’état doit être requested ou off"),
    "subscription-topic": (
        "You cannot subscribe to this topic: /fhir/metadata lists those on offer",
        "Vous ne pouvez pas vous abonner à ce sujet : /fhir/metadata donne la liste",
    ),
    # FHIR API (hub.api)
    "batch-too-large": (
        "The Bundle has too many entries: send several",
        "Le Bundle a trop d’entrées : envoyez-en plusieurs",
    ),
    "bundle-kind": ("Send a Bundle of type batch or transaction", "Envoyez un Bundle de type batch ou transaction"),
    "body-encoding": ("Not readable as gzip: send one gzip stream", "Illisible comme gzip : envoyez un seul flux gzip"),
    "condition-empty": (
        "Say by search parameters which resource you mean",
        "Dites par des paramètres de recherche quelle ressource vous visez",
    ),
    "condition-several": (
        "Several resources that you can see match: narrow the condition",
        "Plusieurs ressources que vous voyez correspondent : précisez la condition",
    ),
    "condition-with-id": (
        "Say which resource you mean by the condition alone: leave out the id",
        "Dites quelle ressource vous visez par la seule condition : retirez l’identifiant",
    ),
    "conditions-too-many": (
        "This transaction has too many references by search: send several transactions",
        "Cette transaction a trop de références par recherche : envoyez-en plusieurs",
    ),
    "entry-not-taken": (
        "A transaction accepts POST of a type, PUT and PATCH of a resource, and GET",
        "Une transaction accepte POST d’un type, PUT et PATCH d’une ressource, et GET",
    ),
    "entry-twice": (
        "Two entries name the same resource: send one of them",
        "Deux entrées désignent la même ressource : n’en envoyez qu’une",
    ),
    "entry-url-foreign": (
        "The URL of an entry is relative to the base of this hub, or absolute under it",
        "L’URL d’une entrée est relative à la base de ce hub, ou absolue sous elle",
    ),
    "http-not-acceptable": (
        "Answers are JSON or XML in UTF-8, FHIR 4.0: ask for one of them in Accept",
        "Les réponses sont en JSON ou XML, UTF-8, FHIR 4.0 : demandez l’un des deux dans Accept",
    ),
    "id-differs": (
        "The id is not that of the URL: send the same",
        "L’identifiant n’est pas celui de l’URL : envoyez le même",
    ),
    "if-match-malformed": ('Give an ETag such as W/"abc"', 'Donnez un ETag tel que W/"abc"'),
    "message-several": (
        "Several applications gave this number: add ?application= and the application's name (MSH-3)",
        "Plusieurs applications ont donné ce numéro : ajoutez ?application= et le nom de l’application (MSH-3)",
    ),
    "not-offered": (
        "This is not offered: /fhir/metadata lists what is",
        "Ceci n’est pas offert : /fhir/metadata donne ce qui l’est",
    ),
    "export-async": (
        "An export is asynchronous: send Prefer: respond-async",
        "Un export est asynchrone : envoyez Prefer: respond-async",
    ),
    "match-known": ("Known to you", "Connue de vous"),
    "match-traits": (
        "Give this trait of the person: a match needs it",
        "Donnez ce trait de la personne : la recherche d’identité l’exige",
    ),
    "match-unknown": ("Not known to you", "Inconnue de vous"),
    "parameter-malformed": (
        "The parameters are not in UTF-8, or there are too many",
        "Les paramètres ne sont pas en UTF-8, ou sont trop nombreux",
    ),
    "parameters-expected": ("Send a Parameters resource", "Envoyez une ressource Parameters"),
    "patch-failed": (
        "This operation does not fit the resource as you see it: read it again",
        "Cette opération ne va pas avec la ressource telle que vous la voyez : relisez-la",
    ),
    "patch-fixed": (
        "The hub sets this element itself: leave it out of the patch",
        "La plateforme fixe elle-même cet élément : retirez-le du correctif",
    ),
    "patch-malformed": (
        "This is not a valid operation of a patch: check its type, path and value",
        "Ce n’est pas une opération de correctif valide : vérifiez son type, son chemin et sa valeur",
    ),
    "patch-not-a-list": ("Send a list of operations", "Envoyez une liste d’opérations"),
    "patch-path": (
        "This path is not accepted: use element names, [n], first(), last(), where(…), extension(…), ofType(…)",
        "Ce chemin n’est pas accepté : utilisez noms d’éléments, [n], first(), last(), where(…), extension(…), ofType(…)",
    ),
    "patch-too-long": (
        "The patch has too many operations: send several",
        "Le correctif a trop d’opérations : envoyez-en plusieurs",
    ),
    "record-is-demo": (
        "This record is a demo’s: production needs one of its own (HUB_VAR, HUB_DATABASE_URL)",
        "Ce dossier est celui d’une démonstration : la production a besoin du sien (HUB_VAR, HUB_DATABASE_URL)",
    ),
    "record-is-production": (
        "This record is a production’s: a demo needs one of its own (HUB_VAR, HUB_DEMO_DATABASE_URL)",
        "Ce dossier est celui d’une production : une démonstration a besoin du sien (HUB_VAR, HUB_DEMO_DATABASE_URL)",
    ),
    "rate-exceeded": (
        "Too many requests: wait for as many seconds as Retry-After says",
        "Trop de requêtes : attendez autant de secondes que le dit Retry-After",
    ),
    "refused": ("You may not do this", "Vous ne pouvez pas faire cela"),
    "stored": ("Stored", "Enregistré"),
    "subsetted": (
        "This is only a part of the resource (SUBSETTED): read it whole, change it, and send it whole",
        "Ceci n’est qu’une partie de la ressource (SUBSETTED) : lisez-la, changez-la et envoyez-la entière",
    ),
    "type-differs": (
        "The type is not that of the URL: send the same",
        "Le type n’est pas celui de l’URL : envoyez le même",
    ),
    "valid": ("No problem found", "Aucun problème trouvé"),
    "validate-mode": ("This mode of $validate does not apply here", "Ce mode de $validate ne s’applique pas ici"),
    "validate-resource": ("Give one resource to validate", "Donnez une ressource à valider"),
    # A plan as a document (hub.api.operations.composition, hub.api.operations.narrative)
    "document-actions": ("Actions and requests", "Actions et demandes"),
    "document-author-unlisted": ("Not in the directory", "Absent de l’annuaire"),
    "document-circle": ("Circle of support", "Cercle d’accompagnement"),
    "document-goals": ("Goals", "Objectifs"),
    "document-health": ("Health", "Santé"),
    "document-plan": ("The plan", "Le plan"),
    "document-rest": ("Also", "Autres éléments"),
    "document-title": ("Personal care plan", "Plan personnalisé d’accompagnement"),
    "document-untitled": ("Without a title", "Sans intitulé"),
    "status-accepted": ("accepted", "accepté"),
    "status-active": ("active", "actif"),
    "status-booked": ("booked", "pris"),
    "status-cancelled": ("cancelled", "annulé"),
    "status-completed": ("completed", "terminé"),
    "status-draft": ("draft", "en projet"),
    "status-entered-in-error": ("entered in error", "saisi par erreur"),
    "status-failed": ("failed", "sans succès"),
    "status-fulfilled": ("fulfilled", "honoré"),
    "status-in-progress": ("in progress", "en cours"),
    "status-inactive": ("inactive", "inactif"),
    "status-on-hold": ("on hold", "en pause"),
    "status-planned": ("planned", "prévu"),
    "status-proposed": ("proposed", "proposé"),
    "status-received": ("received", "reçu"),
    "status-rejected": ("rejected", "refusé"),
    "status-remission": ("in remission", "en rémission"),
    "status-requested": ("requested", "demandé"),
    "status-resolved": ("resolved", "résolu"),
    "status-revoked": ("revoked", "abandonné"),
    # Results and problems of commands (hub.cli)
    "backup-broken": (
        "This file is not a whole copy of a record",
        "Ce fichier n’est pas une copie entière d’un dossier",
    ),
    "backup-exists": ("A file of this name exists already", "Un fichier de ce nom existe déjà"),
    "backup-version": (
        "A later release wrote this copy: install that release first",
        "Une version plus récente a écrit cette copie : installez-la d’abord",
    ),
    "cli-backup-absent": ("No such copy", "Cette copie n’existe pas"),
    "cli-backup-done": (
        "Copied. The seal key is not in the copy: keep it elsewhere.",
        "Copié. La clé de scellement n’est pas dans la copie : gardez-la ailleurs.",
    ),
    "cli-backup-folder": ("No such folder", "Ce dossier n’existe pas"),
    "cli-backup-postgres": (
        "This record is in PostgreSQL: use pg_dump --format=custom --exclude-table-data=token --file=FILE",
        "Ce dossier est dans PostgreSQL : utilisez pg_dump --format=custom --exclude-table-data=token --file=FICHIER",
    ),
    "cli-backup-would": ("Would be copied. Nothing was written.", "Serait copié. Rien n’a été écrit."),
    "cli-demo-not-ready": ("The hub did not become ready", "La plateforme n’a pas démarré"),
    "cli-database": ("The database failed: try again", "La base de données a échoué : réessayez"),
    "cli-init-folder": (
        "The folder cannot be made or written: correct the setting, or the rights of this account",
        "Le dossier ne peut être créé ou écrit : corrigez le réglage, ou les droits de ce compte",
    ),
    "cli-port-busy": (
        "Another program listens on this port: stop it, or set PORT to another one",
        "Un autre programme écoute sur ce port : arrêtez-le, ou donnez un autre PORT",
    ),
    "cli-port-refused": (
        "The hub cannot listen at this address: it is not of this machine, or not allowed to this account",
        "Impossible d’écouter à cette adresse : elle n’est pas de cette machine, ou pas permise à ce compte",
    ),
    "cli-demo-only": ("This command exists only in the demo", "Cette commande n’existe qu’en démonstration"),
    "cli-demo-ready": (
        "Fictitious territory. Next: `python -m hub token demo-ssiad`, then GET /fhir/Task with this token. Ctrl-C stops.",
        "Territoire fictif. Ensuite : `python -m hub token demo-ssiad`, puis GET /fhir/Task avec ce jeton. Ctrl-C arrête.",
    ),
    "cli-endpoint-done": ("Done.", "C’est fait."),
    "cli-endpoint-is": ("Allowed.", "Autorisé."),
    "cli-grants-done": ("Rights derived again.", "Droits dérivés à nouveau."),
    "cli-grants-would": ("Nothing was written.", "Rien n’a été écrit."),
    "cli-import-client": (
        "No client, or several, may send to this source: name the sender with --client",
        "Aucun client, ou plusieurs, peuvent alimenter cette source : nommez l’expéditeur avec --client",
    ),
    "cli-import-done": ("Admitted.", "Admis."),
    "cli-import-refused": ("Refused", "Refusé"),
    "cli-import-source": (
        "No source of this name in config/sources.toml",
        "Aucune source de ce nom dans config/sources.toml",
    ),
    "cli-import-would": (
        "Readable: would be admitted. Nothing was written.",
        "Lisible : serait admis. Rien n’a été écrit.",
    ),
    "cli-init-done": ("Tables created or updated.", "Tables créées ou mises à jour."),
    "cli-init-key": ("Seal key created.", "Clé de scellement créée."),
    "cli-init-nothing": ("Nothing to do: the tables are up to date.", "Rien à faire : les tables sont à jour."),
    "cli-init-would": ("Would create or update the tables.", "Créerait ou mettrait à jour les tables."),
    "cli-level-none": ("nothing", "rien"),
    "cli-level-own": ("its own only", "ce qui est à soi"),
    "cli-level-read": ("reads", "lit"),
    "cli-level-summary": ("summary", "résumé"),
    "cli-level-write": ("reads and writes", "lit et écrit"),
    "cli-key-ends": ("Valid until its end.", "Valable jusqu’à sa fin."),
    "cli-key-file": (
        "This file is there already or cannot be written",
        "Ce fichier existe déjà ou ne peut pas être écrit",
    ),
    "cli-key-is": ("Valid.", "Valable."),
    "cli-key-made": (
        "Made. The private key stays with the client; register the public one.",
        "Fabriquée. La clé privée reste chez le client ; enregistrez la publique.",
    ),
    "cli-key-private": (
        "This file holds no private key that can sign: hub key new makes one",
        "Ce fichier ne contient pas de clé privée qui signe : hub key new en fait une",
    ),
    "cli-key-retired": ("Retired.", "Retirée."),
    "cli-key-unknown": ("The client has no such key now", "Le client n’a pas cette clé actuellement"),
    "cli-key-would": ("Nothing was written.", "Rien n’a été écrit."),
    "cli-organisation-done": ("Entered.", "Inscrite."),
    "cli-organisation-inactive": ("No longer active.", "N’est plus active."),
    "cli-organisation-is": ("In the directory.", "Dans l’annuaire."),
    "cli-organisation-would": ("Nothing was written.", "Rien n’a été écrit."),
    "cli-partner-done": ("Done.", "C’est fait."),
    "cli-partner-is": ("Registered.", "Enregistré."),
    "cli-partner-suspended": ("Suspended.", "Suspendu."),
    "cli-partner-would": ("Nothing was written.", "Rien n’a été écrit."),
    "cli-policy-by-domain": ("in its activity domains", "dans ses domaines d’activité"),
    "cli-policy-if-consented": ("if the person agrees", "avec l’accord de la personne"),
    "cli-policy-own": ("Through its own actions and writings:", "Par ses propres actions et écrits :"),
    "cli-policy-own-tasks": ("Its own actions", "Ses propres actions"),
    "cli-policy-right": ("The policy is well formed.", "La politique d’accès est bien formée."),
    "cli-policy-role": ("No such role", "Ce rôle n’existe pas"),
    "cli-policy-sees": ("Sees:", "Voit :"),
    "cli-policy-writes": ("Writes:", "Écrit :"),
    "cli-policy-applied": (
        "Applied: rights derived by the pages of config/.",
        "Appliquées : droits dérivés des pages de config/.",
    ),
    "cli-policy-domains": ("Only in the activity domains:", "Seulement dans les domaines d’activité :"),
    "cli-policy-extracts": ("The extracts:", "Les extraits :"),
    "cli-policy-gains": ("Gains.", "Gagne."),
    "cli-policy-loses": ("Loses.", "Perd."),
    "cli-policy-needs-consent": ("Only if the person agrees.", "Seulement avec l’accord de la personne."),
    "cli-policy-no-version": (
        "No such version: hub policy versions lists them",
        "Cette version n’existe pas : hub policy versions les liste",
    ),
    "cli-policy-relations": ("Opens records through other ties:", "Ouvre les dossiers par d’autres liens :"),
    "cli-policy-same": ("No difference.", "Aucune différence."),
    "cli-policy-section": ("No such section", "Ce volet n’existe pas"),
    "cli-policy-stake": (
        "What it asked for, owns, wrote or was handed, whatever its ties.",
        "Ce qu’il a demandé, tient, a écrit ou a reçu en main, quels que soient ses liens.",
    ),
    "cli-policy-tie": (
        "No such tie: circle, stay, desk, hub, self, close, asked, oriented and stake are known",
        "Ce lien n’existe pas : on connaît circle, stay, desk, hub, self, close, asked, oriented et stake",
    ),
    "cli-policy-ties": ("Through the ties:", "Par les liens :"),
    "cli-policy-version": ("Applied.", "Appliquée."),
    "cli-policy-would": ("Can be applied. Nothing was written.", "Peuvent être appliquées. Rien n’a été écrit."),
    "cli-policy-wrong": (
        "The policy is not well formed: the hub will not start",
        "La politique d’accès est mal formée : la plateforme ne démarrera pas",
    ),
    "cli-relabel-done": ("Placed again.", "Reclassé."),
    "policy-no-administrator": (
        "By these pages nobody could administer the hub: they lack this role",
        "Avec ces pages, personne ne pourrait administrer la plateforme : ce rôle y manque",
    ),
    "policy-role-in-use": (
        "Organisations have this role: keep it in config/roles.toml",
        "Des structures ont ce rôle : gardez-le dans config/roles.toml",
    ),
    "ready-policy": (
        "The rights come of another policy than that of config/: look at hub policy diff, then apply it",
        "Les droits viennent d’autres règles que celles de config/ : voyez hub policy diff, puis appliquez-les",
    ),
    "ready-relabel": (
        "Relabel is due: what is stored was placed by other pages of config/ than those of now",
        "Il faut relancer « hub relabel » : le dossier a été rangé selon d’autres pages de config/ que celles-ci",
    ),
    "ready-reindex": (
        "Reindex is due: what is stored is found by other rules, or days of another zone, than those of now",
        "Il faut relancer « hub reindex » : les index suivent d’autres règles, ou les jours d’un autre fuseau, que ceux-ci",
    ),
    "cli-purge-done": ("The journal of accesses was purged.", "Journal des accès purgé."),
    "cli-purge-would": ("Nothing was deleted.", "Rien n’a été supprimé."),
    "cli-reindex-done": ("Indexes built again.", "Index reconstruits."),
    "cli-reindex-would": ("Nothing was written.", "Rien n’a été écrit."),
    "cli-replay-dead": ("Still refused.", "Toujours refusé."),
    "cli-replay-done": ("Admitted.", "Admis."),
    "cli-replay-nothing": ("No such message.", "Aucun message de ce genre."),
    "cli-replay-which": ("Say which: --cause, --since or --id", "Dites lesquels : --cause, --since ou --id"),
    "cli-replay-would": ("Would be processed again.", "Serait traité à nouveau."),
    "cli-restore-ends": (
        "The restore ends every session, token and one-time link of the record, and all that was written since the copy:",
        "La restauration met fin aux sessions, jetons et liens du dossier, et à tout ce qui y a été écrit depuis la copie :",
    ),
    "cli-backup-verified": (
        "Restored aside: every table has the same rows as the copy.",
        "Restauré à part : chaque table a les mêmes lignes que la copie.",
    ),
    "cli-restore-done": ("Restored. Next: hub init, then hub check.", "Restauré. Ensuite : hub init, puis hub check."),
    "cli-restore-over": (
        "The record is not empty: to replace all that it holds, give this option",
        "Le dossier n’est pas vide : pour remplacer tout son contenu, donnez cette option",
    ),
    "cli-restore-postgres": (
        "This record is in PostgreSQL: use pg_restore --clean --if-exists --single-transaction --dbname=URL FILE",
        "Ce dossier est dans PostgreSQL : utilisez pg_restore --clean --if-exists --single-transaction --dbname=URL FICHIER",
    ),
    "cli-restore-would": ("A whole copy: would be restored.", "Copie entière : serait restaurée."),
    "cli-serve-starts": ("The server starts.", "Le serveur démarre."),
    "cli-source-done": ("Added: restart the hub.", "Ajoutée : redémarrez la plateforme."),
    "cli-source-is": ("Clients may send.", "Des clients peuvent envoyer."),
    "cli-source-page": (
        "The page cannot be written: run this as the account that owns it",
        "La page ne peut pas être écrite : lancez ceci avec le compte à qui elle appartient",
    ),
    "cli-source-ready": ("A message can be received here.", "Un message peut être reçu ici."),
    "cli-source-waits": ("No client may send here yet.", "Aucun client ne peut encore envoyer ici."),
    "cli-source-would": ("Nothing was written.", "Rien n’a été écrit."),
    "cli-token-role": ("The client has another role", "Le client a un autre rôle"),
    "cli-token-unknown": ("No such client in this territory", "Ce client n’existe pas dans ce territoire"),
    "cli-user-added": (
        "Account opened. Hand this link to its owner: it works once, within 24 hours.",
        "Compte ouvert. Remettez ce lien à son titulaire : il sert une fois, sous 24 heures.",
    ),
    "cli-user-done": ("Done.", "C’est fait."),
    "cli-user-ended": ("Closed.", "Fermé."),
    "cli-user-invited": ("Not set up yet.", "Pas encore mis en place."),
    "cli-user-is": ("In use.", "En service."),
    "cli-user-link": (
        "Hand this link to the owner of the account: it works once, within 24 hours.",
        "Remettez ce lien au titulaire du compte : il sert une fois, sous 24 heures.",
    ),
    "cli-user-unknown": ("No account has this login", "Aucun compte n’a cet identifiant"),
    "cli-user-would": ("Nothing was written.", "Rien n’a été écrit."),
    "key-last": (
        "The client’s last key: register another one first, or suspend the client",
        "C’est la dernière clé du client : enregistrez-en d’abord une autre, ou suspendez le client",
    ),
    "organisation-category": ("A category of the ROR has up to 4 digits", "Une catégorie du ROR a jusqu’à 4 chiffres"),
    "organisation-id": (
        "An identifier has 1 to 64 letters, digits, dots and hyphens",
        "Un identifiant a de 1 à 64 lettres, chiffres, points et tirets",
    ),
    "organisation-known": ("The directory has this organisation already", "L’annuaire a déjà cette structure"),
    "organisation-name": (
        "A name of 1 to 200 printed characters is expected",
        "Un nom de 1 à 200 caractères est attendu",
    ),
    "cli-usage-arguments": (
        "A command is missing, or an argument is too much",
        "Il manque une commande, ou un argument est de trop",
    ),
    "cli-usage-choice": (
        "Not one of the values that --help lists",
        "Ne fait pas partie des valeurs données par --help",
    ),
    "cli-usage-command": ("No such command", "Cette commande n’existe pas"),
    "cli-usage-date": (
        "A date is expected, such as 2026-01-31 or 2026-01-31T08:00:00",
        "Une date est attendue, comme 2026-01-31 ou 2026-01-31T08:00:00",
    ),
    "cli-usage-file": ("Not a file that can be read", "Ce n’est pas un fichier lisible"),
    "cli-usage-missing": ("Missing", "Manque"),
    "cli-usage-number": (
        "Not a whole number within the limits that --help gives",
        "N’est pas un nombre entier dans les bornes données par --help",
    ),
    "cli-usage-option": ("No such option", "Cette option n’existe pas"),
    "cli-usage-value": (
        "A value is missing, too much or not accepted",
        "Une valeur manque, est de trop ou n’est pas admise",
    ),
    "cli-version-is": ("Maillage", "Maillage"),
    "cli-worker-done": ("The worker has stopped.", "Le travail de fond est arrêté."),
    "cli-worker-ends": (
        "This job failed again and again, so the worker ends: its supervisor should start it again",
        "Cette tâche a échoué sans cesse, le travail de fond s’arrête : son superviseur devrait le relancer",
    ),
    "cli-worker-fault": ("A job failed and will be tried again", "Une tâche a échoué et sera reprise"),
    # The story that `hub demo` prints (hub.demo.story)
    "demo-acknowledged": ("received and acknowledged", "reçu et accusé"),
    "demo-already-accepted": ("already accepted", "déjà orientée"),
    "demo-agreement": (
        "the person lets the case manager see the mental health section, to work with the CMP",
        "la personne permet à la gestionnaire de voir le volet santé mentale, pour travailler avec le CMP",
    ),
    "demo-left-open": ("the desk has yet to decide", "le guichet doit encore décider"),
    "demo-desk-files": ("The desk files", "Le guichet classe"),
    "demo-desk-reads": ("The desk reads", "Le guichet lit"),
    "demo-accepted": (
        "the desk accepts: the plan becomes active, and four partners each receive an action and accept it",
        "le guichet accepte : le plan devient actif, quatre partenaires reçoivent chacun une action et l’acceptent",
    ),
    "demo-nothing-else": ("nothing else", "rien d’autre"),
    "demo-reader-cmp": ("CMP", "CMP"),
    "demo-reader-dac": ("case manager", "gestionnaire de cas"),
    "demo-reader-departement": ("APA team", "équipe APA"),
    "demo-reader-guichet": ("desk", "guichet"),
    "demo-reader-saad": ("home help", "aide à domicile"),
    "demo-reader-ssiad": ("home nursing", "SSIAD"),
    "demo-sender": ("sender", "adresseur"),
    # Partners and access (hub.record.clients.registry, hub.auth, hub.http.bearer, hub.domain.scopes)
    "auth-insecure-transport": (
        "Unset this variable: it allows OAuth without TLS",
        "Retirez cette variable : elle permet OAuth sans TLS",
    ),
    "auth-version": (
        "This library is not in a tested version: install those of requirements.txt",
        "Cette bibliothèque n’est pas dans une version éprouvée : installez celles de requirements.txt",
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
    "client-role": (
        "A client has one role, of config/roles.toml",
        "Un client a un rôle, et un seul, de config/roles.toml",
    ),
    "client-unknown": ("No client has this identifier", "Aucun client n’a cet identifiant"),
    "client-source": ("A source is a short lower-case word", "Une source est un mot court en minuscules"),
    "client-party-unknown": (
        "The directory has no such organisation: enter it first (hub organisation add)",
        "L’annuaire n’a pas cette structure : inscrivez-la d’abord (hub organisation add)",
    ),
    "client-source-unknown": (
        "No such source: hub source list names them, hub source add makes one",
        "Cette source n’existe pas : hub source list les nomme, hub source add en fait une",
    ),
    "key-file": (
        "Neither a public key (JWK or PEM) nor a set of them (JWKS): hub key new makes a pair",
        "Ni une clé publique (JWK ou PEM), ni un jeu de clés (JWKS) : hub key new fait une paire",
    ),
    "key-kid": ("A key needs a kid of 1 to 255 characters", "Une clé demande un kid de 1 à 255 caractères"),
    "key-kind": (
        "A key is EC P-384 (ES384) or RSA of at least 2048 bits (RS384)",
        "Une clé est EC P-384 (ES384) ou RSA d’au moins 2048 bits (RS384)",
    ),
    "key-known": (
        "This kid was used already; a new key needs a new one",
        "Ce kid a déjà servi ; une nouvelle clé en demande un nouveau",
    ),
    "key-overlap": ("From 0 to 720 hours", "De 0 à 720 heures"),
    "key-private": (
        "This is a private key: make a new one and give its public half",
        "C’est une clé privée : faites-en une autre et donnez sa moitié publique",
    ),
    "scope-constrained": (
        "Scopes with a query are not offered: ask without it",
        "Les portées avec un filtre ne sont pas offertes : demandez sans lui",
    ),
    "scope-missing": ("Ask for at least one scope", "Demandez au moins une portée"),
    "scope-not-system": ("A machine has system/ scopes only", "Une machine n’a que des portées system/"),
    "scope-outside": (
        "Your registration does not include this scope",
        "Votre enregistrement ne comprend pas cette portée",
    ),
    "scope-unknown": (
        "The hub has no such scope: smart-configuration lists them",
        "Cette portée n’existe pas : smart-configuration en donne la liste",
    ),
    "token-invalid": (
        "The access token is not valid: ask the token endpoint for another",
        "Le jeton d’accès n’est pas valable : demandez-en un autre au serveur de jetons",
    ),
    "token-required": (
        "An access token is required: Authorization: Bearer, from the token endpoint of smart-configuration",
        "Un jeton d’accès est requis : Authorization: Bearer, obtenu selon smart-configuration",
    ),
    "token-twice": ("Send one Authorization header only", "N’envoyez qu’un en-tête Authorization"),
    # R4 structure (hub.conformance)
    "array-expected": ("A list is expected here", "Une liste est attendue ici"),
    "array-too-long": ("The list has too many items: send fewer", "La liste a trop d’éléments : envoyez-en moins"),
    "choice-twice": (
        "Only one type of this choice is allowed: keep one",
        "Un seul type est permis pour ce choix : n’en gardez qu’un",
    ),
    "code-unknown": ("This code is not in the required value set", "Ce code n’est pas dans le jeu de valeurs exigé"),
    "element-unknown": (
        "FHIR R4 has no such element here: check its name",
        "FHIR R4 n’a pas cet élément ici : vérifiez son nom",
    ),
    "empty": ("This value, list or object is empty: leave it out", "Valeur, liste ou objet vide : retirez-le"),
    "extension-unknown": (
        "The hub does not keep this extension: leave it out",
        "La plateforme ne garde pas cette extension : retirez-la",
    ),
    "format-wrong": ("The value is not in the format of its type", "La valeur n’a pas le format de son type"),
    "implicit-rules": ("implicitRules is not accepted: leave it out", "implicitRules n’est pas accepté : retirez-le"),
    "modifier-extension": (
        "modifierExtension is not accepted: leave it out",
        "modifierExtension n’est pas acceptée : retirez-la",
    ),
    "null": ("null is not a value here: leave the element out", "null n’est pas une valeur ici : retirez l’élément"),
    "object-expected": ("An object is expected here", "Un objet est attendu ici"),
    "partner-length": (
        "The list of extensions (_name) must be as long as the list of values",
        "La liste des extensions (_nom) doit être aussi longue que celle des valeurs",
    ),
    "reference-malformed": (
        "This is not a reference: write Type/id, a URL or a urn:uuid:",
        "Ce n’est pas une référence : écrivez Type/id, une URL ou un urn:uuid:",
    ),
    "reference-target": (
        "A reference to this type is not allowed here",
        "Une référence à ce type n’est pas permise ici",
    ),
    "type-not-kept": (
        "The hub does not keep resources of this type",
        "La plateforme ne garde pas ce type de ressource",
    ),
    "type-unknown": ("Not a resource type of FHIR R4", "Ce n’est pas un type de ressource de FHIR R4"),
    "type-wrong": ("This is not the expected JSON type", "Ce n’est pas le type JSON attendu"),
    # Our own words and profiles (hub.conformance)
    "code-not-ours": ("The hub’s code system has no such code", "Le système de codes de la plateforme n’a pas ce code"),
    "profile-code": (
        "This code is not in the profile’s value set",
        "Ce code n’est pas dans le jeu de valeurs du profil",
    ),
    "profile-context": (
        "This extension is not allowed on this element",
        "Cette extension n’est pas permise sur cet élément",
    ),
    "profile-least": ("The profile requires more of these elements", "Le profil exige davantage de ces éléments"),
    "profile-most": ("The profile allows fewer of these elements", "Le profil permet moins de ces éléments"),
    "profile-other-type": ("This profile is for another type", "Ce profil est celui d’un autre type"),
    "profile-rule": ("A rule of the profile is not met", "Une règle du profil n’est pas respectée"),
    "profile-target": (
        "The profile requires a reference to another type",
        "Le profil demande une référence à un autre type",
    ),
    "profile-too-large": (
        "The resource is too large to be checked by a profile",
        "La ressource est trop grande pour être vérifiée par un profil",
    ),
    "profile-type": ("The profile requires another type of value", "Le profil demande un autre type de valeur"),
    "profile-unknown": ("The hub does not have this profile", "La plateforme n’a pas ce profil"),
    "profile-value": ("The profile requires another value", "Le profil demande une autre valeur"),
    # R4 invariants (hub.conformance)
    "r4-age-1": ("An age is above zero, in a UCUM unit", "Un âge est positif, dans une unité UCUM"),
    "r4-ait-1": ("Give the clinical status", "Donnez l’état clinique"),
    "r4-ait-2": ("Entered in error: leave out the clinical status", "Saisie par erreur : retirez l’état clinique"),
    "r4-app-1": ("A participant has a type or an actor", "Un participant a un type ou un acteur"),
    "r4-app-2": ("Give both a start and an end, or neither", "Donnez un début et une fin, ou aucun des deux"),
    "r4-app-3": ("This status requires a start and an end", "Cet état demande un début et une fin"),
    "r4-app-4": ("A reason to cancel needs a cancelled status", "Un motif d’annulation demande l’état annulé"),
    "r4-att-1": ("Data need their contentType", "Des données demandent leur contentType"),
    "r4-cnt-3": ("A count is a whole number without unit", "Un compte est un nombre entier sans unité"),
    "r4-con-1": ("A stage has a summary or an assessment", "Un stade a un résumé ou une évaluation"),
    "r4-con-2": ("An evidence has a code or details", "Un indice a un code ou des détails"),
    "r4-con-4": ("An end needs an inactive clinical status", "Une fin demande un état clinique inactif"),
    "r4-con-5": ("Entered in error: leave out the clinical status", "Saisie par erreur : retirez l’état clinique"),
    "r4-cpl-3": (
        "An activity has a detail or a reference, not both",
        "Une activité a un détail ou une référence, pas les deux",
    ),
    "r4-cpt-2": ("A contact value needs its system", "Une coordonnée demande son système"),
    "r4-ctm-1": ("onBehalfOf is allowed only for a Practitioner", "onBehalfOf n’est permis que pour un Practitioner"),
    "r4-dis-1": ("A distance is in a UCUM unit", "Une distance est dans une unité UCUM"),
    "r4-dom-2": ("A contained resource contains none", "Une ressource contenue n’en contient pas"),
    "r4-dom-3": (
        "A contained resource must be referred to",
        "Une ressource contenue doit être désignée par une référence",
    ),
    "r4-dom-4": (
        "A contained resource has no version: leave out its meta",
        "Une ressource contenue n’a pas de version : retirez son meta",
    ),
    "r4-dom-5": (
        "A contained resource has no security label: leave it out",
        "Une ressource contenue n’a pas d’étiquette de sécurité : retirez-la",
    ),
    "r4-drq-1": ("A filter has a path or a parameter", "Un filtre a un chemin ou un paramètre"),
    "r4-drq-2": ("A filter has a path or a parameter", "Un filtre a un chemin ou un paramètre"),
    "r4-drt-1": ("A duration has a value in a UCUM unit", "Une durée a une valeur dans une unité UCUM"),
    "r4-exp-1": ("An expression or its reference is required", "Une expression ou sa référence est exigée"),
    "r4-ext-1": (
        "An extension has a value or extensions, not both",
        "Une extension a une valeur ou des extensions, pas les deux",
    ),
    "r4-gol-1": ("A target’s detail needs its measure", "Le détail d’une cible demande sa mesure"),
    "r4-inv-1": ("lastModified is before authoredOn", "lastModified précède authoredOn"),
    "r4-obs-3": ("A reference range has a bound or a text", "Un intervalle a une borne ou un texte"),
    "r4-obs-6": ("Give a value or dataAbsentReason, not both", "Donnez une valeur ou dataAbsentReason, pas les deux"),
    "r4-obs-7": (
        "A component has the same code as the observation, which has a value itself",
        "Un composant a le même code que l’observation, qui a elle-même une valeur",
    ),
    "r4-org-1": ("An organisation has an identifier or a name", "Une structure a un identifiant ou un nom"),
    "r4-org-2": ("An organisation has no home address", "Une structure n’a pas d’adresse de domicile"),
    "r4-org-3": ("An organisation has no home telephone", "Une structure n’a pas de téléphone de domicile"),
    "r4-pat-1": ("A contact has a name or a means of contact", "Un contact a un nom ou une coordonnée"),
    "r4-per-1": ("The period ends before it starts", "La période finit avant de commencer"),
    "r4-ppc-1": ("A consent has a policy", "Un consentement a une règle"),
    "r4-prr-1": ("An order detail needs a code", "Un détail de demande exige un code"),
    "r4-qrs-1": ("Put nested items inside the answer", "Mettez les questions imbriquées dans la réponse"),
    "r4-qty-3": ("A unit code needs its system", "Un code d’unité demande son système"),
    "r4-que-1": ("A group has items, a display has none", "Un groupe a des questions, un texte n’en a pas"),
    "r4-que-2": ("A linkId occurs twice", "Un linkId est donné deux fois"),
    "r4-que-3": ("A display has no code", "Un texte n’a pas de code"),
    "r4-que-4": ("Give options or a value set, not both", "Donnez des options ou un jeu de valeurs, pas les deux"),
    "r4-que-5": ("This type of question has no options", "Ce type de question n’a pas d’options"),
    "r4-que-6": ("A display is not required nor repeated", "Un texte n’est ni obligatoire ni répété"),
    "r4-que-7": ("With the operator exists, give answerBoolean", "Avec l’opérateur exists, donnez answerBoolean"),
    "r4-que-8": ("A group or a display has no initial value", "Un groupe ou un texte n’a pas de valeur initiale"),
    "r4-que-9": ("A display is not read-only", "Un texte n’est pas en lecture seule"),
    "r4-que-10": ("This type of question has no length", "Ce type de question n’a pas de longueur"),
    "r4-que-11": (
        "Give options or an initial value, not both",
        "Donnez des options ou une valeur initiale, pas les deux",
    ),
    "r4-que-12": ("Several conditions need enableBehavior", "Plusieurs conditions demandent enableBehavior"),
    "r4-que-13": (
        "Several initial values need a repeated question",
        "Plusieurs valeurs initiales demandent une question répétée",
    ),
    "r4-rat-1": ("A ratio needs a numerator and a denominator", "Un rapport demande un numérateur et un dénominateur"),
    "r4-ref-1": (
        "This local reference points to no contained resource",
        "Cette référence locale ne désigne aucune ressource contenue",
    ),
    "r4-rng-2": ("The low bound is above the high one", "La borne basse dépasse la haute"),
    "r4-sev-1": ("Give a name or a query, not both", "Donnez un nom ou une requête, pas les deux"),
    "r4-tim-1": ("A duration needs its unit", "Une durée demande son unité"),
    "r4-tim-2": ("A period needs its unit", "Une période demande son unité"),
    "r4-tim-4": ("A duration is not negative", "Une durée n’est pas négative"),
    "r4-tim-5": ("A period is not negative", "Une période n’est pas négative"),
    "r4-tim-6": ("periodMax needs a period", "periodMax demande une période"),
    "r4-tim-7": ("durationMax needs a duration", "durationMax demande une durée"),
    "r4-tim-8": ("countMax needs a count", "countMax demande un nombre"),
    "r4-tim-9": (
        "An offset needs a moment (when) other than a meal",
        "Un décalage demande un moment (when) autre qu’un repas",
    ),
    "r4-tim-10": (
        "Give a time of day or a moment (when), not both",
        "Donnez une heure ou un moment (when), pas les deux",
    ),
    "r4-trd-1": ("Give data or a timing, not both", "Donnez des données ou un rythme, pas les deux"),
    "r4-trd-2": ("A condition needs data", "Une condition demande des données"),
    "r4-trd-3": (
        "This type of trigger lacks its name, timing or data",
        "Ce type de déclencheur n’a pas son nom, son rythme ou ses données",
    ),
}


def get_text(code: str, language: str = "en") -> str:
    """The sentence for `code` in `en` or `fr`; KeyError on an unknown code (a test sweeps the code base)."""
    english, french = TEXTS[code]
    return french if language == "fr" else english
