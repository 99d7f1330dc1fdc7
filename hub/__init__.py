"""Maillage receives referrals, keeps one shared record of each person, and shows each actor its own slice. See ARCHITECTURE.md."""
