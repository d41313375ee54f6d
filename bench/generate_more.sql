-- What a weekly review reads besides tickets, drawn as in generate.sql from the tickets
-- of the same folder: surveys of 60 % of the solved tickets, calls and chats for 30 % of
-- all, and every working day of 400 agents.  {folder} holds the tickets, {first} and
-- {last} are epoch seconds.

CREATE MACRO draw(i, salt) AS
  (hash(i * 64 + salt) >> 11)::DOUBLE / 9007199254740992;

CREATE TABLE opened AS
SELECT ticket_id[2:]::BIGINT AS i, epoch(created_at)::BIGINT AS created, channel,
  agent_id, customer_id
FROM '{folder}/tickets.parquet';

-- write surveys
WITH solves AS (
  SELECT ticket_id[2:]::BIGINT AS i, min(epoch(occurred_at)::BIGINT) AS solved
  FROM '{folder}/events.parquet' WHERE field = 'status' AND new_value = 'solved'
  GROUP BY ALL
), asked AS (
  SELECT i, customer_id, solved + 60 AS offered,
    CASE WHEN draw(i, 40) < 0.6 THEN 'csat' WHEN draw(i, 40) < 0.7 THEN 'nps'
      WHEN draw(i, 40) < 0.8 THEN 'ces' END AS kind,
    solved + 120 + (259200 * draw(i, 41) ** 2)::BIGINT AS answered,
    draw(i, 42) < 0.4 AND answered < {last} AS is_answered
  FROM solves JOIN opened USING (i)
)
SELECT 'S' || i AS survey_id, kind, 'T' || i AS ticket_id, customer_id,
  to_timestamp(offered) AS offered_at,
  CASE WHEN is_answered THEN to_timestamp(answered) END AS answered_at,
  CASE WHEN NOT is_answered THEN NULL
    WHEN kind = 'csat' THEN 1 + floor(5 * draw(i, 43) ** 0.4)
    WHEN kind = 'nps' THEN floor(11 * draw(i, 43) ** 0.5)
    ELSE 1 + floor(7 * draw(i, 43) ** 0.5) END AS score,
  CASE WHEN kind = 'nps' THEN 0 ELSE 1 END::DOUBLE AS scale_low,
  CASE kind WHEN 'csat' THEN 5 WHEN 'nps' THEN 10 ELSE 7 END::DOUBLE AS scale_high
FROM asked WHERE kind IS NOT NULL AND offered < {last} ORDER BY offered, i;

-- write contacts
WITH called AS (
  SELECT *, exp(1.3 + 1.2 * draw(i, 45) + 1.5 * draw(i, 46))::BIGINT AS wait,
    draw(i, 47) < 0.07 AS abandoned, 60 + (900 * draw(i, 48) ** 2)::BIGINT AS talk,
    (120 * draw(i, 49) ** 3)::BIGINT AS hold
  FROM opened WHERE draw(i, 44) < 0.3 AND created < {last} - 3600
)
SELECT 'K' || i AS contact_id,
  coalesce(agent_id, 'A' || lpad((1 + (400 * draw(i, 50))::BIGINT % 400)::VARCHAR, 3,
    '0')) AS agent_id,
  CASE WHEN channel = 'chat' THEN 'chat' ELSE 'phone' END AS channel,
  'T' || i AS ticket_id, customer_id, to_timestamp(created) AS queued_at,
  CASE WHEN NOT abandoned THEN to_timestamp(created + wait) END AS answered_at,
  to_timestamp(created + wait + CASE WHEN abandoned THEN 0 ELSE talk + hold END)
    AS ended_at,
  CASE WHEN NOT abandoned THEN talk END AS talk_seconds,
  CASE WHEN NOT abandoned THEN hold END AS hold_seconds,
  CASE WHEN NOT abandoned THEN (90 * draw(i, 51))::BIGINT END AS wrap_seconds,
  abandoned
FROM called ORDER BY created, i;

-- write agent_states
WITH shifts AS (
  SELECT agent, day, agent * 1000 + day AS i, {first} + day * 86400 + 28800 AS began
  FROM range(400) AS a (agent), range(({last} - {first}) // 86400) AS d (day)
  WHERE (day + 2) % 7 < 5 OR agent % 5 = 0
), stretches AS (
  SELECT *, unnest(range(12)) AS part FROM shifts
)
SELECT 'A' || lpad((agent + 1)::VARCHAR, 3, '0') AS agent_id,
  to_timestamp(began + part * 2400) AS started_at,
  to_timestamp(began + part * 2400 + 2400) AS ended_at,
  CASE WHEN part = 6 THEN 'break' WHEN draw(i, 52) < 0.03 THEN 'absent'
    WHEN draw(i * 12 + part, 53) < 0.62 THEN 'active'
    WHEN draw(i * 12 + part, 53) < 0.85 THEN 'idle'
    WHEN draw(i * 12 + part, 53) < 0.93 THEN 'meeting' ELSE 'training' END AS state,
  part <> 6 OR agent % 2 = 0 AS paid
FROM stretches ORDER BY started_at, agent;
