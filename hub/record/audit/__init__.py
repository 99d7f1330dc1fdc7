"""The journal of accesses: who opened what of a person's record, and when, as AuditEvents (CSP L1110-4; `docs/domain.md` §3).

AuditEvents are not stored: each is derived from one trace and one person. `index` groups the traces by person after the
requests, `params` parses a search and `conditions` builds its SQL, `visibility` selects the events that an actor sees, `query`
reads them and `event` renders them.

The readers of a person's journal are those with `access-log` on that person. Of these,

* the person and the data protection officer, who have the ties `self` and `hub`, see **every** event;
* the others see an event only if they could read now one of the resources that it searched for, and the party that made it: an
  event of a psychiatric centre, or about a psychiatric resource, would reveal what is hidden from them (`docs/leaks.md` L112).

An event names the Patient and those resources that its reader could read now: no resource of another person in the same
answer, and no search parameter (`docs/leaks.md` L117). Rights and labels are those of the moment when the journal is read, so
that what is relabelled or withheld later is not named to those who may no longer see it.
"""

from hub.record.audit.index import index_traces
from hub.record.audit.params import EVENT, parse_audit_query
from hub.record.audit.query import JournalPage, find_events, read_event

__all__ = ["EVENT", "JournalPage", "find_events", "index_traces", "parse_audit_query", "read_event"]
