-- One row. Whoever writes locks it first, so writes come one after the other, and positions and numbers are dense and in
-- the order of the commits.
CREATE TABLE meta (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  store text NOT NULL DEFAULT gen_random_uuid()::text,
  -- Of the last change.
  position bigint NOT NULL DEFAULT 0,
  -- Changes up to this position are not kept any more.
  forgotten bigint NOT NULL DEFAULT 0,
  -- Of the task that was created last.
  number bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 10);
INSERT INTO meta DEFAULT VALUES;

-- What no write changes after the creation is in `made`, which an update does not touch; what can change is in `state`
-- and `result`. The other columns are there to be searched.
CREATE TABLE tasks (
  id text COLLATE "C" PRIMARY KEY,
  number bigint NOT NULL UNIQUE,
  version bigint NOT NULL,
  status text COLLATE "C" NOT NULL
    CHECK (status IN ('pending', 'running', 'completed', 'failed', 'cancelled')),
  type text COLLATE "C",
  parent text COLLATE "C",
  owner text COLLATE "C",
  idempotency_key text COLLATE "C",
  -- Epoch milliseconds, as any JavaScript number.
  completed_at double precision,
  cancel_requested boolean NOT NULL DEFAULT false,
  -- Lines of output that were appended, and their bytes, still kept or not.
  output_lines bigint NOT NULL DEFAULT 0,
  output_bytes bigint NOT NULL DEFAULT 0,
  -- Its last change is not after this position.
  position bigint NOT NULL,
  made json NOT NULL,
  state json NOT NULL,
  result json
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX tasks_by_key ON tasks (idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX tasks_by_status ON tasks (status, number);
CREATE INDEX tasks_by_type ON tasks (type, status, number) WHERE type IS NOT NULL;
CREATE INDEX tasks_by_parent ON tasks (parent, status, number) WHERE parent IS NOT NULL;
CREATE INDEX tasks_by_end ON tasks (completed_at, number)
  WHERE status IN ('completed', 'failed', 'cancelled');
CREATE INDEX tasks_by_owner ON tasks (owner, number)
  WHERE status IN ('pending', 'running') AND owner IS NOT NULL;
CREATE INDEX tasks_to_cancel ON tasks (owner) WHERE status = 'running' AND cancel_requested;

CREATE TABLE task_tags (
  tag text COLLATE "C" NOT NULL,
  number bigint NOT NULL,
  PRIMARY KEY (tag, number)
);

-- How many tasks have each status: of all (`kind` 'all', `key` ''), of a type, a tag, a parent.
CREATE TABLE counts (
  kind text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  pending bigint NOT NULL,
  running bigint NOT NULL,
  completed bigint NOT NULL,
  failed bigint NOT NULL,
  cancelled bigint NOT NULL,
  PRIMARY KEY (kind, key)
) WITH (fillfactor = 50);

-- The lines of one call in one row.
CREATE TABLE output (
  number bigint NOT NULL,
  last_line bigint NOT NULL,
  -- Of all lines of the task up to this row's last.
  bytes bigint NOT NULL,
  lines json NOT NULL,
  PRIMARY KEY (number, last_line)
);

CREATE TABLE changes (
  position bigint PRIMARY KEY,
  type text COLLATE "C" NOT NULL,
  -- Of the task; of none for tasks that were removed, whose ids are in `ids`.
  number bigint,
  version bigint,
  status text COLLATE "C",
  state json,
  result json,
  lines json,
  ids json
);

-- Tasks that were removed while changes of theirs are still kept.
CREATE TABLE removed_tasks (
  number bigint PRIMARY KEY,
  position bigint NOT NULL,
  made json NOT NULL
);
CREATE INDEX removed_tasks_by_position ON removed_tasks (position);

-- The last writes of each writer: the write with `sequence` is the bit `sequence % 30` of the block `sequence / 30`, and
-- the block is in the slot `block % 64`, which the next one there takes from it. So at least 1,890 are remembered.
CREATE TABLE operations (
  writer text COLLATE "C" NOT NULL,
  slot int NOT NULL,
  block bigint NOT NULL,
  bits bigint NOT NULL,
  PRIMARY KEY (writer, slot)
) WITH (fillfactor = 50);

-- How many tasks were removed by a write that removed many.
CREATE TABLE removals (
  writer text COLLATE "C" NOT NULL,
  sequence bigint NOT NULL,
  removed int NOT NULL,
  PRIMARY KEY (writer, sequence)
);

-- When each writer wrote last, to within an hour.
CREATE TABLE writers (
  writer text COLLATE "C" PRIMARY KEY,
  seen_at timestamptz NOT NULL
);
CREATE INDEX writers_by_seen_at ON writers (seen_at);

CREATE TABLE leases (
  owner text COLLATE "C" PRIMARY KEY,
  -- The whole holder, as it is told.
  holder json NOT NULL,
  expires_at timestamptz NOT NULL
) WITH (fillfactor = 50);

-- One row. Whoever searches for leases that ran out locks it.
CREATE TABLE lease_search (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  searched_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  not_before timestamptz NOT NULL DEFAULT '-infinity',
  -- Put forward by tests. Nothing else writes it.
  clock_offset interval NOT NULL DEFAULT '0'
);
INSERT INTO lease_search DEFAULT VALUES;

-- The clock that leases run on: the same for all processes.
CREATE FUNCTION lease_clock() RETURNS timestamptz
LANGUAGE sql VOLATILE
SET search_path FROM CURRENT
AS $$
  SELECT clock_timestamp() + clock_offset FROM lease_search
$$;
