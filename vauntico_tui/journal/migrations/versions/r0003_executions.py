"""Executions of runbooks: one row each, moved on by events of the log alone. What must never be is forbidden here.

- One that lives (runs, is undone or watches) a runbook and subject: two people can't run the same at once.
- A version grows by one, with an event of its own; between two versions only the lease moves.
- The fence never shrinks; a new holder has a new one. What is undone stays undone.
"""

from __future__ import annotations

from sqlalchemy import Connection

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TABLES = (
    """
    CREATE TABLE executions (
        id TEXT PRIMARY KEY CHECK (id <> ''),
        runbook TEXT NOT NULL CHECK (runbook <> ''),
        subject TEXT NOT NULL,
        mark TEXT NOT NULL CHECK (mark IN
            ('running', 'interrupted', 'failed', 'cancelled', 'watching', 'done', 'undoing', 'undone')),
        version INTEGER NOT NULL CHECK (version >= 1),
        by TEXT NOT NULL CHECK (by <> ''),
        holder TEXT NOT NULL DEFAULT '',
        fence BIGINT NOT NULL DEFAULT 0,
        lease_until BIGINT NOT NULL DEFAULT 0,
        started_at BIGINT NOT NULL,
        ended_at BIGINT,
        plan_seq BIGINT NOT NULL REFERENCES events (seq),
        seq BIGINT NOT NULL UNIQUE REFERENCES events (seq),
        data TEXT NOT NULL,
        CHECK (mark NOT IN ('done', 'undone') OR ended_at IS NOT NULL),
        CHECK (mark NOT IN ('running', 'watching', 'undoing') OR ended_at IS NULL),
        CHECK (plan_seq <= seq)
    )""",
    """
    CREATE UNIQUE INDEX one_live_a_runbook_and_subject ON executions (runbook, subject)
    WHERE mark IN ('running', 'watching', 'undoing')""",
    "CREATE INDEX executions_open ON executions (started_at) WHERE ended_at IS NULL",
    "CREATE INDEX executions_latest ON executions (started_at)",
    "CREATE INDEX executions_watching ON executions (lease_until) WHERE mark = 'watching'",
)

_SQLITE = (
    """
    CREATE TRIGGER executions_begin BEFORE INSERT ON executions BEGIN
        SELECT RAISE(ABORT, 'an execution begins running, at version 1')
        WHERE NEW.version <> 1 OR NEW.mark <> 'running';
        SELECT RAISE(ABORT, 'there is an execution by this id, or one that lives for this runbook and subject')
        WHERE EXISTS (SELECT 1 FROM executions WHERE id = NEW.id OR (runbook = NEW.runbook AND subject = NEW.subject
                      AND mark IN ('running', 'watching', 'undoing')));
        SELECT RAISE(ABORT, 'an execution begins with an event of its own')
        WHERE NOT EXISTS (SELECT 1 FROM events WHERE seq = NEW.seq AND kind = 'execution');
    END""",
    """
    CREATE TRIGGER executions_go_on BEFORE UPDATE ON executions BEGIN
        SELECT RAISE(ABORT, 'an execution keeps its id, runbook, subject and start')
        WHERE NEW.id <> OLD.id OR NEW.runbook <> OLD.runbook OR NEW.subject <> OLD.subject
            OR NEW.started_at <> OLD.started_at;
        SELECT RAISE(ABORT, 'the version must grow by one, with an event of its own')
        WHERE NEW.version <> OLD.version AND (NEW.version <> OLD.version + 1 OR NEW.seq <= OLD.seq
            OR NOT EXISTS (SELECT 1 FROM events WHERE seq = NEW.seq AND kind = 'execution'));
        SELECT RAISE(ABORT, 'without an event only the lease moves')
        WHERE NEW.version = OLD.version AND (NEW.mark <> OLD.mark OR NEW."by" <> OLD."by" OR NEW.data <> OLD.data
            OR NEW.seq <> OLD.seq OR NEW.plan_seq <> OLD.plan_seq OR NEW.ended_at IS NOT OLD.ended_at);
        SELECT RAISE(ABORT, 'a new holder has a new fence, and no fence shrinks')
        WHERE NEW.fence < OLD.fence
            OR (NEW.fence = OLD.fence AND NEW.holder <> OLD.holder AND NEW.holder <> '');
        SELECT RAISE(ABORT, 'what is undone stays undone') WHERE OLD.mark = 'undone' AND NEW.version <> OLD.version;
    END""",
    """
    CREATE TRIGGER executions_remain BEFORE DELETE ON executions BEGIN
        SELECT RAISE(ABORT, 'executions cannot be deleted');
    END""",
)

_POSTGRESQL = (
    """
    CREATE FUNCTION executions_go_on() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
    BEGIN
        IF (TG_OP = 'INSERT' OR NEW.version <> OLD.version)
            AND NOT EXISTS (SELECT 1 FROM events WHERE seq = NEW.seq AND kind = 'execution') THEN
            RAISE EXCEPTION 'an execution moves with an event of its own' USING ERRCODE = 'check_violation';
        END IF;
        IF TG_OP = 'INSERT' THEN
            IF NEW.version <> 1 OR NEW.mark <> 'running' THEN
                RAISE EXCEPTION 'an execution begins running, at version 1' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        END IF;
        IF NEW.id <> OLD.id OR NEW.runbook <> OLD.runbook OR NEW.subject <> OLD.subject
            OR NEW.started_at <> OLD.started_at THEN
            RAISE EXCEPTION 'an execution keeps its id, runbook, subject and start' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.version <> OLD.version AND (NEW.version <> OLD.version + 1 OR NEW.seq <= OLD.seq) THEN
            RAISE EXCEPTION 'the version must grow by one' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.version = OLD.version AND (NEW.mark <> OLD.mark OR NEW."by" <> OLD."by" OR NEW.data <> OLD.data
            OR NEW.seq <> OLD.seq OR NEW.plan_seq <> OLD.plan_seq OR NEW.ended_at IS DISTINCT FROM OLD.ended_at) THEN
            RAISE EXCEPTION 'without an event only the lease moves' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.fence < OLD.fence OR (NEW.fence = OLD.fence AND NEW.holder <> OLD.holder AND NEW.holder <> '') THEN
            RAISE EXCEPTION 'a new holder has a new fence, and no fence shrinks' USING ERRCODE = 'check_violation';
        END IF;
        IF OLD.mark = 'undone' AND NEW.version <> OLD.version THEN
            RAISE EXCEPTION 'what is undone stays undone' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$""",
    """
    CREATE TRIGGER executions_go_on BEFORE INSERT OR UPDATE ON executions
    FOR EACH ROW EXECUTE FUNCTION executions_go_on()""",
    "CREATE TRIGGER executions_remain BEFORE DELETE ON executions FOR EACH ROW EXECUTE FUNCTION forbid()",
    "CREATE TRIGGER executions_are_kept BEFORE TRUNCATE ON executions FOR EACH STATEMENT EXECUTE FUNCTION forbid()",
)


def make(connection: Connection) -> None:
    """Run it, with Alembic or without."""
    sqlite = connection.dialect.name == "sqlite"
    for statement in (*_TABLES, *(_SQLITE if sqlite else _POSTGRESQL)):
        connection.exec_driver_sql(statement)


def upgrade() -> None:
    from alembic import op  # noqa: PLC0415  only where an older journal is brought forward

    make(op.get_bind())
