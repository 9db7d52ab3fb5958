"""The outbox and its ledger, leases, and what one console publishes for the others. Attempts are only ever added."""

from __future__ import annotations

from sqlalchemy import Connection

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TABLES = (
    """
    CREATE TABLE lanes (
        lane TEXT PRIMARY KEY,
        hold_until BIGINT NOT NULL DEFAULT 0,
        hold_why TEXT NOT NULL DEFAULT '',
        worker TEXT,
        fence BIGINT NOT NULL DEFAULT 0,
        lease_until BIGINT NOT NULL DEFAULT 0
    )""",
    """
    CREATE TABLE outbox (
        id {serial},
        lane TEXT NOT NULL REFERENCES lanes (lane),
        escalation_id BIGINT,
        kind TEXT NOT NULL,
        urgent INTEGER NOT NULL DEFAULT 0,
        dedup_key TEXT NOT NULL UNIQUE,
        body TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'pending'
            CHECK (state IN ('pending', 'sending', 'delivered', 'dead', 'cancelled')),
        created_at BIGINT NOT NULL,
        next_at BIGINT NOT NULL,
        deadline BIGINT NOT NULL,
        fence BIGINT NOT NULL DEFAULT 0,
        attempts INTEGER NOT NULL DEFAULT 0,
        done_at BIGINT,
        accepted_by TEXT,
        remote_id TEXT,
        possibly_twice INTEGER NOT NULL DEFAULT 0,
        last_error TEXT NOT NULL DEFAULT '',
        bundle TEXT,
        CHECK (state <> 'delivered' OR (done_at IS NOT NULL AND accepted_by IS NOT NULL))
    )""",
    "CREATE INDEX outbox_waiting ON outbox (lane, id) WHERE state IN ('pending', 'sending')",
    "CREATE INDEX outbox_by_escalation ON outbox (escalation_id, id)",
    "CREATE INDEX outbox_dead ON outbox (id) WHERE state = 'dead'",
    """
    CREATE TABLE attempts (
        id {serial},
        message_id BIGINT NOT NULL REFERENCES outbox (id),
        at BIGINT NOT NULL,
        worker TEXT NOT NULL,
        fence BIGINT NOT NULL,
        what TEXT NOT NULL
            CHECK (what IN ('begun', 'accepted', 'failed', 'refused', 'cancelled', 'replayed', 'too late')),
        detail TEXT NOT NULL DEFAULT ''
    )""",
    "CREATE INDEX attempts_by_message ON attempts (message_id, id)",
    """
    CREATE TABLE leases (
        name TEXT PRIMARY KEY,
        holder TEXT NOT NULL,
        fence BIGINT NOT NULL,
        until BIGINT NOT NULL
    )""",
    """
    CREATE TABLE published (
        name TEXT PRIMARY KEY,
        body TEXT NOT NULL,
        at BIGINT NOT NULL,
        by TEXT NOT NULL,
        fence BIGINT NOT NULL,
        version BIGINT NOT NULL
    )""",
)

_SQLITE = (
    """
    CREATE TRIGGER attempts_once BEFORE INSERT ON attempts
    WHEN EXISTS (SELECT 1 FROM attempts WHERE id = NEW.id) BEGIN
        SELECT RAISE(ABORT, 'attempts cannot be changed');
    END""",
    """
    CREATE TRIGGER attempts_stay BEFORE UPDATE ON attempts BEGIN
        SELECT RAISE(ABORT, 'attempts cannot be changed');
    END""",
    """
    CREATE TRIGGER attempts_remain BEFORE DELETE ON attempts BEGIN
        SELECT RAISE(ABORT, 'attempts cannot be deleted');
    END""",
    """
    CREATE TRIGGER outbox_once BEFORE INSERT ON outbox
    WHEN EXISTS (SELECT 1 FROM outbox WHERE id = NEW.id OR dedup_key = NEW.dedup_key) BEGIN
        SELECT RAISE(ABORT, 'this message is in the outbox');
    END""",
    """
    CREATE TRIGGER outbox_goes_on BEFORE UPDATE ON outbox
    WHEN OLD.state = 'delivered' OR NEW.id <> OLD.id OR NEW.body <> OLD.body OR NEW.lane <> OLD.lane
        OR NEW.dedup_key <> OLD.dedup_key OR NEW.escalation_id IS NOT OLD.escalation_id
    BEGIN
        SELECT RAISE(ABORT, 'a message stays as it is, and a delivered one delivered');
    END""",
    """
    CREATE TRIGGER outbox_remains BEFORE DELETE ON outbox BEGIN
        SELECT RAISE(ABORT, 'messages cannot be deleted');
    END""",
)

_POSTGRESQL = (
    "CREATE TRIGGER attempts_stay BEFORE UPDATE OR DELETE ON attempts FOR EACH ROW EXECUTE FUNCTION forbid()",
    "CREATE TRIGGER attempts_remain BEFORE TRUNCATE ON attempts FOR EACH STATEMENT EXECUTE FUNCTION forbid()",
    """
    CREATE FUNCTION outbox_goes_on() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.state = 'delivered' OR NEW.id <> OLD.id OR NEW.body <> OLD.body OR NEW.lane <> OLD.lane
            OR NEW.dedup_key <> OLD.dedup_key OR NEW.escalation_id IS DISTINCT FROM OLD.escalation_id THEN
            RAISE EXCEPTION 'a message stays as it is, and a delivered one delivered' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$""",
    "CREATE TRIGGER outbox_goes_on BEFORE UPDATE ON outbox FOR EACH ROW EXECUTE FUNCTION outbox_goes_on()",
    "CREATE TRIGGER outbox_remains BEFORE DELETE ON outbox FOR EACH ROW EXECUTE FUNCTION forbid()",
    "CREATE TRIGGER outbox_is_kept BEFORE TRUNCATE ON outbox FOR EACH STATEMENT EXECUTE FUNCTION forbid()",
    """
    CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_notify('vauntico_' || TG_TABLE_SCHEMA, TG_TABLE_NAME);
        RETURN NULL;
    END $$""",
    "CREATE TRIGGER outbox_tells AFTER INSERT OR UPDATE ON outbox FOR EACH STATEMENT EXECUTE FUNCTION tell()",
    "CREATE TRIGGER published_tells AFTER INSERT OR UPDATE ON published FOR EACH STATEMENT EXECUTE FUNCTION tell()",
)


def make(connection: Connection) -> None:
    """Run it, with Alembic or without."""
    sqlite = connection.dialect.name == "sqlite"
    serial = "INTEGER PRIMARY KEY AUTOINCREMENT" if sqlite else "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY"
    for statement in (*_TABLES, *(_SQLITE if sqlite else _POSTGRESQL)):
        connection.exec_driver_sql(statement.replace("{serial}", serial))


def upgrade() -> None:
    from alembic import op  # noqa: PLC0415  only where an older journal is brought forward

    make(op.get_bind())
