-- One row per call, answered or not, from the log of a bank's call center.
with logged as (
    select
        *,
        -- A call's number comes back within a day; with day and line it names one call.
        date || '-' || "vru+line" || '-' || call_id as contact,
        strptime('19' || date, '%Y%m%d') as day
    from read_csv(
        '{location}/anonymous_bank_1999_02.tsv.gz',
        header = true, all_varchar = true, delim = '\t'
    )
),

-- The log has times of day only.  One that lies half a day before the call's first is
-- the next day's: a call runs past midnight.  0:00:00 twice stands for "never".
dated as (
    select
        *,
        vru_entry::interval as entry,
        vru_exit::interval as menu_left,
        if(q_start = '0:00:00' and q_exit = '0:00:00', null, q_start::interval) as q_from,
        if(q_start = '0:00:00' and q_exit = '0:00:00', null, q_exit::interval) as q_until,
        if(ser_start = '0:00:00' and ser_exit = '0:00:00', null, ser_start::interval)
            as ser_from,
        if(ser_start = '0:00:00' and ser_exit = '0:00:00', null, ser_exit::interval)
            as ser_until
    from logged
),

placed as (
    select
        *,
        [
            day + t + if(t + interval 12 hour < entry, interval 1 day, interval 0 day)
            for t in [menu_left, q_from, q_until, ser_from, ser_until]
        ] as times
    from dated
)

select
    contact as contact_id,
    -- NO_SERVER is the log's own word: nobody answered, or nobody wrote down who did.
    server as agent_id,
    'phone' as channel,
    if(outcome = 'AGENT', contact, null) as ticket_id,
    nullif(customer_id, '0') as customer_id,  -- 0: the caller was not identified
    -- Who got through at once waited 0 seconds; who left in the menu never waited.
    timezone(
        'Asia/Jerusalem',
        coalesce(times[2], if(outcome = 'AGENT', coalesce(times[4], times[1]), null))
    ) as queued_at,
    -- A wait ends when the queue is left, as the log's own q_time has it: most of those
    -- who queued are served a second earlier, 50 before they begin to queue.
    timezone(
        'Asia/Jerusalem',
        if(outcome = 'AGENT', coalesce(times[3], times[4], times[1]), null)
    ) as answered_at,
    -- Seven services begin by the log's clock before the queue does: they end when so much
    -- service has passed after it.
    timezone(
        'Asia/Jerusalem',
        coalesce(
            if(
                times[5] is null,
                null,
                greatest(times[5], times[2] + ser_time::int * interval 1 second)
            ),
            times[3],
            times[1]
        )
    ) as ended_at,
    ser_time as talk_seconds,
    outcome = 'HANG' as abandoned,
    if(outcome = 'PHANTOM', 'the log marks it PHANTOM, to be ignored', null) as left_out,
    if(
        outcome = 'PHANTOM',
        null,
        [
            if(
                outcome = 'AGENT' and server = 'NO_SERVER',
                'answered by NO_SERVER: nobody wrote down who did',
                null
            ),
            if(outcome = 'AGENT' and ser_time = '0', 'a service of zero seconds', null),
            if(vru_time like '-%', 'a negative vru_time, which no number reads', null),
            if(
                count(*) over (partition by call_id) > 1,
                'its call_id comes back: day and line make it one call',
                null
            )
        ]
    ) as noted
from placed
