-- One ticket per question of the forum.
select
    question_id as ticket_id,
    -- Labelled -0800 even in summer; the clock is Pacific wall time, so the label is
    -- cut off and the wall time converted.
    timezone(
        'America/Los_Angeles', strptime(left(created, 19), '%Y-%m-%d %H:%M:%S')
    ) as created_at,
    'web' as channel,
    topic as issue_type,
    creator as customer_id,
    locale
from read_csv(
    '{location}/sumo_questions_2019_08_2020_03.csv.gz',
    header = true, all_varchar = true
)
