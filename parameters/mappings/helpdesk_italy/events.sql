-- One row per line of the log.  What changes a ticket's state is a status; every other
-- activity stays an event of its own, so that no line is lost.
with logged as (
    select
        *,
        row_number() over () as line,
        strptime("Complete Timestamp", '%Y/%m/%d %H:%M:%S.%g') as local_time,
        case Activity
            when 'Take in charge ticket' then 'open'
            when 'Wait' then 'pending'
            when 'Require upgrade' then 'hold'  -- waits for a release
            when 'Resolve ticket' then 'solved'
            when 'RESOLVED' then 'solved'
            when 'Closed' then 'closed'
        end as status
    from read_csv(
        '{location}/helpdesk_italy.csv.gz', header = true, all_varchar = true
    )
)

select
    line as event_id,
    "Case ID" as ticket_id,
    timezone('Europe/Rome', local_time) as occurred_at,
    if(status is null, 'activity', 'status') as field,
    if(
        status is null,
        null,
        lag(status) over (partition by "Case ID", status is null order by line)
    ) as old_value,
    coalesce(status, Activity) as new_value,
    'agent' as actor_role,  -- the log knows no other
    Resource as actor_id,
    [
        if(
            Activity = 'Resolve ticket'
            and row_number() over (partition by "Case ID", Activity order by line) = 2,
            'resolves a ticket for the second time',
            null
        ),
        if(Variant = Variant_1, 'two columns called Variant hold the same: none is read', null)
    ] as noted
from logged
