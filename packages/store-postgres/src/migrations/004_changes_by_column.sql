-- Does what `apply_writes` does, which is left for versions of the library that know no other, and is given the changes column by
-- column: to take rows of JSON apart cost a fifth of all that was done, and each task was looked for twice.
CREATE FUNCTION apply_changes(
  -- The changes, in their order. An array may be null if all of it is.
  types text[],
  -- Of the task, or, where it is created, null: it is the `nth`.
  numbers bigint[],
  nths int[],
  versions bigint[],
  statuses text[],
  states json[],
  results json[],
  lines json[],
  ids json[],
  -- The last change of a task has its id, how it was known before (0 for a task that is not there), and the other columns of how it is
  -- left. The same id may be given again when its task was removed: the version alone would not tell. Beyond the
  -- changes are tasks that are only compared.
  task_ids text[],
  known_numbers bigint[],
  known_versions bigint[],
  owners text[],
  ends double precision[],
  cancels boolean[],
  line_counts bigint[],
  byte_counts bigint[],
  -- Of one that is created.
  mades json[],
  kinds text[],
  parents text[],
  keys text[],
  -- How many tasks are created.
  created int,
  -- [key]: idempotency keys that nobody has.
  free_keys json,
  -- [{writer, slot, block, asked, done}]: writes that were not done before, and those that are now.
  operations json,
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
  -- Where the rows of `task_ids` are. Whoever writes has the lock, so nobody moves them.
  places tid[];
  differing bigint;
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

  SELECT array_agg(t.ctid ORDER BY c.n),
      count(*) FILTER (WHERE c.id IS NOT NULL
        AND (coalesce(t.version, 0) <> c.version OR coalesce(t.number, 0) <> c.number)),
      (SELECT json_agg(json_build_object('writer', o.writer, 'block', o.block, 'bits', d.bits & o.asked))
        FROM json_to_recordset(operations) AS o(writer text, slot int, block bigint, asked bigint)
        JOIN operations d ON d.writer = o.writer AND d.slot = o.slot
        WHERE d.block = o.block AND d.bits & o.asked <> 0)
    INTO places, differing, repeated
    FROM unnest(task_ids, known_numbers, known_versions)
      WITH ORDINALITY AS c(id, number, version, n)
    LEFT JOIN tasks t ON t.id = c.id;
  IF differing > 0 OR json_array_length(free_keys) > 0 THEN
    SELECT json_agg(json_build_object('id', m.id, 'task', CASE WHEN m.number IS NOT NULL THEN
        json_build_array(m.number, m.version, m.status, m.made, m.state, m.result, m.idempotency_key,
          m.output_lines, m.output_bytes) END)) INTO missed
      FROM (
        SELECT c.id, t.number, t.version, t.status, t.made, t.state, t.result, t.idempotency_key,
            t.output_lines, t.output_bytes
          FROM unnest(task_ids, known_numbers, known_versions) AS c(id, number, version)
          LEFT JOIN tasks t ON t.id = c.id
          WHERE c.id IS NOT NULL
            AND (coalesce(t.version, 0) <> c.version OR coalesce(t.number, 0) <> c.number)
        UNION ALL
        SELECT t.id, t.number, t.version, t.status, t.made, t.state, t.result, t.idempotency_key,
            t.output_lines, t.output_bytes
          FROM json_array_elements_text(free_keys) AS k(key)
          JOIN tasks t ON t.idempotency_key = k.key
      ) m;
  END IF;
  IF missed IS NOT NULL OR repeated IS NOT NULL THEN
    RETURN json_build_object('missed', missed, 'repeated', repeated);
  END IF;
  IF types IS NULL THEN
    RETURN json_build_object('position', was.position, 'number', was.number,
      'forgotten', was.forgotten);
  END IF;

  now_position := was.position + cardinality(types);
  WITH c AS MATERIALIZED (
    SELECT * FROM unnest(types, numbers, nths, versions, statuses, states, results, lines, ids,
        task_ids, places, owners, ends, cancels, line_counts, byte_counts, mades, kinds, parents,
        keys)
      WITH ORDINALITY AS c(type, number, nth, version, status, state, result, lines, ids,
        id, place, owner, completed_at, cancel_requested, output_lines, output_bytes, made, kind,
        parent, key, n)
      WHERE c.type IS NOT NULL
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
        FROM c WHERE c.id IS NOT NULL AND c.nth IS NOT NULL
  )
  UPDATE tasks t
    SET version = c.version, status = c.status, state = c.state, result = c.result,
      owner = c.owner, completed_at = c.completed_at, cancel_requested = c.cancel_requested,
      output_lines = c.output_lines, output_bytes = c.output_bytes, position = now_position
    FROM c WHERE t.ctid = c.place;

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
        WHERE gone.position > was.forgotten OR cardinality(types) > 1;
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
