-- Does the writes of one moment, which a store decided from what it knew of their tasks, in one step.
--
-- The writes to one task are one group, `at` its number in the batch. A group is done wholly, or missed: when the task has
-- another version than the store knew, when an idempotency key is taken, or when one of its operations was done before.
-- What is missed is answered with what there is, so that it can be decided anew. One that is missed spoils no other.
--
-- Everything after the first statement sees what was committed before it got the lock, and nobody else writes until this is
-- committed: each statement of a function has a snapshot of its own at READ COMMITTED.
CREATE FUNCTION apply_writes(
  -- [{at, id, version}]: version 0 for a task that shall not be there, -1 for one that is not known.
  checks json,
  -- [{at, key}]: idempotency keys that nobody may have.
  keys json,
  -- [{at, writer, slot, sequence, done, removed}]: to be remembered if `done`.
  operations_asked json,
  -- [{at, id, made, type, parent, tags, key}]
  created json,
  -- [{at, n, type, id, version, status, state, result, lines, ids, last, owner, completed_at, cancel_requested, output_lines,
  -- output_bytes}]: the changes in the order `n`. The `last` one of a task is how it is left.
  changed json,
  -- [{at, id, last_line, bytes, lines}]
  appended json,
  -- [{at, id}]
  removed json,
  -- [{at, kind, key, pending, running, completed, failed, cancelled}]: what is to be added.
  counted json,
  kept_changes bigint,
  output_limit_lines int,
  output_limit_bytes int
) RETURNS json
LANGUAGE plpgsql VOLATILE
SET search_path FROM CURRENT
SET lock_timeout = '4s'
-- A plan that was made while the tables were small must still be right when they are large.
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
AS $$
#variable_conflict use_column
DECLARE
  was meta%ROWTYPE;
  now_position bigint;
  now_number bigint;
  now_forgotten bigint;
  missed int[];
  added bigint;
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE 'Expected the isolation level "read committed", got "%".', current_setting('transaction_isolation')
      USING ERRCODE = 'invalid_transaction_state';
  END IF;
  SELECT * INTO was FROM meta FOR UPDATE;

  SELECT coalesce(array_agg(m.at), '{}') INTO missed FROM (
    SELECT c.at FROM json_to_recordset(checks) AS c(at int, id text, version bigint)
      LEFT JOIN tasks t ON t.id = c.id
      WHERE coalesce(t.version, 0) <> c.version
    UNION
    SELECT k.at FROM json_to_recordset(keys) AS k(at int, key text)
      JOIN tasks t ON t.idempotency_key = k.key
    UNION
    SELECT o.at FROM json_to_recordset(operations_asked)
        AS o(at int, writer text, slot int, sequence bigint)
      JOIN operations d ON d.writer = o.writer AND d.slot = o.slot AND d.sequence = o.sequence
  ) m;

  SELECT was.position + count(*) INTO now_position
    FROM json_to_recordset(changed) AS c(at int) WHERE c.at <> ALL (missed);
  now_number := was.number;

  IF now_position > was.position THEN
    IF json_array_length(created) > 0 THEN
      WITH news AS (
        SELECT n.*, row_number() OVER (ORDER BY n.at) AS nth
          FROM json_to_recordset(created)
            AS n(at int, id text, made json, type text, parent text, key text)
          WHERE n.at <> ALL (missed)
      )
      INSERT INTO tasks (id, number, version, status, type, parent, owner, idempotency_key,
          completed_at, cancel_requested, output_lines, output_bytes, position, made, state, result)
        SELECT n.id, was.number + n.nth, c.version, c.status, n.type, n.parent, c.owner, n.key,
            c.completed_at, c.cancel_requested, c.output_lines, c.output_bytes, now_position,
            n.made, c.state, c.result
          FROM news n JOIN json_to_recordset(changed) AS c(at int, version bigint, status text,
            state json, result json, last boolean, owner text, completed_at double precision,
            cancel_requested boolean, output_lines bigint, output_bytes bigint)
            ON c.at = n.at AND c.last;
      GET DIAGNOSTICS added = ROW_COUNT;
      now_number := was.number + added;
      INSERT INTO task_tags (tag, number)
        SELECT DISTINCT g.tag, t.number
          FROM json_to_recordset(created) AS n(at int, id text, tags json)
          CROSS JOIN json_array_elements_text(n.tags) AS g(tag)
          JOIN tasks t ON t.id = n.id
          WHERE n.at <> ALL (missed);
    END IF;

    UPDATE tasks t
      SET version = c.version, status = c.status, state = c.state,
        result = c.result, owner = c.owner, completed_at = c.completed_at,
        cancel_requested = c.cancel_requested, output_lines = c.output_lines,
        output_bytes = c.output_bytes, position = now_position
      FROM json_to_recordset(changed) AS c(at int, id text, version bigint, status text, state json,
        result json, last boolean, owner text, completed_at double precision,
        cancel_requested boolean, output_lines bigint, output_bytes bigint)
      WHERE c.last AND c.at <> ALL (missed) AND t.id = c.id AND t.version < c.version;

    INSERT INTO changes (position, type, number, version, status, state, result, lines, ids)
      SELECT was.position + row_number() OVER (ORDER BY c.n), c.type, t.number, c.version, c.status,
          c.state, c.result, c.lines, c.ids
        FROM json_to_recordset(changed) AS c(at int, n int, type text, id text, version bigint,
          status text, state json, result json, lines json, ids json)
        LEFT JOIN tasks t ON t.id = c.id
        WHERE c.at <> ALL (missed);

    IF json_array_length(appended) > 0 THEN
      INSERT INTO output (number, last_line, bytes, lines)
        SELECT t.number, a.last_line, a.bytes, a.lines
          FROM json_to_recordset(appended)
            AS a(at int, id text, last_line bigint, bytes bigint, lines json)
          JOIN tasks t ON t.id = a.id
          WHERE a.at <> ALL (missed);
      -- Rows of which not even the newest line is kept any more.
      DELETE FROM output o USING (
          SELECT DISTINCT t.number, t.output_lines, t.output_bytes
            FROM json_to_recordset(appended) AS a(at int, id text)
            JOIN tasks t ON t.id = a.id
            WHERE a.at <> ALL (missed)
        ) t
        WHERE o.number = t.number AND (t.output_lines - o.last_line >= output_limit_lines
          OR t.output_bytes - o.bytes > output_limit_bytes);
    END IF;

    IF json_array_length(removed) > 0 THEN
      WITH gone AS (
        DELETE FROM tasks t USING json_to_recordset(removed) AS r(at int, id text)
          WHERE t.id = r.id AND r.at <> ALL (missed)
          RETURNING t.number, t.position, t.made
      ), without_output AS (
        DELETE FROM output o USING gone WHERE o.number = gone.number
      ), without_tags AS (
        DELETE FROM task_tags g USING gone, json_array_elements_text(gone.made->'tags') AS tag
          WHERE g.tag = tag AND g.number = gone.number
      )
      INSERT INTO removed_tasks (number, position, made)
        SELECT gone.number, now_position, gone.made FROM gone WHERE gone.position > was.forgotten;
    END IF;

    IF json_array_length(counted) > 0 THEN
      INSERT INTO counts AS old (kind, key, pending, running, completed, failed, cancelled)
        SELECT c.kind, c.key, sum(c.pending), sum(c.running), sum(c.completed), sum(c.failed),
            sum(c.cancelled)
          FROM json_to_recordset(counted) AS c(at int, kind text, key text, pending bigint,
            running bigint, completed bigint, failed bigint, cancelled bigint)
          WHERE c.at <> ALL (missed)
          GROUP BY c.kind, c.key
        ON CONFLICT (kind, key) DO UPDATE SET pending = old.pending + excluded.pending,
          running = old.running + excluded.running, completed = old.completed + excluded.completed,
          failed = old.failed + excluded.failed, cancelled = old.cancelled + excluded.cancelled;
      IF json_array_length(removed) > 0 THEN
        DELETE FROM counts old USING (
            SELECT DISTINCT c.kind, c.key
              FROM json_to_recordset(counted) AS c(at int, kind text, key text)
          ) c
          WHERE old.kind = c.kind AND old.key = c.key AND old.pending = 0 AND old.running = 0
            AND old.completed = 0 AND old.failed = 0 AND old.cancelled = 0;
      END IF;
    END IF;

    INSERT INTO operations AS old (writer, slot, sequence, removed)
      SELECT o.writer, o.slot, max(o.sequence), max(o.removed)
        FROM json_to_recordset(operations_asked)
          AS o(at int, writer text, slot int, sequence bigint, done boolean, removed int)
        WHERE o.done AND o.at <> ALL (missed)
        GROUP BY o.writer, o.slot
      ON CONFLICT (writer, slot) DO UPDATE
        SET sequence = excluded.sequence, removed = excluded.removed
        WHERE old.sequence < excluded.sequence;
    INSERT INTO writers AS old (writer, seen_at)
      SELECT DISTINCT o.writer, clock_timestamp()
        FROM json_to_recordset(operations_asked) AS o(at int, writer text, done boolean)
        WHERE o.done AND o.at <> ALL (missed)
      ON CONFLICT (writer) DO UPDATE SET seen_at = excluded.seen_at
        WHERE old.seen_at < excluded.seen_at - interval '1 hour';

    -- Twice as many as promised are kept before the older half goes, so that this is rare.
    now_forgotten := was.forgotten;
    IF now_position - was.forgotten > 2 * kept_changes THEN
      now_forgotten := now_position - kept_changes;
    END IF;
    UPDATE meta SET position = now_position, number = now_number, forgotten = now_forgotten;
  END IF;

  RETURN json_build_object(
    'position', now_position,
    'forgotten', coalesce(now_forgotten, was.forgotten),
    'numbers', CASE WHEN now_number > was.number THEN (
      SELECT json_object_agg(n.at, t.number) FROM json_to_recordset(created) AS n(at int, id text)
        JOIN tasks t ON t.id = n.id WHERE n.at <> ALL (missed)
    ) END,
    'missed', to_json(missed),
    -- What there is of each task that was missed: itself, and who has the key.
    'found', CASE WHEN missed <> '{}' THEN (
      SELECT json_agg(json_build_object('at', f.at, 'id', f.id, 'key', f.key, 'task', (
          SELECT json_build_array(t.number, t.version, t.status, t.made, t.state, t.result,
              t.idempotency_key, t.output_lines, t.output_bytes)
            FROM tasks t WHERE t.id = f.found)))
        FROM (
          SELECT c.at, c.id, NULL::text AS key, c.id AS found
            FROM json_to_recordset(checks) AS c(at int, id text)
          UNION ALL
          SELECT k.at, NULL, k.key, (SELECT t.id FROM tasks t WHERE t.idempotency_key = k.key)
            FROM json_to_recordset(keys) AS k(at int, key text)
        ) f
        WHERE f.at = ANY (missed)
    ) END,
    'done', CASE WHEN missed <> '{}' THEN (
      SELECT json_agg(json_build_object('writer', d.writer, 'sequence', d.sequence,
          'removed', d.removed))
        FROM json_to_recordset(operations_asked)
          AS o(at int, writer text, slot int, sequence bigint)
        JOIN operations d ON d.writer = o.writer AND d.slot = o.slot AND d.sequence = o.sequence
        WHERE o.at = ANY (missed)
    ) END
  );
END
$$;

-- Throws away, at most `slice` rows of each kind, what is not kept any more: changes, removed tasks, and the operations of
-- writers that were not seen for a week. Answers with whether there is more.
CREATE FUNCTION sweep(slice int) RETURNS boolean
LANGUAGE plpgsql VOLATILE
SET search_path FROM CURRENT
SET lock_timeout = '4s'
AS $$
DECLARE
  kept_after bigint;
  swept bigint;
  more boolean := false;
BEGIN
  SELECT forgotten INTO kept_after FROM meta;
  WITH old AS (
    SELECT position FROM changes WHERE position <= kept_after
      ORDER BY position LIMIT slice FOR UPDATE SKIP LOCKED
  )
  DELETE FROM changes c USING old WHERE c.position = old.position;
  GET DIAGNOSTICS swept = ROW_COUNT;
  more := more OR swept = slice;
  WITH old AS (
    SELECT number FROM removed_tasks WHERE position <= kept_after
      ORDER BY position LIMIT slice FOR UPDATE SKIP LOCKED
  )
  DELETE FROM removed_tasks r USING old WHERE r.number = old.number;
  GET DIAGNOSTICS swept = ROW_COUNT;
  more := more OR swept = slice;
  -- 1,024 operations each.
  WITH old AS (
    DELETE FROM writers w USING (
        SELECT writer FROM writers WHERE seen_at < clock_timestamp() - interval '7 days'
          ORDER BY seen_at LIMIT greatest(slice / 1024, 1) FOR UPDATE SKIP LOCKED
      ) old
      WHERE w.writer = old.writer
      RETURNING w.writer
  )
  DELETE FROM operations o USING old WHERE o.writer = old.writer;
  RETURN more;
END
$$;
