-- One message per tweet of a conversation that a customer began.  A tweet names the one
-- it answers; following those back leads to the tweet that began it all.
with recursive tweeted as (
    select
        *,
        row_number() over () as line,
        -- The column went through a spreadsheet: 3.0 is tweet 3.
        regexp_replace(in_response_to_tweet_id, '\.0$', '') as answers
    from read_csv(
        '{location}/twcs_sample_5k.csv.gz', header = true, all_varchar = true
    )
),

threaded as (
    select line, tweet_id as root, inbound as begun_inbound, false as cut_off
    from tweeted
    where answers is null
    union all
    select line, answers, null, true
    from tweeted
    where answers not in (select tweet_id from tweeted)
    union all
    select child.line, parent.root, parent.begun_inbound, parent.cut_off
    from threaded as parent
    join tweeted as before on before.line = parent.line
    join tweeted as child on child.answers = before.tweet_id
)

select
    tweet_id as message_id,
    root as ticket_id,
    strptime(created_at, '%a %b %d %H:%M:%S %z %Y') as sent_at,
    case inbound when 'True' then 'customer' when 'False' then 'agent' end as author_role,
    author_id,
    text as body,
    case
        when cut_off then 'its conversation begins before the sample'
        when begun_inbound = 'False' then 'its conversation was begun by the brand'
    end as left_out,
    [
        if(
            response_tweet_id like '%,%',
            'answered by several tweets, listed with commas',
            null
        ),
        if(
            exists (
                from unnest(string_split(response_tweet_id, ',')) as each(answer)
                where answer not in (select tweet_id from tweeted)
            ),
            'answered by a tweet that lies beyond the sample',
            null
        )
    ] as noted
from threaded
join tweeted using (line)
order by line
