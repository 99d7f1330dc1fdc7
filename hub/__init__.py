"""Maillage: one door for referrals, one shared record, each actor its own slice. See ARCHITECTURE.md."""
