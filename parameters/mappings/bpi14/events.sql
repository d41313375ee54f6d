-- One row per activity.  Openings, closings and reopenings are the status, assignments
-- the team; every other activity stays an event of its own, so that no line is lost.
with logged as (
    select
        *,
        case incident_activity_type
            when 'Open' then 'new'
            when 'Reopen' then 'open'
            when 'Resolved' then 'solved'
            when 'Closed' then 'closed'
        end as status,
        incident_activity_type in ('Assignment', 'Reassignment') as assigns
    from read_csv(
        '{location}/bpi14_activities_4000.csv.gz', header = true, all_varchar = true
    )
),

valued as (
    select
        *,
        case
            when status is not null then 'status' when assigns then 'team' else 'activity'
        end as field,
        case
            when status is not null then status
            when assigns then assignment_group
            else incident_activity_type
        end as new_value
    from logged
)

select
    incident_activity_number as event_id,
    incident_id as ticket_id,
    timezone('Europe/Amsterdam', datestamp::timestamp) as occurred_at,
    field,
    -- Several activities share a second; their numbers are their order.
    if(
        field = 'activity',
        null,
        lag(new_value) over (
            partition by incident_id, field order by datestamp, incident_activity_number
        )
    ) as old_value,
    new_value,
    if(
        status = 'closed' and row_number() over (
            partition by incident_id, status order by datestamp, incident_activity_number
        ) > 1,
        'closes an incident once more',
        null
    ) as noted
from valued
