-- One row: which store this is, and when somebody last searched for owners that did not keep their lease.
CREATE TABLE store (
  -- In every position, so that one of another file is recognised.
  uuid TEXT NOT NULL,
  -- The oldest schema whose code can still work on this file. A migration that older code cannot live with raises it.
  readable_since INTEGER NOT NULL,
  searched_at INTEGER NOT NULL,
  search_not_before INTEGER NOT NULL
);

-- What of a task changes. `state` is the truth, as JSON; the columns beside it are there to be searched.
CREATE TABLE tasks (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  type TEXT,
  parent_id TEXT,
  idempotency_key TEXT,
  status TEXT NOT NULL,
  -- When it finished, 0 if nobody said; NULL while it is active.
  ended_at INTEGER,
  -- Its owner, while it is active.
  active_owner TEXT,
  -- Its owner, while it runs and somebody wants it cancelled.
  cancel_owner TEXT,
  state TEXT NOT NULL
);

-- Every index ends with the number, which is the row's own key.
CREATE INDEX tasks_by_status ON tasks (status);
CREATE INDEX tasks_by_type ON tasks (type, status) WHERE type IS NOT NULL;
CREATE INDEX tasks_by_parent ON tasks (parent_id, status) WHERE parent_id IS NOT NULL;
CREATE INDEX tasks_by_end ON tasks (status, ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX tasks_by_type_and_end ON tasks (type, status, ended_at)
  WHERE type IS NOT NULL AND ended_at IS NOT NULL;
CREATE INDEX tasks_by_parent_and_end ON tasks (parent_id, status, ended_at)
  WHERE parent_id IS NOT NULL AND ended_at IS NOT NULL;
CREATE UNIQUE INDEX tasks_by_key ON tasks (idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX tasks_by_owner ON tasks (active_owner) WHERE active_owner IS NOT NULL;
CREATE INDEX tasks_by_cancel ON tasks (cancel_owner) WHERE cancel_owner IS NOT NULL;

CREATE TABLE task_tags (
  tag TEXT NOT NULL,
  status TEXT NOT NULL,
  number INTEGER NOT NULL,
  ended_at INTEGER,
  PRIMARY KEY (tag, status, number)
) WITHOUT ROWID;
CREATE INDEX task_tags_by_end ON task_tags (tag, status, ended_at, number)
  WHERE ended_at IS NOT NULL;

-- What of a task never changes, as JSON: apart, so that a write to a task does not write it again. It outlives its task
-- as long as a change tells of that.
CREATE TABLE definitions (
  number INTEGER PRIMARY KEY,
  body TEXT NOT NULL
);

-- Definitions that go when the change at `position` goes.
CREATE TABLE removed_tasks (
  position INTEGER NOT NULL,
  number INTEGER NOT NULL,
  PRIMARY KEY (position, number)
) WITHOUT ROWID;

-- How many tasks of each status there are: of all, and of each type, tag and parent.
CREATE TABLE counters (
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  pending INTEGER NOT NULL,
  running INTEGER NOT NULL,
  completed INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  cancelled INTEGER NOT NULL,
  PRIMARY KEY (kind, value)
) WITHOUT ROWID;

CREATE TABLE output_tails (
  number INTEGER PRIMARY KEY,
  first_line INTEGER NOT NULL,
  last_line INTEGER NOT NULL,
  bytes INTEGER NOT NULL
);

CREATE TABLE output_lines (
  number INTEGER NOT NULL,
  line INTEGER NOT NULL,
  stream TEXT NOT NULL,
  at INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (number, line)
) WITHOUT ROWID;

-- The newest changes. Positions are dense: the newest row is never deleted, and each is one more than the one before.
CREATE TABLE changes (
  position INTEGER PRIMARY KEY,
  -- The size of all changes up to this one.
  volume INTEGER NOT NULL,
  type TEXT NOT NULL,
  number INTEGER,
  state TEXT,
  -- Lines of output, or the ids of removed tasks, as JSON.
  detail TEXT
);

CREATE TABLE writers (
  key INTEGER PRIMARY KEY AUTOINCREMENT,
  writer TEXT NOT NULL UNIQUE,
  -- About the position of its last write.
  seen INTEGER NOT NULL
);

-- A ring of the last writes of each writer: `place` is the writer's key and the sequence within the ring.
CREATE TABLE operations (
  place INTEGER PRIMARY KEY,
  sequence INTEGER NOT NULL
);

CREATE TABLE leases (
  owner_id TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  boot_id TEXT NOT NULL,
  pid_start TEXT NOT NULL,
  expires_at INTEGER NOT NULL
) WITHOUT ROWID;
