-- One ticket per question of the forum.
with asked as (
    select *, strptime(left(created, 19), '%Y-%m-%d %H:%M:%S') as wall
    from read_csv(
        '{location}/sumo_questions_2019_08_2020_03.csv.gz',
        header = true, all_varchar = true
    )
),

answered as (
    select question_id, count(*) - 1 as posts  -- the question is a message too
    from read_csv(
        '{location}/sumo_messages_2019_08_2020_03.csv.gz',
        header = true, all_varchar = true
    )
    group by question_id
)

select
    question_id as ticket_id,
    -- Labelled -0800 even in summer; the clock is Pacific wall time, so the label is
    -- cut off and the wall time converted.
    timezone('America/Los_Angeles', wall) as created_at,
    'web' as channel,
    topic as issue_type,
    creator as customer_id,
    locale,
    [
        if(
            timezone('America/Los_Angeles', wall) at time zone 'UTC' - wall <> interval 8 hour,
            'labelled -0800 in summer: read as Pacific wall time',
            null
        ),
        if(
            n_answers::int <> coalesce(posts, 0),
            'another number of answers among the messages than the forum counts',
            null
        )
    ] as noted
from asked
left join answered using (question_id)
