-- Writers take turns: whoever has updated this row is the only one until their commit. `changes` counts commits, and
-- `step` is the migration up to which this desk was brought.
CREATE TABLE turn (
    changes bigint NOT NULL,
    step text COLLATE "C" NOT NULL
) WITH (fillfactor = 10);
INSERT INTO turn (changes, step) VALUES (0, '');

-- The next key of tables whose keys have no gaps: a sequence would leave one for each change that was not saved.
CREATE FUNCTION next_ticket() RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN
    RETURN (SELECT coalesce(max(number), 0) + 1 FROM tickets);
END $$;
CREATE FUNCTION next_notification() RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN
    RETURN (SELECT coalesce(max(seq), 0) + 1 FROM notifications);
END $$;

-- Words as SQLite's index has them: cut at everything but letters and digits, without accents, stemmed by Porter's
-- rules, and no stopwords.
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE TEXT SEARCH DICTIONARY desk_stem (TEMPLATE = snowball, Language = porter);
CREATE TEXT SEARCH CONFIGURATION desk (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION desk ALTER MAPPING FOR asciiword, word, numword WITH unaccent, desk_stem;
CREATE TEXT SEARCH CONFIGURATION desk_plain (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION desk_plain ALTER MAPPING FOR asciiword, word, numword WITH unaccent, simple;

-- An index entry has room for a megabyte, so that the words of 200,000 characters are indexed. Punctuation becomes
-- blanks, since the parser would keep an address or a version as one word. The letters that stand
-- for symbols of names (C++, R&D) become runes, which the parser knows as letters.
CREATE FUNCTION desk_letters(value text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN translate(value, U&'\E02B\E023\E02E\E026\E07F!"#$%&''()*+,-./:;<=>?@[\005C]^_`{|}~', U&'\16A0\16A1\16A2\16A3\16E5                                ');
CREATE FUNCTION desk_signs(word text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN translate(word, U&'\16A0\16A1\16A2\16A3', U&'\E02B\E023\E02E\E026');
CREATE FUNCTION desk_words(value text) RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN to_tsvector('desk'::regconfig, desk_letters(left(value, 200000)));
CREATE FUNCTION desk_plain_words(value text) RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN to_tsvector('desk_plain'::regconfig, desk_letters(left(value, 200000)));

-- Words that follow each other; with `begun`, the last one is the beginning of a word.
CREATE FUNCTION desk_phrase(value text, begun boolean) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN begun THEN (nullif(phraseto_tsquery('desk'::regconfig, desk_letters(value))::text, '') || ':*')::tsquery
    ELSE phraseto_tsquery('desk'::regconfig, desk_letters(value)) END;
CREATE FUNCTION desk_plain_phrase(value text, begun boolean) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN begun THEN (nullif(phraseto_tsquery('desk_plain'::regconfig, desk_letters(value))::text, '') || ':*')::tsquery
    ELSE phraseto_tsquery('desk_plain'::regconfig, desk_letters(value)) END;
