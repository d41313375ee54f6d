-- One row per change of state, group or agent.  The log has one row per audit event with
-- the values after it; a change is a value that differs from the event before, in the
-- order of the file's lines.  Neither sys_mod_count nor the time of update alone gives
-- that order: in five incidents of 2016-02-29 they contradict each other, and sorting
-- by either invents a reopening that the log's own counter does not have.
with logged as (
    select *, row_number() over () as line
    from read_csv(
        '{location}/incident_event_log.csv.gz',
        header = true, all_varchar = true,
        nullstr = '?'  -- the log's sign for missing
    )
),

audited as (
    select
        number,
        -- The log names no zone: its local clock is taken as UTC, as in tickets.sql.
        -- No event is later than one that follows it: INC0000137 has one that says so.
        min(strptime(sys_updated_at, '%d/%m/%Y %H:%M')) over (
            partition by number
            order by line
            rows between current row and unbounded following
        ) at time zone 'UTC' as updated,
        sys_updated_by,
        row_number() over (partition by number order by line) as nth,
        case
            when incident_state = 'New' then 'new'
            when incident_state = 'Active' then 'open'
            when incident_state = 'Awaiting User Info' then 'pending'
            -- Vendor, problem and evidence: the customer can do nothing about them.
            when incident_state like 'Awaiting %' then 'hold'
            when incident_state = 'Resolved' then 'solved'
            when incident_state = 'Closed' then 'closed'
            else incident_state  -- '-100' is kept, and counted as an unknown status
        end as status,
        assignment_group as team,
        assigned_to as agent
    from logged
),

valued as (
    select number, nth, updated, sys_updated_by, 1 as place, 'status' as field,
        status as new_value
    from audited
    union all
    select number, nth, updated, sys_updated_by, 2, 'team', team from audited
    union all
    select number, nth, updated, sys_updated_by, 3, 'agent', agent from audited
),

compared as (
    select *, lag(new_value) over (partition by number, field order by nth) as old_value
    from valued
)

select
    number || '-' || lpad(
        (row_number() over (partition by number order by nth, place))::varchar, 4, '0'
    ) as event_id,
    number as ticket_id,
    updated as occurred_at,
    field,
    old_value,
    new_value,
    -- Who updated is known by number, not whether it is an agent: no actor_role.
    sys_updated_by as actor_id
from compared
where new_value is distinct from old_value
