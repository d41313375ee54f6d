"""How the words of a file are read: DuckDB macros, so that each rule stands once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

_ISO = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d+)?)?"
_OFFSET = r" ?([Zz]|UTC|[+-](0\d|1[0-5])(:?[0-5]\d)?)"
# How almost every time is written, as a pattern that is matched ten times faster.
_D = "[0-9]"
_PLAIN = f"{_D * 4}-{_D * 2}-{_D * 2}[T ]{_D * 2}:[0-5]{_D}:[0-5]{_D}"
# Where the cast to a time looks at the rest itself: no sign, blank or point.
_CAST = f"{_D}???-??-??T{_D}?:??:?{_D}Z"
_NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"

# How almost every key is written, with a digit and without a blank, and every other id,
# with blanks only within: like no word for a missing one; and a word in lower case, and
# any text.
_KEY = "([A-Za-z][!-*,-/:-~]*)?[0-9][!-*,-~]*"
_ID = "[0-9A-MO-Za-mo-z]([ -*,-~]*[!-*,-~])?|[Nn][ -*,-~]{3,}[!-*,-~]"
_WORD = r"[!-@\[-~]([ -@\[-~]*[!-@\[-~])?"
_TEXT = "([$-*,-MO-mo-~]|[Nn][!-*,-.0-TV-tv-~])([ -*,-~]*[!-*,-~])?"
# What nobody sees, anywhere in an id, and what stands around it, are none of it.
_UNSEEN, _AROUND = r"\p{Cf}", r"^[\p{Z}\p{Cc}]+|[\p{Z}\p{Cc}]+$"
_BROKEN = r"#(N/A|MULTIVALUE|#+|[A-Z/]+0?[!?])"
_LOST = r"\d([.,]\d+)?[Ee]\+\d+"
_SUM = "(grand |overall |sub[ -]?)?(totals?|sum|count|average|avg|mean)( ?[:(=].*)?"

# Seconds are cut, never rounded; a leap second is the next day's first; a local time
# that happens twice is the first of the two, one that never happens is NULL.
_MACROS = (
    f"""kit_bare(v) as regexp_replace(
        regexp_replace(v, '{_UNSEEN}', '', 'g'), '{_AROUND}', '', 'g')""",
    """kit_missing(v) as case when v is null then true when length(v) > 40 then false
        else lower(kit_bare(v)) in ('', 'n/a', 'null') end""",
    f"""kit_no_id(t) as case when regexp_full_match(t, '{_BROKEN}')
        then 'an error of a spreadsheet' when regexp_full_match(t, '{_LOST}')
        then 'id lost digits in a spreadsheet' when regexp_matches(t, '\\p{{Cc}}')
        then 'no id' end""",
    f"""kit_no_key(t) as case when kit_no_id(t) is not null then kit_no_id(t)
        when regexp_full_match(lower(t), '{_SUM}') then 'a total, no row'
        when list_contains(['nan', 'na', 'none', 'nil', '\\n'], lower(t))
        or not regexp_matches(t, '[\\p{{L}}\\p{{N}}]') then 'no id' end""",
    f"""kit_plain_id(v) as regexp_full_match(v, '{_ID}')""",
    f"""kit_plain_key(v) as regexp_full_match(v, '{_KEY}')""",
    f"""kit_plain_word(v) as regexp_full_match(v, '{_WORD}')""",
    f"""kit_plain_text(v) as regexp_full_match(v, '{_TEXT}')""",
    """kit_id(v) as case when v is null or kit_plain_id(v) then v
        when kit_missing(v) or kit_no_id(kit_bare(v)) is not null then null
        else kit_bare(v) end""",
    """kit_key(v) as case when v is null or kit_plain_key(v) then v
        when kit_missing(v) or kit_no_key(kit_bare(v)) is not null then null
        else kit_bare(v) end""",
    # An id in JSON is a text or a whole number: 1.0 may have been 1, or lost digits.
    """kit_json(v) as if(json_type(v) = 'VARCHAR', v ->> '$', v::varchar)""",
    """kit_json_id(v) as if(json_type(v) = 'VARCHAR'
        or regexp_full_match(v::varchar, '-?\\d+'), kit_json(v), null)""",
    """kit_wall(v) as try_cast(replace(v[1:16], 'T', ' ') || case
        when v[17:19] = ':60' then ':59' when v[17:17] = ':' then v[17:19] else ':00'
        end as timestamp) + to_seconds(if(v[17:19] = ':60', 1, 0))""",
    """kit_seconds(t) as epoch_us(t) // 1000000""",
    """kit_offset(o) as if(o[1:1] = '-', -1, 1) * (o[2:3]::bigint * 3600
        + coalesce(try_cast(o[4:5] as bigint), 0) * 60)""",
    f"""kit_spelled(v) as case
        when not regexp_full_match(v, '{_ISO}{_OFFSET}') then null
        when upper(right(v, 1)) in ('Z', 'C') then kit_seconds(kit_wall(v))
        else kit_seconds(kit_wall(v)) - kit_offset(
            replace(regexp_extract(v, '[+-]\\d\\d(:?\\d\\d)?$'), ':', '')) end""",
    f"""kit_aware(v) as case when strlen(v) = 20 and v glob '{_CAST}'
        then coalesce(kit_seconds(try_cast(v as timestamptz)), kit_spelled(v))
        when v glob '{_PLAIN}Z' or v glob '{_PLAIN}.{_D * 3}Z'
        or v glob '{_PLAIN}[+-]0{_D}:[0-5]{_D}'
        then kit_seconds(try_cast(v as timestamptz))
        when v is null then null else kit_spelled(trim(v)) end""",
    f"""kit_naive(v) as if(regexp_full_match(v, '{_ISO}'), kit_wall(v), null)""",
    """kit_earlier(w, z) as
        kit_seconds(timezone(z, w - interval 1 day)) + 86400""",
    """kit_local(w, z) as case
        when timezone(z, to_timestamp(kit_earlier(w, z))) = date_trunc('second', w)
        then kit_earlier(w, z)
        when timezone(z, timezone(z, w)) = w then kit_seconds(timezone(z, w)) end""",
    """kit_truth(v) as case
        when list_contains(['true', '1', 'yes', 'y', 't'], lower(trim(v))) then true
        when list_contains(['false', '0', 'no', 'n', 'f'], lower(trim(v))) then false
        end""",
    """kit_finite(v) as if(isfinite(v), v, null)""",
    """kit_number(v) as if(isfinite(try_cast(v as double)) and not contains(v, '_'),
        try_cast(v as double), null)""",
    """kit_whole(v) as if(regexp_full_match(trim(v), '[+-]?\\d+(\\.0*)?'),
        try_cast(split_part(trim(v), '.', 1) as bigint), null)""",
    f"""kit_money(v) as if(regexp_full_match(trim(v), '{_NUMBER}'),
        try_cast(trim(v) as decimal(18, 4)), null)""",
    """kit_day(v) as if(regexp_full_match(trim(v), '\\d{4}-\\d\\d-\\d\\d'),
        try_cast(trim(v) as date), null)""",
    """kit_month(v) as date_trunc('month', if(length(trim(v)) = 7,
        kit_day(trim(v) || '-01'), kit_day(v)))::date""",
    """kit_text(v) as case when v = '' or starts_with(v, ' ') and trim(v) = ''
        then null else v end""",
    """kit_word(v) as nullif(lower(trim(v)), '')""",
)


def install(connection: duckdb.DuckDBPyConnection) -> None:
    """Teach a DuckDB session how the kit reads values."""
    for macro in _MACROS:
        connection.execute(f"create or replace temp macro {macro}")
