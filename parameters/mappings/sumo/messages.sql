-- One row per post of a thread.  The question's own text is its first message.
select
    message_id,
    question_id as ticket_id,
    -- Labelled -0800 even in summer; the clock is Pacific wall time, as in tickets.sql.
    timezone(
        'America/Los_Angeles', strptime(left(created, 19), '%Y-%m-%d %H:%M:%S')
    ) as sent_at,
    -- 'customer' is the asker, 'agent' anybody else: volunteers and staff alike.
    role as author_role,
    author as author_id,
    -- Spam (323 of 38,206) stays in: the forum flagged it later, the asker saw a reply.
    content_html as body,
    if(is_spam = 'true', 'flagged as spam later: kept, for the asker saw it', null) as noted
from read_csv(
    '{location}/sumo_messages_2019_08_2020_03.csv.gz',
    header = true, all_varchar = true
)
