-- The same for what a weekly review reads besides: surveys, contacts, agent states, the
-- latter also for hours that count twice.  best_checks.sql comes first.

INSERT INTO checked
SELECT 'surveys', count(*),
  (SELECT count(*)
    FROM (SELECT DISTINCT hash(survey_id) FROM '{folder}/surveys.parquet')),
  count_if(survey_id IS NULL OR kind IS NULL),
  count_if(odd_key(survey_id)) + count_if(odd_id(ticket_id))
    + count_if(odd_id(customer_id)),
  count_if(kind NOT IN ('csat', 'nps', 'ces')) + count_if(answered_at < offered_at)
    + count_if(NOT score BETWEEN scale_low AND scale_high),
  least(min(offered_at), min(answered_at)), greatest(max(offered_at), max(answered_at))
FROM '{folder}/surveys.parquet';

INSERT INTO checked
SELECT 'contacts', count(*),
  (SELECT count(*)
    FROM (SELECT DISTINCT hash(contact_id) FROM '{folder}/contacts.parquet')),
  count_if(contact_id IS NULL OR queued_at IS NULL),
  count_if(odd_key(contact_id)) + count_if(odd_id(ticket_id))
    + count_if(odd_id(customer_id)) + count_if(odd_id(agent_id)),
  count_if(answered_at < queued_at) + count_if(ended_at < queued_at)
    + count_if(ended_at < answered_at)
    + count_if(least(talk_seconds, hold_seconds, wrap_seconds) < 0),
  min(queued_at), greatest(max(queued_at), max(answered_at), max(ended_at))
FROM '{folder}/contacts.parquet';

INSERT INTO checked
SELECT 'agent_states', count(*), NULL,
  count_if(agent_id IS NULL OR started_at IS NULL OR state IS NULL),
  count_if(odd_id(agent_id)), count_if(ended_at < started_at) + count_if(is_twice),
  min(started_at), greatest(max(started_at), max(ended_at))
FROM (
  SELECT *, started_at < lag(ended_at) OVER (
      PARTITION BY agent_id ORDER BY started_at, ended_at) AS is_twice
  FROM '{folder}/agent_states.parquet'
);
