"""The pages of people: sign-in, first link, own account, acting context, end of the session, help."""
