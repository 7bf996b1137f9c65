-- Invisible marks part words, as in SQLite's index: soft hyphens, zero-width spaces, joiners, marks of direction,
-- variation selectors, and the keys drawn around digits. The parser takes them for letters, so that a word beside one
-- was found by nobody who did not type it too.
CREATE FUNCTION has_invisible_marks(value text) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN value ~ U&'[\00AD\034F\061C\180B-\180F\200B-\200F\2060-\206F\20D0-\20F0\FE00-\FE0F\+0E0100-\+0E01EF]';

CREATE TEMP TABLE marked_faqs ON COMMIT DROP AS
SELECT id, coalesce(indexed_question, question) || ' ' || coalesce(indexed_answer, answer) AS counted FROM faqs
WHERE has_invisible_marks(question || answer)
    OR EXISTS (SELECT 1 FROM faq_wordings WHERE faq_id = faqs.id AND has_invisible_marks(text));
SELECT faq_count_words(counted, -1) FROM marked_faqs;

CREATE OR REPLACE FUNCTION desk_letters(value text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN regexp_replace(
    CASE WHEN value ~ U&'[\E02B\E023\E02E\E026\E07F]'
        THEN translate(value, U&'\E02B\E023\E02E\E026\E07F', U&'\16A0\16A1\16A2\16A3\16E5') ELSE value END,
    U&'[!-/:-@[-`{-~\00AD\034F\061C\180B-\180F\200B-\200F\2060-\206F\20D0-\20F0\FE00-\FE0F\+0E0100-\+0E01EF]', ' ', 'g'
);

SELECT faq_count_words(counted, 1), faq_index(id) FROM marked_faqs;
SELECT index_tickets(number) FROM tickets_said WHERE has_invisible_marks(title || description);
UPDATE messages SET content = content WHERE kind = 'note' AND has_invisible_marks(content);
UPDATE notifications SET words = NULL WHERE has_invisible_marks(recipient_email || subject);
DROP FUNCTION has_invisible_marks(text);
