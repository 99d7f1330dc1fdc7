import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from hub.record import migrate as migrations
from hub.record.migrate import draft, is_current, migrate
from hub.record.store import open_store
from hub.record.tables import metadata
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
