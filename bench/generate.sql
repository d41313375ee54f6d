-- The bench helpdesk, drawn without chance: every number is a hash of the ticket's
-- position and a salt, so the same DuckDB writes the same rows at every run.
-- {size} tickets opened from {first} until {last} (epoch seconds).  The query under
-- "-- write NAME" makes a file; what follows it prepares the next.

CREATE MACRO draw(i, salt) AS
  (hash(i * 64 + salt) >> 11)::DOUBLE / 9007199254740992;
CREATE MACRO bell(i, salt) AS
  sqrt(-2 * ln(1 - draw(i, salt))) * cos(2 * pi() * draw(i, salt + 1));
-- Rows are sorted as numbers and named last: 0-299 agents, from 1000 customers, between
-- them these words.
CREATE MACRO named(code) AS CASE
  WHEN code < 300 THEN 'A' || lpad((code + 1)::VARCHAR, 3, '0')
  WHEN code >= 1000 THEN 'C' || (code - 999)
  ELSE ['new', 'open', 'solved', 'closed', 'deleted', '1', '2', 'bot', 'rule',
    'routing', 'spam filter', 'Front desk', 'Billing desk', 'Night desk',
    'Weekend desk', 'Second line', 'Client engineering', 'Client care'][code - 299]
END;
CREATE MACRO team_of(agent) AS CASE
  WHEN agent >= 270 THEN 316 + agent % 2 WHEN agent >= 240 THEN 315
  ELSE 311 + agent % 4 END;

-- Where each hour's tickets begin: busy working days, quiet nights and weekends.
CREATE TEMP TABLE hours AS
WITH weights AS (
  SELECT h, {first} + h * 3600 AS started,
    CASE WHEN (h // 24 + 2) % 7 >= 5 THEN 0.35 ELSE 1.0 END
      * (0.15 + exp(-(((h % 24) - 13) / 4.0) ** 2)) AS weight
  FROM range(({last} - {first}) // 3600) AS r (h)
), bounds AS (
  SELECT started,
    round({size} * sum(weight) OVER (ORDER BY h) / sum(weight) OVER ())::BIGINT AS until
  FROM weights
)
SELECT started, until, coalesce(lag(until) OVER (ORDER BY started), 0) AS since
FROM bounds;

CREATE TABLE drawn AS
WITH opened AS (
  SELECT i, started + ((i - since) * 3600) // (until - since) AS created
  FROM (SELECT *, unnest(range(since, until)) AS i FROM hours)
), rolled AS (
  SELECT i, created,
    CASE WHEN draw(i, 1) < 0.50 THEN 'email' WHEN draw(i, 1) < 0.72 THEN 'chat'
      WHEN draw(i, 1) < 0.86 THEN 'web' WHEN draw(i, 1) < 0.94 THEN 'phone'
      ELSE 'social' END AS channel,
    (12 * draw(i, 2) ** 1.3)::BIGINT AS issue,
    1000 + ({size} // 4 * draw(i, 3) ** 2)::INT AS customer,
    draw(i, 4) < 0.03 AS by_agent,
    draw(i, 5) < 0.005 AS deleted,
    draw(i, 6) >= 0.08 AS answered,
    CASE WHEN draw(i, 7) < 0.05 THEN 2 ELSE 1 END AS tier,
    exp(CASE channel WHEN 'chat' THEN 4.5 WHEN 'phone' THEN 3.5 ELSE 9.0 END
      + 1.1 * bell(i, 8))::BIGINT + 30 AS wait
  FROM opened
), replied AS (
  SELECT * EXCLUDE (answered), answered AND NOT deleted AS answered,
    NOT deleted AND (answered OR draw(i, 10) < 0.6) AS assigned,
    created + 5 + (0.5 * draw(i, 11) * wait)::BIGINT AS assigned_at,
    created + wait AS reply_at,
    CASE WHEN tier = 2 THEN 240 + (60 * draw(i, 12))::BIGINT % 60
      ELSE (270 * draw(i, 12))::BIGINT % 270 END AS agent_1
  FROM rolled
), worked AS (
  SELECT *,
    CASE WHEN deleted THEN NULL
      WHEN draw(i, 13) < CASE WHEN answered THEN 0.95 ELSE 0.5 END
      THEN reply_at + 120 + exp(10.6 + 1.2 * bell(i, 14))::BIGINT END AS solve_1,
    answered AND draw(i, 16) < 0.15 AS transferred,
    answered AND tier = 1 AND draw(i, 17) < 0.02
      OR answered AND tier = 1 AND draw(i, 16) < 0.08 AS raised,
    draw(i, 18) < 0.01 AS straight_to_closed,
    (5.4 * draw(i, 19) ** 4)::BIGINT AS more
  FROM replied
), handed AS (
  SELECT *,
    CASE WHEN raised AND draw(i, 20) < 0.5 THEN 270 + (30 * draw(i, 21))::BIGINT % 30
      WHEN raised THEN 240 + (30 * draw(i, 21))::BIGINT % 30
      ELSE (agent_1 + 1 + (268 * draw(i, 21))::BIGINT) % 270 END AS agent_2,
    coalesce(solve_1, reply_at + 259200) AS busy_until,
    CASE WHEN NOT straight_to_closed AND draw(i, 22) < 0.08
      THEN solve_1 + 600 + (1036800 * draw(i, 23) ** 2)::BIGINT END AS reopen_1
  FROM worked
), reopened AS (
  SELECT *,
    reply_at + 60 + (0.3 * (busy_until - reply_at - 60))::BIGINT AS handed_at,
    CASE WHEN draw(i, 24) < 0.8 THEN 'customer' WHEN draw(i, 24) < 0.9 THEN 'system'
      ELSE 'agent' END AS reopened_by,
    CASE WHEN draw(i, 25) < 0.9
      THEN reopen_1 + 300 + exp(10.2 + bell(i, 26))::BIGINT END AS solve_2
  FROM handed
), again AS (
  SELECT *,
    CASE WHEN draw(i, 28) < 0.1
      THEN solve_2 + 600 + (259200 * draw(i, 29))::BIGINT END AS reopen_2
  FROM reopened
)
SELECT *, reopen_2 + 7200 AS solve_3,
  CASE WHEN straight_to_closed THEN solve_1
    WHEN reopen_2 IS NOT NULL THEN reopen_2 + 7200 + 1209600
    WHEN reopen_1 IS NOT NULL THEN solve_2 + 1209600
    ELSE solve_1 + 1209600 END AS closed_at
FROM again;

-- write tickets
SELECT 'T' || (i + 1) AS ticket_id, to_timestamp(created) AS created_at, channel,
  CASE WHEN deleted AND created + 3600 < {last} THEN 'deleted'
    WHEN closed_at < {last} THEN 'closed'
    WHEN solve_3 < {last} THEN 'solved' WHEN reopen_2 < {last} THEN 'open'
    WHEN solve_2 < {last} THEN 'solved' WHEN reopen_1 < {last} THEN 'open'
    WHEN solve_1 < {last} AND NOT straight_to_closed THEN 'solved'
    WHEN assigned AND assigned_at < {last} THEN 'open' ELSE 'new' END AS status,
  ['Billing', 'Login', 'Delivery', 'Refund', 'Bug', 'How to', 'Account', 'Outage',
    'Feature', 'Privacy', 'Integration', 'Feedback'][1 + issue % 12] AS issue_type,
  ['low', 'normal', 'normal', 'high', 'urgent'][1 + (5 * draw(i, 30))::BIGINT % 5]
    AS priority,
  CASE WHEN raised AND handed_at < {last} THEN 2 ELSE tier END::BIGINT AS tier,
  CASE WHEN transferred AND handed_at < {last} THEN named(team_of(agent_2))
    WHEN assigned AND assigned_at < {last} THEN named(team_of(agent_1)) END AS team,
  CASE WHEN transferred AND handed_at < {last} THEN named(agent_2)
    WHEN assigned AND assigned_at < {last} THEN named(agent_1) END AS agent_id,
  named(customer) AS customer_id
FROM drawn
ORDER BY created, i;

CREATE TABLE sent AS
WITH sent AS (
  SELECT i, 0 AS part, created AS instant,
    CASE WHEN by_agent THEN 'agent' ELSE 'customer' END AS role,
    CASE WHEN by_agent THEN agent_1 ELSE customer END AS author,
    true AS public, false AS automatic
  FROM drawn
  UNION ALL
  SELECT i, 1, created + 2 + (20 * draw(i, 31))::BIGINT,
    CASE WHEN draw(i, 32) < 0.1 THEN 'agent' ELSE 'bot' END,
    CASE WHEN draw(i, 32) < 0.1 THEN agent_1 ELSE 307 END, true, true
  FROM drawn WHERE NOT by_agent AND channel IN ('email', 'web') AND draw(i, 33) < 0.7
  UNION ALL
  SELECT i, 2, reply_at, 'agent', agent_1, true, false
  FROM drawn WHERE answered
  UNION ALL
  SELECT i, 3, reply_at - 10 + (3600 * draw(i, 34))::BIGINT, 'agent', agent_1,
    false, false
  FROM drawn WHERE assigned AND draw(i, 35) < 0.25
  UNION ALL
  SELECT i, 3 + k, reply_at + 60 + (busy_until - reply_at - 61) * k // (more + 1),
    CASE WHEN (k + (draw(i, 36) < 0.4)::INT) % 2 = 1 THEN 'customer' ELSE 'agent' END,
    CASE WHEN (k + (draw(i, 36) < 0.4)::INT) % 2 = 1 THEN customer
      WHEN transferred AND draw(i, 37) < 0.6 THEN agent_2 ELSE agent_1 END,
    true, false
  FROM (SELECT *, unnest(range(1, more + 1)) AS k FROM drawn WHERE answered)
  UNION ALL
  SELECT i, 10, reopen_1 - CASE reopened_by WHEN 'system' THEN 30 ELSE 0 END,
    'customer', customer, true, false
  FROM drawn WHERE reopen_1 IS NOT NULL AND reopened_by != 'agent'
  UNION ALL
  SELECT i, 11, reopen_2, 'customer', customer, true, false
  FROM drawn WHERE reopen_2 IS NOT NULL
)
FROM sent WHERE instant < {last} ORDER BY instant, i, part;

-- write messages
SELECT 'M' || (16 * i + part) AS message_id, 'T' || (i + 1) AS ticket_id,
  to_timestamp(instant) AS sent_at, role AS author_role, named(author) AS author_id,
  public AS is_public, automatic AS is_automatic
FROM sent;

DROP TABLE sent;

CREATE TABLE happened AS
WITH happened AS (
  SELECT i, 0 AS part, assigned_at AS instant, 'status' AS field, 300 AS old,
    301 AS new, 'agent' AS role, agent_1 AS actor
  FROM drawn WHERE assigned
  UNION ALL
  SELECT i, 1, assigned_at, 'agent', NULL, agent_1, 'system', 309
  FROM drawn WHERE assigned
  UNION ALL
  SELECT i, 2, created + 3600, 'status', 300, 304, 'system', 310
  FROM drawn WHERE deleted
  UNION ALL
  SELECT i, 3, handed_at, 'agent', agent_1, agent_2, 'agent',
    agent_1
  FROM drawn WHERE transferred
  UNION ALL
  SELECT i, 4, handed_at, 'team', team_of(agent_1), team_of(agent_2), 'agent',
    agent_1
  FROM drawn WHERE transferred AND team_of(agent_1) != team_of(agent_2)
  UNION ALL
  SELECT i, 5, handed_at, 'tier', 305, 306, 'agent', agent_1
  FROM drawn WHERE raised
  UNION ALL
  SELECT i, 6, solve_1, 'status', CASE WHEN assigned THEN 301 ELSE 300 END,
    CASE WHEN straight_to_closed THEN 303 ELSE 302 END, 'agent',
    agent_1
  FROM drawn WHERE solve_1 IS NOT NULL
  UNION ALL
  SELECT i, 7, reopen_1, 'status', 302, 301, reopened_by,
    CASE reopened_by WHEN 'customer' THEN customer
      WHEN 'agent' THEN agent_1 ELSE 308 END
  FROM drawn WHERE reopen_1 IS NOT NULL
  UNION ALL
  SELECT i, 8, solve_2, 'status', 301, 302, 'agent', agent_1
  FROM drawn WHERE solve_2 IS NOT NULL
  UNION ALL
  SELECT i, 9, reopen_2, 'status', 302, 301, 'customer',
    customer
  FROM drawn WHERE reopen_2 IS NOT NULL
  UNION ALL
  SELECT i, 10, solve_3, 'status', 301, 302, 'agent', agent_1
  FROM drawn WHERE solve_3 IS NOT NULL
  UNION ALL
  SELECT i, 11, closed_at, 'status', 302, 303, 'system', 308
  FROM drawn WHERE closed_at IS NOT NULL AND NOT straight_to_closed
)
FROM happened WHERE instant < {last} ORDER BY instant, i, part;

-- write events
SELECT 'E' || (16 * i + part) AS event_id, 'T' || (i + 1) AS ticket_id,
  to_timestamp(instant) AS occurred_at, field, named(old) AS old_value,
  named(new) AS new_value, role AS actor_role, named(actor) AS actor_id
FROM happened;

-- write agents
SELECT named(number) AS agent_id, named(team_of(number)) AS team,
  CASE WHEN number >= 270 THEN 'client' ELSE 'Example BPO' END AS organization,
  CASE WHEN number >= 240 THEN 2 ELSE 1 END::BIGINT AS tier
FROM range(300) AS r (number)
ORDER BY number;
