"""FAQs are found by what people type, and suggested to those who are about to ask."""

import pytest

from supportdesk.domain.faq import Category, new_faq
from supportdesk.storage.faqs.search.words import edit_distance
from tests.services.faqs.samples import written

FAQS = [
    ("How do I reset my password?", "Choose *Forgot password* and follow the mail.", "account"),
    ("Why was my card charged twice?", "The second charge is only reserved. Error 404 says so.", "billing"),
    ("Where is my café table?", "It ships with the chairs; a password is not needed to track the parcel.", "general"),
    (
        "How do I configure the proxy?",
        "Set HTTP_PROXY, then start. The configuration is in one file.",
        "technical",
    ),
    ("Can I cancel an order?", "Yes, until it ships.", "general"),
    ("Do you deliver abroad?", "Yes, to most countries of Europe.", "general"),
    ("How long does a delivery take?", "Two to four working days.", "general"),
    ("Which plants are safe for cats?", "Calathea, spider plants and most ferns.", "general"),
    ("How often do I water a cactus?", "Every three weeks, in winter less.", "general"),
    ("Can I change my address?", "Yes, in your account.", "account"),
    ("Do you have gift cards?", "Yes, from ten euros.", "billing"),
    ("My plant arrived broken, what now?", "Send a picture and we send another one.", "general"),
]


@pytest.fixture
def faqs(desk):
    for faq in FAQS:
        desk.faqs.create(new_faq(*faq))
    return desk.faqs


def numbers(faqs, text, **options):
    return [hit.faq.number for hit in faqs.search(text, **options).hits]


def test_a_question_counts_more_than_an_answer(faqs):
    assert numbers(faqs, "password") == [1, 3]


@pytest.mark.parametrize(
    ("text", "number"),
    [("configuring", 4), ("cafe", 3), ("CAFÉ", 3), ("ｃａｆｅ", 3), ("charges", 2), ("404", 2), ("http_proxy", 4)],
)
def test_forms_of_a_word_case_and_accents_make_no_difference(faqs, text, number):
    assert numbers(faqs, text)[:1] == [number]


def test_the_last_word_may_be_unfinished_while_it_is_typed(faqs):
    assert numbers(faqs, "reset passw", typing=True)[0] == 1
    assert numbers(faqs, "cact", typing=True) == [9]
    assert faqs.search("cact", typing=True).corrections == ()
    assert faqs.search("cact ", typing=True).corrections[0].used == ("cactus",)


@pytest.mark.parametrize(
    ("text", "word", "used", "number"),
    [
        ("pasword", "pasword", ("password",), 1),
        ("configuratoin", "configuratoin", ("configuration",), 4),
        ("assword", "assword", ("password",), 1),
        ("reset passw", "passw", ("password",), 1),
        ("xyzzy carb", "carb", ("card",), 11),
        ("lath", "lath", ("calathea",), 8),
    ],
)
def test_a_word_that_nothing_has_stands_for_the_nearest_and_that_is_said(faqs, text, word, used, number):
    results = faqs.search(text)
    assert results.hits[0].faq.number == number
    assert (word, used) in [(each.word, each.used) for each in results.corrections]


def test_a_word_that_is_there_is_not_taken_for_another(faqs):
    assert faqs.search("charged").corrections == ()


@pytest.mark.parametrize(
    ("a", "b", "distance"),
    [("printer", "printer", 0), ("pritner", "printer", 1), ("aab", "ab", 1), ("ab", "ba", 1), ("abc", "ca", 3)],
)
def test_edit_distance_counts_deleted_inserted_replaced_and_swapped_letters(a, b, distance):
    assert edit_distance(a, b, 3) == edit_distance(b, a, 3) == distance


def test_two_unspaced_characters_are_a_word_and_not_nearly_another(desk):
    desk.faqs.create(new_faq("退货", "三十天内。"))
    assert desk.faqs.search("退款").hits == ()
    desk.faqs.create(new_faq("如何申请退款", "请在订单页面选择。"))
    assert numbers(desk.faqs, "退款") == [2]


def test_numbers_are_exact(faqs):
    assert numbers(faqs, "403") == []
    assert numbers(faqs, "40", typing=True) == []
    assert numbers(faqs, "04") == []


def test_a_phrase_stands_in_that_order(faqs):
    assert numbers(faqs, '"reset my password"') == [1]
    assert numbers(faqs, '"password reset"') == []
    assert numbers(faqs, '"password reset', typing=True)[0] == 1


def test_a_minus_leaves_out(faqs):
    assert numbers(faqs, "password -parcel") == [1]
    assert numbers(faqs, 'password -"track the parcel"') == [1]
    assert numbers(faqs, "-do") == [faq for faq in range(12, 0, -1) if " do " not in f" {FAQS[faq - 1][0].lower()} "]
    assert numbers(faqs, "re-set e-mail -") == numbers(faqs, "re set e mail")


def test_an_empty_search_finds_nothing_special(faqs):
    for text in ("", "   ", '"', '""', "-", "***", "?!"):
        assert faqs.search(text, typing=True).hits == ()


@pytest.mark.parametrize("typing", [True, False])
@pytest.mark.parametrize(
    "text",
    [
        'a "b',
        "question:x",
        "{question} : x",
        "NEAR(a b, 3)",
        "a AND OR NOT b",
        "^a + b",
        "' OR 1=1; --",
        "\x00\x1b[31m",
        "\ud800 lone",
        "%s %(x)s {0}",
        "(((((",
        "*:*",
        "-" * 500,
        '"' * 501,
        "word " * 5_000,
        " ".join(f"w{n}" for n in range(600)),
        "\U0001f98a\u200d 密码 пароль كلمة",
        "9" * 5_000,
        "\ue000\u0301a\u0300\u0301",
    ],
)
def test_nothing_that_is_typed_is_an_error(faqs, text, typing):
    faqs.search(text, typing=typing, record=True)
    faqs.category_hits(text, typing=typing)
    faqs.suggest(text)


def test_what_matched_is_marked_where_it_stands(faqs):
    def marked(text, number):
        hit = next(hit for hit in faqs.search(text).hits if hit.faq.number == number)
        return [hit.faq.question[start:end] for start, end in hit.highlights]

    assert marked("password reset", 1) == ["reset", "password"]
    assert marked("cafe", 3) == ["café"]
    assert marked("configuration", 4) == ["configure"]
    assert marked("pasword", 3) == []


@pytest.mark.parametrize(
    "question", ["नमस्ते पासवर्ड क्या", "e\u0301te\u0301 password \U0001f98a", "ключ пароль", "“naïve” pass…"]
)
@pytest.mark.sqlite
def test_marks_stand_right_in_every_script(desk, question):
    desk.faqs.create(new_faq(question, "So."))
    word = question.split()[1]
    (hit,) = desk.faqs.search(word).hits
    assert [question[start:end] for start, end in hit.highlights] == [word.strip("…")]


def test_a_text_that_is_not_what_is_shown_has_no_marks(desk, sql):
    written(desk, "plain password", "So.")
    sql("UPDATE faqs SET question = 'pl\x1b[31main pass\x02word \u0301 password'")
    (hit,) = desk.faqs.search("password").hits
    assert all(0 <= start < end <= len(hit.faq.question) for start, end in hit.highlights)


def test_a_category_narrows_a_search_and_its_hits_are_counted(faqs):
    assert numbers(faqs, "password", category=Category.ACCOUNT) == [1]
    assert numbers(faqs, "password", category=Category.BILLING) == []
    assert faqs.category_hits("password") == {"general": 1, "account": 1, "technical": 0, "billing": 0}
    hits = faqs.category_hits("how do I charge a password")
    assert {each: len(faqs.search("how do I charge a password", category=each).hits) for each in Category} == hits


def test_no_more_hits_than_wanted(faqs):
    results = faqs.search("do i my yes", limit=3)
    assert (len(results.hits), results.found) == (3, sum(faqs.category_hits("do i my yes").values()))
    assert results.found > 3


def test_the_beginning_of_a_word_is_completed_before_a_word_like_it_is_taken(faqs):
    # Another word is one edit away.
    faqs.create(new_faq("How do I open a terminal?", "In the menu."))
    faqs.create(new_faq("Where are the terms?", "Below."))
    results = faqs.search("termi")
    assert [hit.faq.question for hit in results.hits] == ["How do I open a terminal?"]
    assert [(each.word, each.used) for each in results.corrections] == [("termi", ("terminal",))]
    # Not where the word continues, and not for numbers.
    assert faqs.search("termi xyzzy").corrections[0].used == ("terms",)
    assert numbers(faqs, "40") == []


def test_an_edit_is_found_by_its_new_words_at_once(faqs, colleague):
    colleague.faqs.update("5", new_faq("May a purchase be revoked?", "Yes."))
    assert numbers(faqs, "revoked purchase") == [5]
    assert 5 not in numbers(faqs, "cancel order")
    colleague.faqs.delete("5")
    assert numbers(faqs, "revoked purchase") == []


class TestSuggestions:
    """While a ticket is typed."""

    @pytest.mark.parametrize(
        ("text", "number"),
        [
            ("password reset", 1),
            ("I cannot reset my password", 1),
            ("charged twice", 2),
            ("Card charged twice\nLast week I bought a fern in your shop, and my bank shows two charges.", 2),
            ("proxy configurat", 4),
        ],
    )
    def test_what_fits_comes_first(self, faqs, text, number):
        assert faqs.suggest(text)[0].faq.number == number
        assert faqs.suggest(text)[0].score >= 1

    @pytest.mark.parametrize("text", ["", "pa", "zebra crossing stripes", "the of and", "My screen flickers"])
    def test_nothing_is_suggested_where_nothing_fits(self, faqs, text):
        assert faqs.suggest(text) == []

    def test_words_that_say_nothing_fit_nothing_however_well_they_match(self, faqs):
        faqs.create(new_faq("How are you going to bill me?", "Every month, by mail."))
        assert faqs.suggest("How are you?") == []
        assert [each.faq.number for each in faqs.suggest("How are you going to bill me?")] == [13]

    def test_a_short_ticket_finds_its_answer_at_a_small_desk(self, desk):
        desk.faqs.create(new_faq("How do I connect to the VPN from home?", "Install the client and log in."))
        desk.faqs.create(new_faq("How do I add a printer?", "Open the settings and choose it by its number."))
        assert [each.faq.number for each in desk.faqs.suggest("vpn keeps dropping")] == [1]

    @pytest.mark.parametrize("text", ["申请退款", "忘れた"])
    def test_a_part_of_a_text_without_spaces_is_found_inside(self, desk, text):
        desk.faqs.create(new_faq("如何申请退款", "请在订单页面选择，款项将在七个工作日内退回。"))
        desk.faqs.create(new_faq("パスワードを忘れた場合はどうすればよいですか", "再設定してください。"))
        desk.faqs.create(new_faq("如何重置密码", "请在登录页面点击。"))
        number = 2 if text == "忘れた" else 1
        assert [hit.faq.number for hit in desk.faqs.search(text).hits] == [number]
        assert [each.faq.number for each in desk.faqs.suggest(text)] == [number]

    def test_a_desk_without_faqs_suggests_nothing(self, desk):
        assert desk.faqs.suggest("password reset") == []
        assert desk.faqs.search("password reset").hits == ()
