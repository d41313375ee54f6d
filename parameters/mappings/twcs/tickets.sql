-- One ticket per tweet that begins a conversation; messages.sql has all tweets.
select
    tweet_id as ticket_id,
    strptime(created_at, '%a %b %d %H:%M:%S %z %Y') as created_at,
    'social' as channel,
    author_id as customer_id,
    -- Whom the tweet is addressed to, as its first word says.
    nullif(regexp_extract(text, '@(\w+)', 1), '') as addressed,
    if(inbound = 'False', 'begun by the brand, not by a customer', null) as left_out
from read_csv('{location}/twcs_sample_5k.csv.gz', header = true, all_varchar = true)
where in_response_to_tweet_id is null  -- the others answer one: messages, no tickets
