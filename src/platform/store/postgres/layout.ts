/** The tables in PostgreSQL, step by step: each step runs once, in order, and none is ever changed again. */

export const SCHEMA = 'citywatch'
/** Channel on which a committed batch is told of; the payload is the last sequence. */
export const CHANNEL = 'citywatch'
/** Advisory locks of citywatch are (CLASS, number). */
export const LOCKS = {class: 0x63_77_61_74, layout: 1, leader: 2} as const
/** Rows of one partition of the log. */
export const PARTITION_ROWS = 1_000_000

/**
 * `head` has one row. Whoever writes locks it first: it hands out the sequence, so the log is dense and in the order of the
 * commits. It says too what a node may still know: inventory of `revision`, on-test windows of `turn`, `seen` up to which row.
 * `node` tells a node, after a lost connection, which was the last of its batches that was committed.
 * Keys are compared byte by byte, so that pages follow one another as they do in the embedded store.
 */
const FIRST = `
  CREATE TABLE meta (name text PRIMARY KEY, value text NOT NULL);
  INSERT INTO meta VALUES ('epoch', left(replace(gen_random_uuid()::text, '-', ''), 16));
  CREATE TABLE head (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    seq bigint NOT NULL, floor bigint NOT NULL, made bigint NOT NULL,
    alarm bigint NOT NULL, ontest bigint NOT NULL, turn bigint NOT NULL, seen bigint NOT NULL, revision bigint NOT NULL
  ) WITH (fillfactor = 10);
  INSERT INTO head (seq, floor, made, alarm, ontest, turn, seen, revision) VALUES (0, 0, 0, 0, 0, 0, 0, 0);
  CREATE TABLE node (id text PRIMARY KEY, batch bigint NOT NULL, at timestamptz NOT NULL) WITH (fillfactor = 10);
  CREATE TABLE counter (name text PRIMARY KEY, value bigint NOT NULL) WITH (fillfactor = 50);
  CREATE TABLE log (
    seq bigint NOT NULL, at bigint NOT NULL, type text NOT NULL, subject text NOT NULL, entry text NOT NULL,
    PRIMARY KEY (seq)
  ) PARTITION BY RANGE (seq);
  CREATE TABLE alarm (
    id bigint PRIMARY KEY, key text COLLATE "C" NOT NULL, handling text NOT NULL, state text NOT NULL
  );
  CREATE INDEX alarm_open_key ON alarm (key) WHERE handling <> 'closed';
  CREATE INDEX alarm_open_id ON alarm (id) WHERE handling <> 'closed';
  CREATE TABLE device (
    kind text COLLATE "C" NOT NULL, key text COLLATE "C" NOT NULL, account text COLLATE "C", state text NOT NULL,
    PRIMARY KEY (kind, key)
  );
  CREATE INDEX device_account ON device (account, kind, key) WHERE account IS NOT NULL;
  CREATE TABLE ontest (
    id bigint PRIMARY KEY, account text COLLATE "C" NOT NULL, open boolean NOT NULL, state text NOT NULL
  );
  CREATE INDEX ontest_account ON ontest (account, id);
  CREATE INDEX ontest_open ON ontest (account, id) WHERE open;
  CREATE TABLE seen (n bigint PRIMARY KEY, kind text NOT NULL, bytes bytea NOT NULL);
  ALTER TABLE seen ALTER bytes SET STORAGE EXTERNAL;
`

const KEPT = `
  CREATE TABLE kept (
    kind text COLLATE "C" NOT NULL, key text COLLATE "C" NOT NULL, text text NOT NULL, PRIMARY KEY (kind, key)
  );
`

const MISSING = `
  CREATE TABLE missing (
    kind text COLLATE "C" NOT NULL, id text COLLATE "C" NOT NULL, place text COLLATE "C" NOT NULL, since bigint NOT NULL,
    heard bigint, outage text COLLATE "C", ontest bigint, PRIMARY KEY (kind, id)
  );
  CREATE INDEX missing_place ON missing (kind, place, id);
  CREATE INDEX missing_ontest ON missing (ontest) WHERE ontest IS NOT NULL;
  CREATE TABLE outage (
    place text COLLATE "C" PRIMARY KEY, devices bigint NOT NULL, total bigint NOT NULL,
    told_devices bigint NOT NULL, told_total bigint NOT NULL
  );
`

/** Places, users and tokens, the audit log. */
const ACCESS = `
  ALTER TABLE alarm ADD COLUMN place text COLLATE "C" NOT NULL DEFAULT '';
  UPDATE alarm SET place = state::jsonb ->> 'jurisdiction';
  CREATE INDEX alarm_open_place ON alarm (place, id) WHERE handling <> 'closed';
  ALTER TABLE device ADD COLUMN place text COLLATE "C" NOT NULL DEFAULT '';
  UPDATE device SET place = state::jsonb ->> 'jurisdiction';
  CREATE INDEX device_place ON device (kind, place, key);
  ALTER TABLE ontest ADD COLUMN place text COLLATE "C" NOT NULL DEFAULT '';
  UPDATE ontest SET place = state::jsonb ->> 'jurisdiction';
  INSERT INTO counter (name, value) SELECT 'place:' || kind || '@' || place, count(*) FROM device GROUP BY 1;
  CREATE TABLE access (
    kind text COLLATE "C" NOT NULL, name text COLLATE "C" NOT NULL, state text NOT NULL, PRIMARY KEY (kind, name)
  );
  CREATE TABLE audit (
    n bigint PRIMARY KEY, at bigint NOT NULL, who text NOT NULL, what text COLLATE "C" NOT NULL, place text COLLATE "C",
    line text NOT NULL, hash text NOT NULL
  );
`

/** Bulk jobs; the state of a job is its JSON, that of a task is one row, its result another. */
const JOBS = `
  CREATE TABLE job (id bigint PRIMARY KEY, open boolean NOT NULL, state text NOT NULL);
  CREATE INDEX job_open ON job (id) WHERE open;
  CREATE TABLE task (
    job bigint NOT NULL, n bigint NOT NULL, kind text COLLATE "C" NOT NULL, state text COLLATE "C" NOT NULL, open boolean NOT NULL,
    due bigint NOT NULL, lease bigint NOT NULL, tries bigint NOT NULL, worker text, changed bigint NOT NULL, healthy bigint,
    reason text, target text NOT NULL, PRIMARY KEY (job, n)
  );
  CREATE INDEX task_due ON task (kind, due, job, n) WHERE open;
  CREATE INDEX task_unhealthy ON task (job, n) WHERE healthy = 0 OR state = 'poisoned';
  CREATE TABLE task_result (job bigint NOT NULL, n bigint NOT NULL, result text NOT NULL, PRIMARY KEY (job, n));
`

/**
 * What pages and rules look for in an alarm, taken from its state; what latches and is over has a name of its own; masks and
 * hand-overs to 110. `seq` is the entry with the alarm's latest change.
 */
const LIFE = `
  ALTER TABLE head ADD mask bigint NOT NULL DEFAULT 0, ADD handoff bigint NOT NULL DEFAULT 0;
  ALTER TABLE alarm ADD account text COLLATE "C" NOT NULL DEFAULT '', ADD screen text NOT NULL DEFAULT 'CLOSED',
    ADD priority integer NOT NULL DEFAULT 2, ADD fired_at bigint NOT NULL DEFAULT 0, ADD seq bigint NOT NULL DEFAULT 0;
  UPDATE alarm SET state = jsonb_set(state::jsonb, '{condition}', '"latched"')::text
    WHERE handling <> 'closed' AND state::jsonb ->> 'latching' = 'true' AND state::jsonb ->> 'condition' = 'restored';
  UPDATE alarm SET
    account = CASE WHEN state::jsonb -> 'origin' IS NULL OR state::jsonb -> 'origin' ->> 'lost' = 'true'
      THEN state::jsonb ->> 'account' ELSE '' END,
    priority = (state::jsonb ->> 'priority')::integer, fired_at = (state::jsonb ->> 'raisedAt')::bigint,
    screen = CASE WHEN handling = 'closed' THEN 'CLOSED'
      WHEN state::jsonb ->> 'condition' = 'latched' THEN 'LATCHED'
      WHEN state::jsonb ->> 'condition' = 'active' THEN CASE WHEN handling = 'new' THEN 'UNACK' ELSE 'ACK' END
      WHEN handling = 'new' THEN 'RTN-UNACK' ELSE 'NORM' END;
  UPDATE alarm SET seq = latest.seq
    FROM (SELECT subject, max(seq) AS seq FROM log WHERE subject LIKE 'alarm/%' GROUP BY subject) AS latest
    WHERE latest.subject = 'alarm/' || alarm.id;
  INSERT INTO counter SELECT 'alarm:latched', count(*) FROM alarm WHERE screen = 'LATCHED';
  INSERT INTO counter SELECT 'alarm:over', count(*) FROM alarm WHERE screen = 'NORM';
  INSERT INTO counter SELECT 'alarm:unrouted', count(*) FROM alarm WHERE handling <> 'closed' AND place = '';
  CREATE INDEX alarm_open_account ON alarm (account, fired_at) WHERE handling <> 'closed';
  CREATE TABLE mask (
    id bigint PRIMARY KEY, account text COLLATE "C" NOT NULL, is_on boolean NOT NULL, state text NOT NULL,
    place text COLLATE "C" NOT NULL
  );
  CREATE INDEX mask_account ON mask (account, id);
  CREATE INDEX mask_on ON mask (account, id) WHERE is_on;
  CREATE TABLE handoff (
    id bigint PRIMARY KEY, account text COLLATE "C" NOT NULL, waiting boolean NOT NULL, changed_at bigint NOT NULL,
    state text NOT NULL, place text COLLATE "C" NOT NULL
  );
  CREATE INDEX handoff_account ON handoff (account, id);
  CREATE INDEX handoff_waiting ON handoff (id) WHERE waiting;
`

/**
 * What nodes tell one another of devices that they heard. Nothing of it needs to outlive the server's memory: who told it tells
 * it again when the line was lost. And which revision of the inventory changed a device last, for those who follow it.
 */
const PEERS = `
  CREATE UNLOGGED TABLE life_sign (
    node text NOT NULL, number bigint NOT NULL, first bigint NOT NULL, leaving boolean NOT NULL, echo jsonb NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(), body bytea NOT NULL, PRIMARY KEY (node, number)
  );
  ALTER TABLE life_sign ALTER body SET STORAGE EXTERNAL;
  ALTER TABLE device ADD revision bigint NOT NULL DEFAULT 0;
  CREATE INDEX device_revision ON device (revision, kind, key);
`

/** Step n brings layout n − 1 to n. */
export const STEPS: readonly string[] = [FIRST, KEPT, MISSING, ACCESS, JOBS, LIFE, PEERS]
