/* unit-learn.c - learning rules: what is masked, what is one wording, which rules are proposed.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/propose.h"

#include "rules/phrase.h"

static const char knowledge_text[] =
    "Reason: userunknown\nBounce: hard\n\nReason: mailboxfull\nBounce: soft\n\n"
    "Reason: blocked\nBounce: soft\n\nReason: undefined\nBounce: soft\n\n"
    "Reason: onhold\nBounce: soft\nMeaning: the message was not delivered because something is "
    "wrong with this server or the mailbox of the user on host at\n\n"
    "Reason: delivered\nBounce: none\n\nReason: feedback\nBounce: none\n\n"
    "Reason: vacation\nBounce: none\n\nReason: expired\nBounce: soft\n\n"
    "Provider: big\nTitle: Big\nHosts: big.example\nDomains: mail.example\n\n"
    "Rule: no-user\nReason: userunknown\nMatch: no such user\nMatch: RESOLVER.ADR.NotFound\n"
    "Match: https:// is missing\n"
    "See: https://help.example/page\nYes: 550 5.1.1 no such user in our directory\nNo: 550 no\n\n"
    "Rule: full\nReason: mailboxfull\nMatch: /mailbox (?:is )?full/\n"
    "Yes: 552 mailbox is full, says Frank\nNo: 552 no\n\n";

/* What all tests need. */
typedef struct {
    ModoriEngine *engine;
    ModoriVocabulary *vocabulary;
} World;

static void
world_make (World *world)
{
    g_autoptr (GError) error = NULL;
    ModoriKnowledge *knowledge = modori_knowledge_parse (
        "test.rules", modori_span_of (knowledge_text), modori_all_kinds, &error);

    g_assert_no_error (error);
    world->engine = modori_engine_new (knowledge, &error);
    g_assert_no_error (error);
    g_assert_true (modori_engine_check (world->engine, &error));
    world->vocabulary = modori_vocabulary_new (knowledge);
}

static void
world_clear (World *world)
{
    modori_vocabulary_free (world->vocabulary);
    modori_engine_free (world->engine);
}

static void
test_vocabulary (void)
{
    World world;

    world_make (&world);
    g_assert_true (modori_vocabulary_has (world.vocabulary, modori_span_of ("Mailbox")));
    g_assert_true (modori_vocabulary_has (world.vocabulary, modori_span_of ("notfound")));
    g_assert_false (modori_vocabulary_has (world.vocabulary, modori_span_of ("frank")));
    g_assert_false (modori_vocabulary_has (world.vocabulary, modori_span_of ("directory")));
    g_assert_true (modori_vocabulary_has_host (world.vocabulary, modori_span_of ("Help.example")));
    g_assert_false (modori_vocabulary_has_host (world.vocabulary, modori_span_of ("big.example")));
    world_clear (&world);
}

/* --- masks --- */

/* WORDS masked, then filled with examples. */
static char *
masked (const World *world, gboolean redact, const char *private, const char *words)
{
    g_autoptr (ModoriMasker) masker = modori_masker_new (world->vocabulary, redact);
    g_autoptr (GString) out = g_string_new (NULL);
    GString *filled = g_string_new (NULL);

    modori_masker_hide (masker, modori_span_of (private));
    modori_masker_mask (masker, out, modori_span_of (words));
    modori_mask_fill (filled, modori_span (out->str, out->len));
    return g_string_free (filled, FALSE);
}

static void
test_mask (void)
{
    static const struct {
        const char *words, *want;
    } cases[] = {
        { "<taro@example.jp>: no", "<user@example.com>: no" },
        { "'ta.ro..@docomo.example' no", "'user@example.com' no" },
        { "\"jay doe\"@farm.example no", "user@example.com no" },
        { "a@[192.168.0.1] no", "user@example.com no" },
        { "\350\212\261\345\255\220@\344\276\213\343\201\210.jp no", "user@example.com no" },
        { "\345\256\233\345\205\210taro@example.jp\343\201\257",
          "\345\256\233\345\205\210user@example.com\343\201\257" },
        { "host mx1.partner.local.", "host mx.example.com." },
        { "MX1.PARTNER.NET said", "mx.example.com said" },
        { "1.2.0.10.zen.list.org", "mx.example.com" },
        { "from [10.1.2.3]:25", "from [192.0.2.1]:1" },
        { "from 2001:db8:1::7 no", "from 192.0.2.1 no" },
        { "RESOLVER.ADR.NotFound; not", "RESOLVER.ADR.NotFound; not" },
        { "#5.7.1 no", "#5.7.1 no" },
        { "see https://help.example/page?user=taro#x.", "see https://help.example/x." },
        { "see https://help.example?taro", "see https://help.examplex" },
        { "see http://intra.partner.jp/~taro now", "see https://www.example.com/ now" },
        { "wait 300 seconds, 10MB of 1,024.5", "wait 1 seconds, 1MB of 1" },
        { "Thu, 01 Feb 2024 09:30:00 +0900 was", "1 Jan 2024 00:00:00 was" },
        { "at 2024-02-01T09:30:00", "at 1 Jan 2024 00:00:00" },
        { "id 4Abc0000XYZ no", "id A1B2C3D4E5 no" },
        { "id r7IG-20us+h2=x no", "id A1B2C3D4E5 no" },
        { "(S3140) AUP12 OU-002", "(S3140) AUP12 OU-1" },
        { "save to /var/mail/kit no", "save to /example no" },
        { "user 'flibber' of", "user 'example' of" },
        { "user (unknown-x)", "user (unknown-x)" },
        { "a\342\200\256b", "aexampleb" },
        { "", "" },
    };
    World world;

    world_make (&world);
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree char *got = masked (&world, FALSE, "", cases[i].words);

        g_test_message ("%s", cases[i].words);
        g_assert_cmpstr (got, ==, cases[i].want);
    }
    world_clear (&world);
}

static void
test_redact (void)
{
    static const struct {
        const char *private, *words, *want;
    } cases[] = {
        { "", "mailbox of Tanaka on Saturn", "mailbox of example on example" },
        { "", "the mailbox of tanaka is full", "the mailbox of example is full" },
        { "", "EXCH01 and user12", "A1B2C3D4E5 and A1B2C3D4E5" },
        { "", "Mail.Partner.Com no", "mx.example.com no" },
        { "", "https://_taro.example.org/yamada", "https://www.example.com/" },
        { "", "file:///home/yamada/", "https://www.example.com/" },
        { "", "\347\224\260\344\270\255\346\247\230\343\201\257", "example\346\247\230\343\201\257" },
        { "taro.yamada@example.jp", "yamada, TARO is wrong", "example, example is wrong" },
        { "Secret plan of March", "message 'Secret plan of March' is wrong",
          "message 'example' is wrong" },
        { "user@example.jp", "the user is wrong", "the user is wrong" },
    };
    World world;

    world_make (&world);
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree char *got = masked (&world, TRUE, cases[i].private, cases[i].words);

        g_test_message ("%s", cases[i].words);
        g_assert_cmpstr (got, ==, cases[i].want);
    }
    world_clear (&world);
}

/* Whatever it is: it ends, is valid, on one line, and no address comes through. */
static void
test_mask_hostile (void)
{
    static const char letters[] = "@.-=/:<>[]\"'0a1Z ?#%\\+";
    g_autoptr (GRand) rand = g_rand_new_with_seed (7);
    World world;

    world_make (&world);
    for (guint i = 0; i < 3000; i++) {
        g_autoptr (GString) words = g_string_new (NULL);
        g_autofree char *got = NULL;

        for (guint n = 0; n < 60; n++)
            if (g_rand_int_range (rand, 0, 8) == 0)
                g_string_append_unichar (words, (gunichar) g_rand_int_range (rand, 0xa0, 0xd000));
            else
                g_string_append_c (words, letters[g_rand_int_range (rand, 0,
                                                                    sizeof letters - 1)]);
        got = masked (&world, i & 1, "", words->str);
        g_assert_true (g_utf8_validate (got, -1, NULL));
        g_assert_null (strchr (got, '\n'));
        g_assert_null (strstr (got, "a@a"));
    }
    world_clear (&world);
}

/* --- likeness and phrases --- */

static void
test_likeness (void)
{
    static const char *const texts[] = {
        "the mailbox is full", "the mailbox is gone", "the host is gone",
        "\345\256\233\345\205\210\344\270\215\346\230\216", "the cat sat on the mat",
    };
    g_autoptr (ModoriLikeness) likeness = modori_likeness_new ();
    g_autoptr (GArray) likes = NULL, wide = NULL;

    for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
        g_assert_cmpuint (modori_likeness_add (likeness, modori_span_of (texts[i])), ==, i);
    likes = modori_likeness_nearest (likeness, modori_span_of ("your mailbox is full"), 2);
    g_assert_cmpuint (likes->len, ==, 2);
    g_assert_cmpuint (g_array_index (likes, ModoriLike, 0).number, ==, 0);
    g_assert_cmpfloat (g_array_index (likes, ModoriLike, 0).likeness, >, 0.5);
    wide = modori_likeness_nearest (likeness, modori_span_of ("\345\256\233\345\205\210"), 9);
    g_assert_cmpuint (wide->len, ==, 1);
    g_assert_cmpuint (g_array_index (wide, ModoriLike, 0).number, ==, 3);
    g_assert_cmpuint (modori_likeness_weight (likeness, modori_span_of ("cat")), >,
                      modori_likeness_weight (likeness, modori_span_of ("the")));
}

static void
test_phrases (void)
{
    g_autoptr (ModoriLikeness) likeness = modori_likeness_new ();
    g_autoptr (GPtrArray) phrases = NULL;
    g_autofree char *name = NULL, *exactly = NULL;

    modori_likeness_add (likeness, modori_span_of ("Sorry. refused by house rule"));
    modori_likeness_add (likeness, modori_span_of ("Sorry. no"));
    phrases = modori_phrases (likeness, modori_span_of ("\001: /refused by house rule\007. Sorry."));
    g_assert_cmpuint (phrases->len, ==, 2);
    g_assert_cmpstr (g_ptr_array_index (phrases, 0), ==, "refused by house rule");
    name = modori_phrase_name ("Refused by: the HOUSE-rule!");
    g_assert_cmpstr (name, ==, "refused-house-rule");
    exactly = modori_phrase_exactly (modori_span_of ("no (\001)."));
    g_assert_cmpstr (exactly, ==, "/(?:^|\\d )no \\(\\S{1,80}\\)\\.(?:$| \\()/");
    g_assert_null (modori_phrase_exactly (modori_span_of ("\001 \002 \003")));
}

/* --- proposals --- */

/* Let LEARNER see a report that says WORDS. */
static void
see (World *world, ModoriLearner *learner, const char *recipient, const char *words)
{
    g_autofree char *text = g_strdup_printf (
        "From: MAILER-DAEMON@a.example\nSubject: Undelivered\nMIME-Version: 1.0\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; a.example\n\n"
        "Final-Recipient: rfc822; %s\nAction: failed\nStatus: 5.0.0\n"
        "Diagnostic-Code: smtp; %s\n\n--b--\n", recipient, words);
    ModoriMail mail = { .bytes = modori_span_of (text), .path = "box", .offset = 7 };

    mail.from_line = MODORI_SPAN_EMPTY;
    if (modori_engine_read (world->engine, &mail, ""))
        modori_learner_add (learner);
}

typedef struct {
    World world;
    ModoriMasker *masker;
    ModoriLearner *learner;
} Lesson;

static void
lesson_begin (Lesson *lesson, gboolean redact, gboolean all)
{
    world_make (&lesson->world);
    lesson->masker = modori_masker_new (lesson->world.vocabulary, redact);
    lesson->learner = modori_learner_new (lesson->world.engine, lesson->masker,
                                          lesson->world.vocabulary, all);
}

static void
lesson_end (Lesson *lesson)
{
    modori_learner_free (lesson->learner);
    modori_masker_free (lesson->masker);
    world_clear (&lesson->world);
}

static const ModoriWording *
wording_at (const GPtrArray *wordings, guint i)
{
    return g_ptr_array_index (wordings, i);
}

static void
test_wordings (void)
{
    const GPtrArray *wordings;
    Lesson lesson;

    lesson_begin (&lesson, FALSE, FALSE);
    see (&lesson.world, lesson.learner, "a@x.example", "550 blah number 12 for <a@x.example>");
    see (&lesson.world, lesson.learner, "b@x.example", "550-blah number 13 for <b@x.example>");
    see (&lesson.world, lesson.learner, "c@x.example", "550 user Xerxo on host is wrong");
    see (&lesson.world, lesson.learner, "d@x.example", "550 user Zamper on host is wrong");
    see (&lesson.world, lesson.learner, "e@x.example", "550 user Zamper on host is mailbox");
    see (&lesson.world, lesson.learner, "f@x.example", "550 5.1.1 no such user");
    see (&lesson.world, lesson.learner, "g@x.example", "550 99");
    wordings = modori_learner_wordings (lesson.learner);
    g_assert_cmpuint (wordings->len, ==, 3);
    g_assert_cmpuint (wording_at (wordings, 0)->count, ==, 2);
    g_assert_cmpuint (wording_at (wordings, 1)->count, ==, 2);
    g_assert_cmpuint (wording_at (wordings, 2)->count, ==, 1);
    g_assert_cmpuint (modori_learner_taken (lesson.learner), ==, 6);
    g_assert_cmpuint (modori_learner_wordless (lesson.learner), ==, 1);
    g_assert_cmpuint (wording_at (wordings, 0)->offset, ==, 7);
    lesson_end (&lesson);
}

static void
test_proposals (void)
{
    const GPtrArray *wordings;
    g_autoptr (ModoriProposals) proposals = NULL;
    const ModoriProposal *proposal;
    Lesson lesson;

    lesson_begin (&lesson, FALSE, FALSE);
    see (&lesson.world, lesson.learner, "a@x.example", "550 no such mailbox in our directory");
    see (&lesson.world, lesson.learner, "b@x.example", "550 [why=x] glorp snark frump");
    see (&lesson.world, lesson.learner, "c@x.example", "550 glorp snark frump, too");
    wordings = modori_learner_wordings (lesson.learner);
    proposals = modori_proposals_new (lesson.world.engine->knowledge, lesson.world.vocabulary,
                                      wordings, FALSE);
    g_assert_cmpuint (modori_proposals_n (proposals), ==, 3);
    for (guint i = 0; i < 3; i++) {
        proposal = modori_proposals_nth (proposals, i);
        g_assert_nonnull (proposal->match);
        g_assert_nonnull (proposal->no);
        if (! strstr (proposal->match, "mailbox"))
            continue;
        /* a likeness must not make an address dead */
        g_assert_cmpstr (proposal->reason, ==, "userunknown");
        g_assert_true (proposal->careful);
        g_assert_cmpstr (proposal->name, ==, "site-such-mailbox-directory");
    }
    g_clear_pointer (&proposals, modori_proposals_free);
    lesson_end (&lesson);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/learn/vocabulary", test_vocabulary);
    g_test_add_func ("/learn/mask", test_mask);
    g_test_add_func ("/learn/redact", test_redact);
    g_test_add_func ("/learn/mask-hostile", test_mask_hostile);
    g_test_add_func ("/learn/likeness", test_likeness);
    g_test_add_func ("/learn/phrases", test_phrases);
    g_test_add_func ("/learn/wordings", test_wordings);
    g_test_add_func ("/learn/proposals", test_proposals);
    return g_test_run ();
}
