"""From an accepted demand to the Tasks of partners, and back (`docs/loop.md` D3, D4, D6.13–D6.18).

Pure, on plain R4 JSON. The hub asks in its own name: a filler order based on the source's, and one Task for each partner. The
partner's slice leaves out the references to what it may not see.
"""

from hub.delegation.answering import close_parent, withdraw_children
from hub.delegation.plan import Delegation, delegate

__all__ = ["Delegation", "close_parent", "delegate", "withdraw_children"]
