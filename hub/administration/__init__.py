"""What operators and administrators manage besides people's accounts: partners and their keys, sources, versions of the policy.

The commands of `hub.cli` and the pages `/admin/…` of `hub.desk` both ask here. No HTTP and no SQL is here.
"""
