"""The journal of accesses: who opened what of a person's record, and when, as AuditEvents (CSP L1110-4; `docs/domain.md` §3).

Nobody writes one and none is stored: an AuditEvent is what one trace says of one person. `indexing` lays the traces out by
person behind the requests, `question` reads what is asked and `terms` makes conditions of it, `sight` says who sees which event,
`finding` answers, `event` gives the answer its form.

Its readers are those to whom the policy page gives `access-log` on that person. Of them

* the person and the data protection officer, whom the ties `self` and `hub` open it to, see **every** opening;
* the others see an opening only if they could read now something of what it sought, and whoever made it: that a psychiatric
  centre read something, or that anybody read something psychiatric, would tell what is hidden from them (`docs/leaks.md` L112).

To everyone an event names the Patient and those resources that this reader could read now: never what belongs to another
person of the same page, never what was asked (`docs/leaks.md` L117). Rights and labels are judged when the journal is read, so
what is relabelled or withheld later is named to nobody who may not see it then.
"""

from hub.record.audit.index import index_traces
from hub.record.audit.params import EVENT, parse_audit_query
from hub.record.audit.query import JournalPage, find_events, read_event

__all__ = ["EVENT", "JournalPage", "find_events", "index_traces", "parse_audit_query", "read_event"]
