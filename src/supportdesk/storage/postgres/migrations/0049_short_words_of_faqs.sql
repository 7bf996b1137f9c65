-- Words of one and two letters stay as they are, as in SQLite's index: the server's rules would make "i" of "is" and
-- "a" of "as", and weigh rare words by how often common ones stand.
CREATE OR REPLACE FUNCTION faq_split(value text)
RETURNS TABLE (place smallint, word text, stem text) LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT plain.place, desk_signs(plain.lexeme),
        desk_signs(CASE WHEN length(plain.lexeme) < 3 THEN plain.lexeme ELSE stemmed.lexeme END)
    FROM (SELECT place, lexeme FROM unnest(desk_plain_words(value)), unnest(positions) AS place) AS plain
    JOIN (SELECT place, lexeme FROM unnest(desk_words(value)), unnest(positions) AS place) AS stemmed USING (place)
    ORDER BY plain.place;
END;

CREATE OR REPLACE FUNCTION faq_index_field(number bigint, field_number smallint, value text)
RETURNS void LANGUAGE plpgsql AS $$ BEGIN
    DELETE FROM faq_places WHERE faq = number AND field = field_number;
    INSERT INTO faq_places (term, faq, field, places)
    SELECT stem, number, field_number, array_agg(place ORDER BY place) FROM faq_split(value) GROUP BY stem;
    INSERT INTO faq_sizes (faq, field, words)
    SELECT number, field_number, coalesce(max(place), 0) FROM faq_split(value)
    ON CONFLICT (faq, field) DO UPDATE SET words = excluded.words;
END $$;

SELECT faq_index(id) FROM faqs;
