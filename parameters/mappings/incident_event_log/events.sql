-- One row per change of state, group or agent; a line that changes none of them stays an
-- event of its own, so that no line is lost.  The log has one row per audit event with
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
        incident_state,
        strptime(sys_updated_at, '%d/%m/%Y %H:%M') at time zone 'UTC' as written,
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

compared as (
    select
        *,
        lag(status) over lines as status_before,
        lag(team) over lines as team_before,
        lag(agent) over lines as agent_before
    from audited
    window lines as (partition by number order by nth)
),

changed as (
    select *, 1 as place, 'status' as field, status_before as old_value, status as new_value
    from compared
    where status is distinct from status_before
    union all
    select *, 2, 'team', team_before, team
    from compared
    where team is distinct from team_before
    union all
    select *, 3, 'agent', agent_before, agent
    from compared
    where agent is distinct from agent_before
    union all
    select *, 4, 'activity', null, 'update'
    from compared
    where status is not distinct from status_before
        and team is not distinct from team_before
        and agent is not distinct from agent_before
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
    sys_updated_by as actor_id,
    -- A line is spoken of once, beside the first of its events.
    if(
        row_number() over (partition by number, nth order by place) > 1,
        null,
        [
            if(
                incident_state = '-100',
                'the line stands in state -100, which the log does not explain',
                null
            ),
            if(
                written <> updated,
                'the line says a later time than one that follows it, and gets that one''s',
                null
            )
        ]
    ) as noted
from changed
