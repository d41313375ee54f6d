-- One ticket per incident.
with activities as (
    select incident_id, incident_activity_type
    from read_csv(
        '{location}/bpi14_activities_4000.csv.gz', header = true, all_varchar = true
    )
)

select
    incident_id as ticket_id,
    -- The file names no zone: the bank is Dutch.
    timezone('Europe/Amsterdam', open_time::timestamp) as created_at,
    case status when 'Closed' then 'closed' else status end as status,
    category as issue_type,
    closure_code as root_cause,
    priority,
    timezone('Europe/Amsterdam', resolved_time::timestamp) as solved_at,
    -- No reopened_at: resolved_time is the last solve, and 181 of 183 reopenings lie
    -- before it.  events.sql has the history.
    reopen_time is not null as was_reopened,
    x_reassignments as reassignments,
    -- Hours of service between opening and close: a length of time, no agent's work.
    handle_time_hours as service_hours,
    -- #MULTIVALUE stands where the bank's export had more than one, #N/B where none.
    case
        when related_interaction = '#MULTIVALUE' then 'several'
        when related_interaction like '#%' or related_interaction is null then 'none'
        else 'one'
    end as interactions,
    case
        when related_change = '#MULTIVALUE' then 'several'
        when related_change like '#%' or related_change is null then 'none'
        else 'one'
    end as changes,
    ci_type_aff as component,
    [
        if(
            related_interaction = '#MULTIVALUE',
            'related interaction #MULTIVALUE is read as several',
            null
        ),
        if(related_interaction = '#N/B', 'related interaction #N/B is read as none', null),
        if(related_change = '#MULTIVALUE', 'related change #MULTIVALUE is read as several', null),
        if(
            reopen_time is not null and incident_id not in (
                select incident_id from activities where incident_activity_type = 'Reopen'
            ),
            'a time of reopening, but no activity Reopen: the activities count',
            null
        ),
        if(
            status = 'Closed' and incident_id not in (
                select incident_id from activities where incident_activity_type = 'Closed'
            ),
            'closed, but no activity says so',
            null
        )
    ] as noted
from read_csv(
    '{location}/bpi14_incidents_4000.csv.gz', header = true, all_varchar = true
)
