"""Maillage receives referrals, keeps a shared record of each person, and shows each actor its own slice. See ARCHITECTURE.md."""
