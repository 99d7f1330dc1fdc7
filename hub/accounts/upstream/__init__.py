"""Sign-in at identity providers: the hub as an OpenID Connect relying party (`docs/security.md` §2.2, §2.3)."""
