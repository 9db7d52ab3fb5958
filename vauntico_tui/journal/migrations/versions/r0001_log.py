"""The log, the escalations and their answers. What must never be is forbidden here, whatever program writes.

- Events and policies are only ever added; an event follows the head and moves it.
- A row of `escalations` has an event of the same version, state and level (a foreign key checked at commit).
- One open escalation a subject; a version grows by one; resolved is the end.
"""

from __future__ import annotations

import uuid

from sqlalchemy import Connection, text

from vauntico_tui.journal.codec import genesis

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = (
    """
    CREATE TABLE head (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        journal_id TEXT NOT NULL,
        seq BIGINT NOT NULL CHECK (seq >= 0),
        hash TEXT NOT NULL CHECK (length(hash) = 64),
        at BIGINT NOT NULL
    )""",
    "CREATE TABLE policies (digest TEXT PRIMARY KEY CHECK (length(digest) = 64), body TEXT NOT NULL)",
    """
    CREATE TABLE events (
        seq {key},
        at BIGINT NOT NULL,
        escalation_id BIGINT,
        version INTEGER,
        state TEXT,
        level INTEGER,
        kind TEXT NOT NULL,
        actor TEXT NOT NULL CHECK (actor <> ''),
        login TEXT NOT NULL,
        body TEXT NOT NULL,
        prev_hash TEXT NOT NULL,
        hash TEXT NOT NULL UNIQUE,
        CHECK ((escalation_id IS NULL) = (version IS NULL)),
        CHECK ((escalation_id IS NULL) = (state IS NULL)),
        UNIQUE (escalation_id, version),
        UNIQUE (escalation_id, version, state, level)
    )""",
    """
    CREATE TABLE escalations (
        id {key},
        subject TEXT NOT NULL CHECK (subject <> ''),
        state TEXT NOT NULL CHECK (state IN ('triggered', 'acknowledged', 'snoozed', 'resolved')),
        level INTEGER NOT NULL,
        version INTEGER NOT NULL CHECK (version >= 1),
        triggered_at BIGINT NOT NULL,
        breaches_at BIGINT NOT NULL CHECK (breaches_at >= triggered_at),
        next_at BIGINT,
        resolved_at BIGINT,
        acknowledged_by TEXT,
        previous_id BIGINT REFERENCES escalations (id),
        merged_into BIGINT REFERENCES escalations (id),
        policy TEXT NOT NULL REFERENCES policies (digest),
        data TEXT NOT NULL,
        CHECK ((state = 'resolved') = (resolved_at IS NOT NULL)),
        CHECK (state <> 'acknowledged' OR acknowledged_by IS NOT NULL),
        CHECK (state <> 'resolved' OR next_at IS NULL),
        CHECK (merged_into IS NULL OR (merged_into <> id AND state = 'resolved')),
        FOREIGN KEY (id, version, state, level) REFERENCES events (escalation_id, version, state, level)
            DEFERRABLE INITIALLY DEFERRED
    )""",
    "CREATE UNIQUE INDEX one_open_a_subject ON escalations (subject) WHERE state <> 'resolved'",
    "CREATE INDEX escalations_by_clock ON escalations (next_at) WHERE state <> 'resolved'",
    "CREATE INDEX escalations_by_subject ON escalations (subject, id)",
    "CREATE INDEX escalations_by_end ON escalations (resolved_at) WHERE state = 'resolved'",
    """
    CREATE TABLE answers (
        key TEXT PRIMARY KEY,
        at BIGINT NOT NULL,
        asked TEXT NOT NULL,
        body TEXT NOT NULL
    )""",
    """
    CREATE TABLE signatures (
        seq BIGINT PRIMARY KEY REFERENCES events (seq),
        kind TEXT NOT NULL CHECK (kind IN ('approval', 'review', 'override')),
        subject TEXT NOT NULL CHECK (subject <> ''),
        by TEXT NOT NULL CHECK (by <> ''),
        role TEXT,
        at BIGINT NOT NULL,
        reason TEXT NOT NULL,
        until BIGINT,
        withdrawn_seq BIGINT REFERENCES events (seq),
        CHECK (kind <> 'override' OR (reason <> '' AND until IS NOT NULL))
    )""",
    "CREATE INDEX signatures_by_subject ON signatures (subject) WHERE withdrawn_seq IS NULL",
)

_SQLITE = (
    """
    CREATE TRIGGER events_follow BEFORE INSERT ON events BEGIN
        SELECT RAISE(ABORT, 'an event must follow the head of the log')
        WHERE NOT EXISTS (SELECT 1 FROM head WHERE NEW.seq = seq + 1 AND NEW.prev_hash = hash AND NEW.at >= at);
        SELECT RAISE(ABORT, 'this version of the escalation has its event')
        WHERE EXISTS (SELECT 1 FROM events WHERE escalation_id = NEW.escalation_id AND version = NEW.version);
    END""",
    """
    CREATE TRIGGER events_move_head AFTER INSERT ON events BEGIN
        UPDATE head SET seq = NEW.seq, hash = NEW.hash, at = NEW.at;
    END""",
    """
    CREATE TRIGGER events_stay BEFORE UPDATE ON events BEGIN
        SELECT RAISE(ABORT, 'events cannot be changed');
    END""",
    """
    CREATE TRIGGER events_remain BEFORE DELETE ON events BEGIN
        SELECT RAISE(ABORT, 'events cannot be deleted');
    END""",
    """
    CREATE TRIGGER head_follows BEFORE UPDATE ON head
    WHEN NOT (OLD.seq = 0 AND NEW.seq = 0) AND (
        NEW.journal_id <> OLD.journal_id OR NEW.seq <> OLD.seq + 1
        OR NOT EXISTS (SELECT 1 FROM events WHERE seq = NEW.seq AND hash = NEW.hash))
    BEGIN
        SELECT RAISE(ABORT, 'the head of the log moves with its events alone');
    END""",
    """
    CREATE TRIGGER head_remains BEFORE DELETE ON head BEGIN
        SELECT RAISE(ABORT, 'the head of the log cannot be deleted');
    END""",
    """
    CREATE TRIGGER head_is_one BEFORE INSERT ON head WHEN EXISTS (SELECT 1 FROM head) BEGIN
        SELECT RAISE(ABORT, 'the log has one head');
    END""",
    """
    CREATE TRIGGER policies_once BEFORE INSERT ON policies
    WHEN EXISTS (SELECT 1 FROM policies WHERE digest = NEW.digest) BEGIN
        SELECT RAISE(ABORT, 'policies cannot be changed');
    END""",
    """
    CREATE TRIGGER policies_stay BEFORE UPDATE ON policies BEGIN
        SELECT RAISE(ABORT, 'policies cannot be changed');
    END""",
    """
    CREATE TRIGGER policies_remain BEFORE DELETE ON policies BEGIN
        SELECT RAISE(ABORT, 'policies cannot be deleted');
    END""",
    """
    CREATE TRIGGER escalations_begin BEFORE INSERT ON escalations BEGIN
        SELECT RAISE(ABORT, 'an escalation begins triggered, at version 1')
        WHERE NEW.version <> 1 OR NEW.state <> 'triggered';
        SELECT RAISE(ABORT, 'there is one by this id, or an open one for this subject')
        WHERE EXISTS (SELECT 1 FROM escalations
                      WHERE id = NEW.id OR (subject = NEW.subject AND state <> 'resolved'));
    END""",
    """
    CREATE TRIGGER escalations_go_on BEFORE UPDATE ON escalations BEGIN
        SELECT RAISE(ABORT, 'an escalation keeps its id, subject, start and policy')
        WHERE NEW.id <> OLD.id OR NEW.subject <> OLD.subject OR NEW.triggered_at <> OLD.triggered_at
            OR NEW.previous_id IS NOT OLD.previous_id OR NEW.policy <> OLD.policy;
        SELECT RAISE(ABORT, 'the version must grow by one') WHERE NEW.version <> OLD.version + 1;
        SELECT RAISE(ABORT, 'a resolved escalation stays resolved')
        WHERE OLD.state = 'resolved' AND (NEW.state <> 'resolved' OR NEW.resolved_at <> OLD.resolved_at
            OR NEW.merged_into IS NOT OLD.merged_into OR NEW.level <> OLD.level);
    END""",
    """
    CREATE TRIGGER escalations_remain BEFORE DELETE ON escalations BEGIN
        SELECT RAISE(ABORT, 'escalations cannot be deleted');
    END""",
    """
    CREATE TRIGGER signatures_once BEFORE INSERT ON signatures
    WHEN EXISTS (SELECT 1 FROM signatures WHERE seq = NEW.seq) BEGIN
        SELECT RAISE(ABORT, 'a signature cannot be changed');
    END""",
    """
    CREATE TRIGGER signatures_stay BEFORE UPDATE ON signatures
    WHEN OLD.withdrawn_seq IS NOT NULL OR NEW.withdrawn_seq IS NULL OR NEW.seq <> OLD.seq OR NEW.kind <> OLD.kind
        OR NEW.subject <> OLD.subject OR NEW.by <> OLD.by OR NEW.role IS NOT OLD.role OR NEW.at <> OLD.at
        OR NEW.reason <> OLD.reason OR NEW.until IS NOT OLD.until
    BEGIN
        SELECT RAISE(ABORT, 'a signature can only be withdrawn');
    END""",
    """
    CREATE TRIGGER signatures_remain BEFORE DELETE ON signatures BEGIN
        SELECT RAISE(ABORT, 'signatures cannot be deleted');
    END""",
)

_POSTGRESQL = (
    """
    CREATE FUNCTION vauntico_now() RETURNS bigint LANGUAGE sql VOLATILE AS
    $$ SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint $$""",
    """
    CREATE FUNCTION forbid() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION USING
            MESSAGE = TG_TABLE_NAME || ' cannot be changed or deleted', ERRCODE = 'restrict_violation';
    END $$""",
    """
    CREATE FUNCTION events_follow() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
    DECLARE
        last head;
        owner name := (SELECT tableowner FROM pg_catalog.pg_tables
                       WHERE schemaname = TG_TABLE_SCHEMA AND tablename = TG_TABLE_NAME);
    BEGIN
        SELECT * INTO STRICT last FROM head FOR UPDATE;
        IF NEW.seq <> last.seq + 1 OR NEW.prev_hash <> last.hash OR NEW.at < last.at THEN
            RAISE EXCEPTION 'an event must follow the head of the log' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.hash <> encode(sha256(convert_to(NEW.prev_hash || chr(10) || NEW.body, 'UTF8')), 'hex') THEN
            RAISE EXCEPTION 'the hash of the event is wrong' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.login <> session_user AND NOT pg_has_role(session_user, owner, 'MEMBER') THEN
            RAISE EXCEPTION 'events are written under one''s own login' USING ERRCODE = 'insufficient_privilege';
        END IF;
        IF NEW.kind IN ('signed', 'withdrawn')
            AND NOT has_table_privilege(session_user, quote_ident(TG_TABLE_SCHEMA) || '.signatures', 'INSERT') THEN
            RAISE EXCEPTION 'only a lead signs' USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NEW;
    END $$""",
    "CREATE TRIGGER events_follow BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION events_follow()",
    """
    CREATE FUNCTION events_move_head() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
    BEGIN
        UPDATE head SET seq = NEW.seq, hash = NEW.hash, at = NEW.at;
        PERFORM pg_notify('vauntico_' || TG_TABLE_SCHEMA, 'event ' || NEW.seq);
        RETURN NULL;
    END $$""",
    "CREATE TRIGGER events_move_head AFTER INSERT ON events FOR EACH ROW EXECUTE FUNCTION events_move_head()",
    "CREATE TRIGGER events_stay BEFORE UPDATE OR DELETE ON events FOR EACH ROW EXECUTE FUNCTION forbid()",
    "CREATE TRIGGER events_remain BEFORE TRUNCATE ON events FOR EACH STATEMENT EXECUTE FUNCTION forbid()",
    """
    CREATE FUNCTION head_follows() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
    BEGIN
        IF NOT (OLD.seq = 0 AND NEW.seq = 0) AND (
            NEW.journal_id <> OLD.journal_id OR NEW.seq <> OLD.seq + 1
            OR NOT EXISTS (SELECT 1 FROM events WHERE seq = NEW.seq AND hash = NEW.hash)) THEN
            RAISE EXCEPTION 'the head of the log moves with its events alone' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$""",
    "CREATE TRIGGER head_follows BEFORE UPDATE ON head FOR EACH ROW EXECUTE FUNCTION head_follows()",
    "CREATE TRIGGER head_remains BEFORE DELETE ON head FOR EACH ROW EXECUTE FUNCTION forbid()",
    "CREATE TRIGGER head_is_kept BEFORE TRUNCATE ON head FOR EACH STATEMENT EXECUTE FUNCTION forbid()",
    "CREATE TRIGGER policies_stay BEFORE UPDATE OR DELETE ON policies FOR EACH ROW EXECUTE FUNCTION forbid()",
    "CREATE TRIGGER policies_remain BEFORE TRUNCATE ON policies FOR EACH STATEMENT EXECUTE FUNCTION forbid()",
    """
    CREATE FUNCTION escalations_go_on() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            IF NEW.version <> 1 OR NEW.state <> 'triggered' THEN
                RAISE EXCEPTION 'an escalation begins triggered, at version 1' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        END IF;
        IF NEW.id <> OLD.id OR NEW.subject <> OLD.subject OR NEW.triggered_at <> OLD.triggered_at
            OR NEW.previous_id IS DISTINCT FROM OLD.previous_id OR NEW.policy <> OLD.policy THEN
            RAISE EXCEPTION 'an escalation keeps its id, subject, start and policy' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.version <> OLD.version + 1 THEN
            RAISE EXCEPTION 'the version must grow by one' USING ERRCODE = 'check_violation';
        END IF;
        IF OLD.state = 'resolved' AND (NEW.state <> 'resolved' OR NEW.resolved_at <> OLD.resolved_at
            OR NEW.merged_into IS DISTINCT FROM OLD.merged_into OR NEW.level <> OLD.level) THEN
            RAISE EXCEPTION 'a resolved escalation stays resolved' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$""",
    """
    CREATE TRIGGER escalations_go_on BEFORE INSERT OR UPDATE ON escalations
    FOR EACH ROW EXECUTE FUNCTION escalations_go_on()""",
    "CREATE TRIGGER escalations_remain BEFORE DELETE ON escalations FOR EACH ROW EXECUTE FUNCTION forbid()",
    "CREATE TRIGGER escalations_are_kept BEFORE TRUNCATE ON escalations FOR EACH STATEMENT EXECUTE FUNCTION forbid()",
    """
    CREATE FUNCTION signatures_stay() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.withdrawn_seq IS NOT NULL OR NEW.withdrawn_seq IS NULL
            OR (to_jsonb(NEW) - 'withdrawn_seq') IS DISTINCT FROM (to_jsonb(OLD) - 'withdrawn_seq') THEN
            RAISE EXCEPTION 'a signature can only be withdrawn' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$""",
    "CREATE TRIGGER signatures_stay BEFORE UPDATE ON signatures FOR EACH ROW EXECUTE FUNCTION signatures_stay()",
    "CREATE TRIGGER signatures_remain BEFORE DELETE ON signatures FOR EACH ROW EXECUTE FUNCTION forbid()",
    "CREATE TRIGGER signatures_are_kept BEFORE TRUNCATE ON signatures FOR EACH STATEMENT EXECUTE FUNCTION forbid()",
)


def make(connection: Connection) -> None:
    """Run it, with Alembic or without."""
    sqlite = connection.dialect.name == "sqlite"
    key = "INTEGER PRIMARY KEY" if sqlite else "BIGINT PRIMARY KEY"
    for statement in _TABLES:
        connection.exec_driver_sql(statement.replace("{key}", key))
    journal_id = str(uuid.uuid4())
    connection.execute(
        text("INSERT INTO head (one, journal_id, seq, hash, at) VALUES (1, :id, 0, :hash, 0)"),
        {"id": journal_id, "hash": genesis(journal_id)},
    )
    for statement in _SQLITE if sqlite else _POSTGRESQL:
        connection.exec_driver_sql(statement)


def upgrade() -> None:
    from alembic import op  # noqa: PLC0415  only where an older journal is brought forward

    make(op.get_bind())
