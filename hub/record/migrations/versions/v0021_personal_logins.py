"""Logins of persons, relatives and representatives are apart from those of colleagues: their skeletons begin with U+0001."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    personal = sa.text(
        "UPDATE account SET skeleton = :mark || skeleton WHERE skeleton IS NOT NULL "
        "AND EXISTS (SELECT 1 FROM assignment a WHERE a.account_id = account.account_id) "
        "AND NOT EXISTS (SELECT 1 FROM assignment a WHERE a.account_id = account.account_id "
        "AND a.role NOT IN ('personne', 'aidant', 'repr_legal'))"
    )
    op.get_bind().execute(personal, {"mark": "\x01"})
