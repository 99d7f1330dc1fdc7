import ast
import json

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from hub.record.db.store import open_store
from hub.record.maintenance import migrate as migrations
from hub.record.maintenance.migrate import draft, is_current, migrate
from hub.record.tables import metadata
from hub.slices import get_reference_rid
from tests.conftest import SEAL_KEYS


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request, tmp_path):
    """An open store on a database without any table."""
    if request.param == "sqlite":
        url, gone = f"sqlite:///{tmp_path / 'hub.sqlite'}", None
    else:
        server = request.getfixturevalue("postgres")
        name = server.create()
        url, gone = server.url(name), lambda: server.drop(name)
    opened = open_store(url, SEAL_KEYS, durable=False)
    yield opened
    opened.dispose()
    if gone:
        gone()


@pytest.fixture
def own_versions(tmp_path, monkeypatch):
    """The folder of versions, empty and elsewhere."""
    home = tmp_path / "migrations"
    (home / "versions").mkdir(parents=True)
    for name in ("env.py", "script.py.mako"):
        (home / name).write_text((migrations._HOME / name).read_text())
    monkeypatch.setattr(migrations, "_HOME", home)
    return home


def differences(store):
    with store.read() as connection:
        context = MigrationContext.configure(connection)
        return compare_metadata(context, metadata)


def test_a_version_drafted_from_the_tables_makes_just_them(empty, own_versions):
    path = draft(empty, "first tables", "0001")
    assert path.name == "v0001_first_tables.py"
    assert not is_current(empty)
    migrate(empty)
    assert is_current(empty)
    assert differences(empty) == []


def test_to_migrate_again_changes_nothing(empty, own_versions):
    draft(empty, "first tables", "0001")
    migrate(empty)
    with empty.write() as connection:
        connection.execute(text("CREATE TABLE kept (id INTEGER)"))
    migrate(empty)
    assert is_current(empty)
    assert set(inspect(empty.reader).get_table_names()) == {*metadata.tables, "alembic_version", "kept"}


def test_a_failed_version_leaves_nothing_behind(empty, own_versions):
    broken = (
        'import sqlalchemy as sa\nfrom alembic import op\nrevision = "0001"\ndown_revision = None\n'
        'def upgrade():\n    op.create_table("half", sa.Column("id", sa.Integer))\n    raise RuntimeError("stop")\n'
    )
    (own_versions / "versions" / "v0001_broken.py").write_text(broken)
    with pytest.raises(RuntimeError, match="stop"):
        migrate(empty)
    with empty.read() as connection:
        assert not connection.dialect.has_table(connection, "half")
    assert not is_current(empty)


def test_the_released_versions_make_the_tables_of_this_code(empty):
    migrate(empty)
    assert is_current(empty)
    assert differences(empty) == []


def test_a_reference_of_the_first_version_gets_its_number(empty):
    codes = ("Patient/p1", "Practitioner/a-1.b", "not a reference")
    insert = text("INSERT INTO index_token VALUES (1, 'Task', 'subject', '', :code, 1, 0, 0, 0, NULL)")
    with empty.write() as connection:
        command.upgrade(migrations._build_config(connection), "0001")
        connection.execute(insert, [{"code": code} for code in codes])
    migrate(empty)
    with empty.read() as connection:
        targets = dict(connection.execute(text("SELECT code, target FROM index_token")).all())
    assert targets == {code: get_reference_rid(code) for code in codes[:2]} | {codes[2]: None}


def test_the_logins_of_persons_are_set_apart(empty):
    account = text("INSERT INTO account VALUES (:id, :id, :id, 'x', '', '', NULL, true, 1, NULL)")
    assignment = text("INSERT INTO assignment VALUES (:id, :account, 'x', :role, 1, 2, '', 1, '', '')")
    given = [("jeanne", "personne"), ("paul", "aidant"), ("nadia", "guichet"), ("nadia", "aidant")]
    with empty.write() as connection:
        command.upgrade(migrations._build_config(connection), "0020")
        connection.execute(account, [{"id": login} for login in ("jeanne", "paul", "nadia", "neuve")])
        rows = [{"id": str(at), "account": login, "role": role} for at, (login, role) in enumerate(given)]
        connection.execute(assignment, rows)
    migrate(empty)
    with empty.read() as connection:
        skeletons = dict(connection.execute(text("SELECT account_id, skeleton FROM account")).all())
    assert skeletons == {"jeanne": "\x01jeanne", "paul": "\x01paul", "nadia": "nadia", "neuve": "neuve"}


def test_the_journal_of_before_is_carried_along(empty):
    """Each resource of an event stays in its list, what was sought before what came along; who acted becomes a row of its own."""
    event = text(
        "INSERT INTO access (person, at, rid, agent, party, role, client, session, action, needs, stake_needs, domain, account) "
        "VALUES (7, :at, 5, 3, :party, 'ssiad', 'x', '', 'search', 1, 3, 0, '')"
    )
    resource = text("INSERT INTO access_shown VALUES (7, :at, 5, :shown, :sought)")
    with empty.write() as connection:
        command.upgrade(migrations._build_config(connection), "0022")
        connection.execute(event, [{"at": at, "party": f"Organization/{at % 2}"} for at in (1, 2, 3)])
        connection.execute(resource, [{"at": 1, "shown": shown, "sought": shown != 11} for shown in (11, 13, 12)])
        connection.execute(resource, [{"at": at, "shown": 14, "sought": False} for at in (2, 3)])
    migrate(empty)
    with empty.read() as connection:
        joined = "access JOIN access_actor who ON who.person = access.person AND who.actor = access.actor"
        rows = connection.execute(text(f"SELECT at, party, sought, shown FROM {joined} ORDER BY at")).all()
        actors = connection.execute(text("SELECT count(*) FROM access_actor WHERE actor < 0")).scalar_one()
    lists = [
        (at, party, sought, json.loads(shown) if isinstance(shown, str) else shown) for at, party, sought, shown in rows
    ]
    assert lists == [
        (1, "Organization/1", 2, [12, 13, 11]),
        (2, "Organization/0", 0, [14]),
        (3, "Organization/1", 0, [14]),
    ]
    assert actors == 2


FROZEN = "hub.record.migrations.frozen_"


@pytest.mark.parametrize("path", sorted(migrations._HOME.rglob("v[0-9]*.py")), ids=lambda path: path.stem)
def test_a_version_imports_nothing_of_the_hub_that_may_change(path):
    assert [name for name in imports(path) if name.startswith(("hub", ".")) and not name.startswith(FROZEN)] == []


@pytest.mark.parametrize("path", sorted(migrations._HOME.glob("frozen_*.py")), ids=lambda path: path.stem)
def test_what_is_frozen_imports_nothing_of_the_hub(path):
    assert [name for name in imports(path) if name.startswith(("hub", "."))] == []


def imports(path):
    """Modules that the file at `path` imports, wherever in it; relative ones begin with a dot."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")
