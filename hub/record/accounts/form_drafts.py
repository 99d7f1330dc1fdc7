"""Rows of form drafts: what was typed into a form that came after its session had ended. The content is sealed."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import Connection, delete, insert, select

from hub.record.tables import form_draft


@dataclass(frozen=True)
class DraftRow:
    """A draft. `browser`: the keyed hash of the handle that only the browser has. `assignment_id`: the acting context in which it
    was typed; `sid`: the session. `sealed`: address and fields, encrypted for this row and account. Times in microseconds."""

    draft_id: str
    browser: bytes
    account_id: str
    assignment_id: str
    sid: str
    sealed: bytes
    created: int
    until: int


def insert_draft(connection: Connection, row: DraftRow, most: int) -> None:
    """Store a draft, and of the account's drafts only the latest `most`."""
    connection.execute(insert(form_draft).values(**asdict(row)))
    latest = (
        select(form_draft.c.draft_id)
        .where(form_draft.c.account_id == row.account_id)
        .order_by(form_draft.c.created.desc(), form_draft.c.draft_id.desc())
    )
    surplus = list(connection.scalars(latest.offset(most)))
    if surplus:
        connection.execute(delete(form_draft).where(form_draft.c.draft_id.in_(surplus)))


def list_drafts(
    connection: Connection, browser: bytes, account_id: str, assignment_id: str, now: int
) -> list[DraftRow]:
    """Return the drafts that an account typed in this browser and acting context, the latest first."""
    rows = connection.execute(
        select(form_draft)
        .where(
            form_draft.c.account_id == account_id,
            form_draft.c.browser == browser,
            form_draft.c.assignment_id == assignment_id,
            form_draft.c.until > now,
        )
        .order_by(form_draft.c.created.desc(), form_draft.c.draft_id.desc())
    )
    return [DraftRow(*row) for row in rows]


def is_browser_known(connection: Connection, browser: bytes, now: int) -> bool:
    """Whether any draft was typed in this browser, whoever typed it."""
    condition = (form_draft.c.browser == browser, form_draft.c.until > now)
    return connection.scalar(select(form_draft.c.draft_id).where(*condition).limit(1)) is not None


def delete_drafts(connection: Connection, draft_ids: list[str]) -> None:
    """Delete drafts by their ids."""
    connection.execute(delete(form_draft).where(form_draft.c.draft_id.in_(draft_ids)))


def delete_drafts_of_browser(connection: Connection, browser: bytes, account_id: str) -> None:
    """Delete what an account typed in this browser, in every acting context."""
    connection.execute(delete(form_draft).where(form_draft.c.browser == browser, form_draft.c.account_id == account_id))


def delete_drafts_of_sessions(connection: Connection, account_id: str, *, sid: str = "", but: str = "") -> None:
    """Delete the drafts of an account: those of the session `sid`, or all, or all `but` those of one session."""
    conditions = [form_draft.c.account_id == account_id]
    if sid:
        conditions.append(form_draft.c.sid == sid)
    if but:
        conditions.append(form_draft.c.sid != but)
    connection.execute(delete(form_draft).where(*conditions))
