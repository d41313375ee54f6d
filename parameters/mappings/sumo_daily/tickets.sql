-- One ticket per question, from the daily files.  A file is cut at midnight UTC, so one
-- local day lies in two of them; a question that a later file repeats counts once, as
-- the later file shows it.
with daily as (
    select *, row_number() over (partition by id order by file desc) as nth
    from read_csv(
        '{location}/2025-*.csv',
        header = true, all_varchar = true, filename = 'file'
    )
)

select
    id as ticket_id,
    -- Labelled -0800 all year; the clock is Pacific wall time.
    timezone(
        'America/Los_Angeles', strptime(left(created, 19), '%Y-%m-%d %H:%M:%S')
    ) as created_at,
    'web' as channel,
    topic as issue_type,
    creator as customer_id,
    locale,
    if(nth > 1, 'a later file repeats the question', null) as left_out,
    if(
        left(created, 10) <> parse_filename(file, true),
        'of another local day than its file, which is cut at midnight UTC',
        null
    ) as noted
    -- No reply count: the file lists the answers of its own day only, volunteers' and
    -- the asker's alike.
from daily
