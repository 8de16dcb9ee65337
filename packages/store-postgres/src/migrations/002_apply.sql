-- Does the writes of one moment, which a store decided from what it knew of their tasks: all of them, or none where
-- something is not as it was known. Then it answers with what there is, for them to be decided anew.
--
-- Everything after the first statement sees what was committed before it got the lock, and nobody else writes until this is
-- committed: each statement of a function has a snapshot of its own at READ COMMITTED.
CREATE FUNCTION apply_writes(
  -- [{id, number, version}]: which tasks are known to have these ids, and in which version; 0 for none. The same id may be
  -- given again when its task was removed: the version alone would not tell.
  checks json,
  -- [key]: idempotency keys that nobody has.
  keys json,
  -- [{writer, slot, block, asked, done}]: writes that were not done before, and those that are now.
  operations json,
  -- How many changes there are.
  changes int,
  -- [{n, type, id, number, nth, version, status, state, result, lines, ids}]: the changes, `n` from 1. A task that is created
  -- has no `number` yet: it is the `nth`. The `last` change of a task has the other columns of how it is left besides:
  -- {last, owner, completed_at, cancel_requested, output_lines, output_bytes}, and of one that is created {made, kind,
  -- parent, key}, where `kind` is its type.
  changed json,
  -- How many tasks are created.
  created int,
  -- [{nth, tag}]
  tagged json,
  -- [{number, nth, last_line, bytes, lines}]
  appended json,
  -- [number]
  removed json,
  -- [{writer, sequence, removed}]
  removal json,
  -- [{kind, key, pending, running, completed, failed, cancelled}]: what is to be added, each counter once.
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
  missed json;
  repeated json;
  now_position bigint;
  now_forgotten bigint;
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE 'Expected the isolation level "read committed", got "%".', current_setting('transaction_isolation')
      USING ERRCODE = 'invalid_transaction_state';
  END IF;
  SELECT * INTO was FROM meta FOR UPDATE;

  SELECT json_agg(json_build_object('id', m.id, 'task', CASE WHEN m.number IS NOT NULL THEN
      json_build_array(m.number, m.version, m.status, m.made, m.state, m.result, m.idempotency_key,
        m.output_lines, m.output_bytes) END)) INTO missed
    FROM (
      SELECT c.id, t.number, t.version, t.status, t.made, t.state, t.result, t.idempotency_key,
          t.output_lines, t.output_bytes
        FROM json_to_recordset(checks) AS c(id text, number bigint, version bigint)
        LEFT JOIN tasks t ON t.id = c.id
        WHERE coalesce(t.version, 0) <> c.version OR coalesce(t.number, 0) <> c.number
      UNION ALL
      SELECT t.id, t.number, t.version, t.status, t.made, t.state, t.result, t.idempotency_key,
          t.output_lines, t.output_bytes
        FROM json_array_elements_text(keys) AS k(key)
        JOIN tasks t ON t.idempotency_key = k.key
    ) m;
  SELECT json_agg(json_build_object('writer', o.writer, 'block', o.block, 'bits', d.bits & o.asked))
    INTO repeated
    FROM json_to_recordset(operations) AS o(writer text, slot int, block bigint, asked bigint)
    JOIN operations d ON d.writer = o.writer AND d.slot = o.slot
    WHERE d.block = o.block AND d.bits & o.asked <> 0;
  IF missed IS NOT NULL OR repeated IS NOT NULL THEN
    RETURN json_build_object('missed', missed, 'repeated', repeated);
  END IF;
  IF changes = 0 THEN
    RETURN json_build_object('position', was.position, 'number', was.number,
      'forgotten', was.forgotten);
  END IF;

  now_position := was.position + changes;
  WITH c AS MATERIALIZED (
    SELECT * FROM json_to_recordset(changed) AS c(n int, type text, id text, number bigint, nth int,
      version bigint, status text, state json, result json, lines json, ids json, last boolean,
      owner text, completed_at double precision, cancel_requested boolean, output_lines bigint,
      output_bytes bigint, made json, kind text, parent text, key text)
  ), told AS (
    INSERT INTO changes (position, type, number, version, status, state, result, lines, ids)
      SELECT was.position + c.n, c.type, coalesce(c.number, was.number + c.nth), c.version,
          c.status, c.state, c.result, c.lines, c.ids
        FROM c
  ), created AS (
    INSERT INTO tasks (id, number, version, status, type, parent, owner, idempotency_key,
        completed_at, cancel_requested, output_lines, output_bytes, position, made, state, result)
      SELECT c.id, was.number + c.nth, c.version, c.status, c.kind, c.parent, c.owner, c.key,
          c.completed_at, c.cancel_requested, c.output_lines, c.output_bytes, now_position, c.made,
          c.state, c.result
        FROM c WHERE c.last AND c.nth IS NOT NULL
  )
  UPDATE tasks t
    SET version = c.version, status = c.status, state = c.state, result = c.result,
      owner = c.owner, completed_at = c.completed_at, cancel_requested = c.cancel_requested,
      output_lines = c.output_lines, output_bytes = c.output_bytes, position = now_position
    FROM c WHERE c.last AND c.nth IS NULL AND t.id = c.id;

  IF json_array_length(tagged) > 0 THEN
    INSERT INTO task_tags (tag, number)
      SELECT g.tag, was.number + g.nth FROM json_to_recordset(tagged) AS g(nth int, tag text);
  END IF;

  IF json_array_length(appended) > 0 THEN
    INSERT INTO output (number, last_line, bytes, lines)
      SELECT coalesce(a.number, was.number + a.nth), a.last_line, a.bytes, a.lines
        FROM json_to_recordset(appended)
          AS a(number bigint, nth int, last_line bigint, bytes bigint, lines json);
    -- Rows of which not even the newest line is kept any more.
    DELETE FROM output o USING json_to_recordset(appended)
        AS a(number bigint, last_line bigint, bytes bigint)
      WHERE o.number = a.number AND (a.last_line - o.last_line >= output_limit_lines
        OR a.bytes - o.bytes > output_limit_bytes);
  END IF;

  IF json_array_length(removed) > 0 THEN
    WITH gone AS (
      DELETE FROM tasks t USING json_array_elements_text(removed) AS r(number)
        WHERE t.number = r.number::bigint
        RETURNING t.number, t.position, t.made
    ), without_output AS (
      DELETE FROM output o USING gone WHERE o.number = gone.number
    ), without_tags AS (
      DELETE FROM task_tags g USING gone, json_array_elements_text(gone.made->'tags') AS tag
        WHERE g.tag = tag AND g.number = gone.number
    )
    INSERT INTO removed_tasks (number, position, made)
      SELECT gone.number, now_position, gone.made FROM gone
        WHERE gone.position > was.forgotten OR changes > 1;
    INSERT INTO removals (writer, sequence, removed)
      SELECT * FROM json_to_recordset(removal) AS r(writer text, sequence bigint, removed int)
      ON CONFLICT DO NOTHING;
  END IF;

  IF json_array_length(counted) > 0 THEN
    INSERT INTO counts AS old (kind, key, pending, running, completed, failed, cancelled)
      SELECT * FROM json_to_recordset(counted) AS c(kind text, key text, pending bigint,
        running bigint, completed bigint, failed bigint, cancelled bigint)
      ON CONFLICT (kind, key) DO UPDATE SET pending = old.pending + excluded.pending,
        running = old.running + excluded.running, completed = old.completed + excluded.completed,
        failed = old.failed + excluded.failed, cancelled = old.cancelled + excluded.cancelled;
    IF json_array_length(removed) > 0 THEN
      DELETE FROM counts old USING json_to_recordset(counted) AS c(kind text, key text)
        WHERE old.kind = c.kind AND old.key = c.key AND old.pending = 0 AND old.running = 0
          AND old.completed = 0 AND old.failed = 0 AND old.cancelled = 0;
    END IF;
  END IF;

  INSERT INTO operations AS old (writer, slot, block, bits)
    SELECT o.writer, o.slot, o.block, o.done
      FROM json_to_recordset(operations) AS o(writer text, slot int, block bigint, done bigint)
      WHERE o.done <> 0
    ON CONFLICT (writer, slot) DO UPDATE SET block = excluded.block,
      bits = excluded.bits | CASE WHEN old.block = excluded.block THEN old.bits ELSE 0 END
      WHERE old.block <= excluded.block;
  INSERT INTO writers AS old (writer, seen_at)
    SELECT DISTINCT o.writer, now() FROM json_to_recordset(operations) AS o(writer text)
    ON CONFLICT (writer) DO UPDATE SET seen_at = excluded.seen_at
      WHERE old.seen_at < excluded.seen_at - interval '1 hour';

  -- Twice as many as promised are kept before the older half goes, so that this is rare.
  now_forgotten := was.forgotten;
  IF now_position - was.forgotten > 2 * kept_changes THEN
    now_forgotten := now_position - kept_changes;
  END IF;
  UPDATE meta SET position = now_position, number = was.number + created, forgotten = now_forgotten;
  RETURN json_build_object('position', now_position, 'number', was.number,
    'forgotten', now_forgotten);
END
$$;

-- Throws away, at most `slice` rows of each kind, what is not kept any more: changes, removed tasks, and the operations of
-- writers that were not seen for a week. Answers with whether there is more.
CREATE FUNCTION sweep(slice int) RETURNS boolean
LANGUAGE plpgsql VOLATILE
SET search_path FROM CURRENT
SET lock_timeout = '4s'
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
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
  -- 64 rows of operations each.
  WITH old AS (
    DELETE FROM writers w USING (
        SELECT writer FROM writers WHERE seen_at < clock_timestamp() - interval '7 days'
          ORDER BY seen_at LIMIT greatest(slice / 64, 1) FOR UPDATE SKIP LOCKED
      ) old
      WHERE w.writer = old.writer
      RETURNING w.writer
  ), without_removals AS (
    DELETE FROM removals r USING old WHERE r.writer = old.writer
  )
  DELETE FROM operations o USING old WHERE o.writer = old.writer;
  RETURN more;
END
$$;
