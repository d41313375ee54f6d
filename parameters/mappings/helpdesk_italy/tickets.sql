-- One ticket per case.  The log repeats a case's facts in each of its lines; where they
-- change, the last line tells them.
with logged as (
    select
        *,
        row_number() over () as line,
        strptime("Complete Timestamp", '%Y/%m/%d %H:%M:%S.%g') as local_time
    from read_csv(
        '{location}/helpdesk_italy.csv.gz',
        -- Two columns are called Variant and hold the same; DuckDB calls one Variant_1.
        header = true, all_varchar = true
    )
)

select
    "Case ID" as ticket_id,
    -- The log names no zone: the company is Italian.
    timezone('Europe/Rome', min(local_time)) as created_at,
    case arg_max(Activity, line)
        when 'Closed' then 'closed'
        when 'Resolve ticket' then 'solved'
        when 'RESOLVED' then 'solved'
        when 'Wait' then 'pending'
        when 'Require upgrade' then 'hold'
        else 'open'
    end as status,
    arg_max(service_type, line) as issue_type,
    arg_max(seriousness_2, line) as priority,
    arg_max(support_section, line) as team,
    arg_max(Resource, line) as agent_id,
    arg_max(customer, line) as customer_id,
    arg_max(product, line) as product,
    arg_max(service_level, line) as service_level
from logged
group by "Case ID"
