"""The fictitious territory of `hub demo`: its partners, the referrals that they send, and what each role sees of them."""
