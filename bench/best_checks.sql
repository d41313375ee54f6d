-- What the kit's door counts in the Parquet files, in SQL written by hand: rows, rows
-- without a key, a ticket or a time, different keys, ids with another letter than plain
-- ones have, words of no list, first and last time.  A statement per table, each adds a
-- row to ``checked``; {folder} comes from best.py.
--
-- Tried for the keys of 1 M messages tickets and events, processor seconds together:
--   count(DISTINCT id)                               1.4
--   count(DISTINCT hash(id))                         1.2
--   count(*) over SELECT DISTINCT hash(id): taken    1.2
-- Two patterns for a key, of its letters and of a digit: 0.4 s more than one of both.

CREATE OR REPLACE TEMP MACRO odd_key(id) AS
  NOT regexp_full_match(id, '([A-Za-z][!-*,-/:-~]*)?[0-9][!-*,-~]*');
CREATE OR REPLACE TEMP MACRO odd_id(id) AS
  NOT regexp_full_match(id, '[!-~]([ -~]*[!-~])?');

CREATE OR REPLACE TEMP TABLE checked AS
SELECT 'tickets' AS "table", count(*) AS rows_read,
  (SELECT count(*)
    FROM (SELECT DISTINCT hash(ticket_id) FROM '{folder}/tickets.parquet')) AS keys,
  count_if(ticket_id IS NULL OR created_at IS NULL) AS lacking,
  count_if(odd_key(ticket_id)) + count_if(odd_id(customer_id))
    + count_if(odd_id(agent_id)) AS odd,
  count_if(status NOT IN
    ('new', 'open', 'pending', 'hold', 'solved', 'closed', 'deleted')) AS strange,
  min(created_at) AS first_at, max(created_at) AS last_at
FROM '{folder}/tickets.parquet';

INSERT INTO checked
SELECT 'messages', count(*),
  (SELECT count(*)
    FROM (SELECT DISTINCT hash(message_id) FROM '{folder}/messages.parquet')),
  count_if(message_id IS NULL OR ticket_id IS NULL OR sent_at IS NULL),
  count_if(odd_key(message_id)) + count_if(odd_key(ticket_id))
    + count_if(odd_id(author_id)),
  count_if(author_role NOT IN ('customer', 'agent', 'bot', 'system')),
  min(sent_at), max(sent_at)
FROM '{folder}/messages.parquet';

INSERT INTO checked
SELECT 'events', count(*),
  (SELECT count(*)
    FROM (SELECT DISTINCT hash(event_id) FROM '{folder}/events.parquet')),
  count_if(event_id IS NULL OR ticket_id IS NULL OR occurred_at IS NULL),
  count_if(odd_key(event_id)) + count_if(odd_key(ticket_id)) + count_if(odd_id(actor_id)),
  count_if(field = 'status' AND new_value NOT IN
      ('new', 'open', 'pending', 'hold', 'solved', 'closed', 'deleted'))
    + count_if(actor_role NOT IN ('customer', 'agent', 'bot', 'system')),
  min(occurred_at), max(occurred_at)
FROM '{folder}/events.parquet';
