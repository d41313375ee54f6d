-- One row per passenger and question: overall satisfaction (Q7ALL, 1 to 5), how easy it
-- was to find the way (Q14FIND, 1 to 5) and, in 2017, whether they would recommend the
-- airport (NETPRO, 0 to 10).
with asked as (
    select
        2015 as year, RESPNUM as passenger, INTDATE::int as day, Q7ALL as satisfied,
        Q14FIND as easy, null as recommend
    from read_csv(
        '{location}/sfo_survey_2015.csv.gz', header = true, all_varchar = true
    )
    union all
    select 2016, "*RESPNUM", left(split_part(INTDATE, '/', 2), 2)::int, Q7ALL, Q14FIND, null
    from read_csv(
        '{location}/sfo_survey_2016.csv.gz', header = true, all_varchar = true
    )
    union all
    select 2017, RESPNUM, INTDATE::int, Q7ALL, Q14FIND, NETPRO
    from read_csv(
        '{location}/sfo_survey_2017.csv.gz', header = true, all_varchar = true
    )
),

questioned as (
    select *, 'csat' as kind, satisfied as code, 1 as low, 5 as high from asked
    union all
    select *, 'ces', easy, 1, 5 from asked
    union all
    select *, 'nps', recommend, 0, 10 from asked where year = 2017  -- not asked before
),

-- 6 is "not applicable" and 0 or a word no answer to the first two; 11 is no answer to
-- the third.  Any other code stays, and is quarantined where its scale has no such score.
answered as (
    select
        *,
        case
            when kind = 'nps' then nullif(code, '11')
            when lower(code) not in ('0', '6', 'blank') then code
        end as score,
        -- Passengers were asked in May; the files have no time, and noon stands for it.
        timezone('America/Los_Angeles', make_timestamp(year, 5, day, 12, 0, 0)) as noon
    from questioned
)

select
    year || '-' || passenger || '-' || kind as survey_id,
    kind,
    year || '-' || passenger as customer_id,
    noon as offered_at,
    if(score is null, null, noon) as answered_at,
    score,
    low as scale_low,
    high as scale_high,
    case
        when score is not null then null
        when kind = 'nps' and code = '11' then 'nps: code 11 is no answer, and no score'
        when code = '6' then kind || ': code 6 is not applicable, and no score'
        when code is not null then kind || ': 0 or Blank is no answer, and no score'
        else kind || ': not answered'
    end as noted
from answered
