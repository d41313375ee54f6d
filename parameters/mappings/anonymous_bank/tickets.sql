-- One ticket per call that an agent answered; contacts.sql has the others too.
with logged as (
    select
        *,
        date || '-' || "vru+line" || '-' || call_id as contact,
        strptime('19' || date, '%Y%m%d') as day,
        vru_entry::interval as entry,
        -- 0:00:00 stands for "never" where the service has no end either.
        if(ser_start = '0:00:00' and ser_exit = '0:00:00', vru_exit, ser_exit)::interval
            as ended
    from read_csv(
        '{location}/anonymous_bank_1999_02.tsv.gz',
        header = true, all_varchar = true, delim = '\t'
    )
)

select
    contact as ticket_id,
    timezone('Asia/Jerusalem', day + entry) as created_at,
    'phone' as channel,
    'closed' as status,
    -- PS regular service, NW prospects, NE the stock exchange, IN internet, TT a call
    -- back, PE other languages: the log's own codes.
    type as issue_type,
    priority,
    server as agent_id,
    nullif(customer_id, '0') as customer_id,
    -- A call runs past midnight where it ends half a day before it began.
    timezone(
        'Asia/Jerusalem',
        day + ended + if(ended + interval 12 hour < entry, interval 1 day, interval 0 day)
    ) as solved_at,
    ser_time as handle_seconds,
    case outcome
        when 'PHANTOM' then 'the log marks it PHANTOM, to be ignored'
        when 'HANG' then 'the caller hung up before an agent answered'
    end as left_out
from logged
