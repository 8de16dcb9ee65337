-- Keeps the newest changes that are no larger than `most_bytes` together, as they are stored, and the last one whatever its
-- size. Answers with the position up to which none is kept.
CREATE FUNCTION forget_large_changes(most_bytes bigint) RETURNS bigint
LANGUAGE plpgsql VOLATILE
SET search_path FROM CURRENT
SET lock_timeout = '4s'
SET enable_seqscan = off
AS $$
DECLARE
  was meta%ROWTYPE;
  too_large bigint;
BEGIN
  SELECT * INTO was FROM meta;
  -- Mostly all of it is small, rows included that are thrown away by now.
  IF pg_total_relation_size('changes') <= most_bytes THEN
    RETURN was.forgotten;
  END IF;
  SELECT max(position) INTO too_large
    FROM (
      SELECT position, sum(coalesce(pg_column_size(state), 0) + coalesce(pg_column_size(result), 0)
          + coalesce(pg_column_size(lines), 0) + coalesce(pg_column_size(ids), 0))
          OVER (ORDER BY position DESC) AS bytes
        FROM changes WHERE position > was.forgotten
    ) c
    WHERE bytes > most_bytes AND position < was.position;
  UPDATE meta SET forgotten = too_large WHERE forgotten < too_large;
  RETURN greatest(was.forgotten, too_large);
END
$$;
