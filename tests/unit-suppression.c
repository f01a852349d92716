/* unit-suppression.c - which addresses are listed, since when, and why.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "history/suppression.h"
#include "text/error.h"

#define DAY (24 * 60 * 60)
#define NOW (G_GINT64_CONSTANT (20000) * DAY)

static const char rules[] =
    "Reason: userunknown\nBounce: hard\nFault: recipient\n\n"
    "Reason: mailboxfull\nFault: recipient\n\n"
    "Reason: expired\nFault: receiver\n\n"
    "Reason: blocked\nFault: sender\n\n"
    "Reason: onhold\nFault: unknown\n\nReason: undefined\n\n"
    "Reason: feedback\nBounce: none\nFault: none\n\n"
    "Reason: delivered\nBounce: none\nFault: none\n\n"
    "Reason: vacation\nBounce: none\nFault: none\n\n";

/* One record: "DAY REASON BOUNCE ACTION [MESSAGE]" of an address. */
typedef struct {
    const char *address, *reason, *bounce, *action, *message, *type;
    int day;
} Row;

typedef struct {
    ModoriEngine *engine;
    ModoriHistory *history;
    ModoriPolicy *policy;
    guint n;
} World;

static World
world_new (void)
{
    GError *error = NULL;
    World world = { .policy = modori_policy_new () };
    ModoriKnowledge *knowledge = modori_knowledge_parse ("x.rules", modori_span_of (rules),
                                                         modori_all_kinds, &error);

    g_assert_no_error (error);
    world.engine = modori_engine_new (knowledge, &error);
    g_assert_no_error (error);
    world.history = modori_history_open (NULL, "test", NOW, &error);
    g_assert_no_error (error);
    return world;
}

static void
world_free (World *world)
{
    modori_policy_free (world->policy);
    modori_history_free (world->history);
    modori_engine_free (world->engine);
}

static void
add (World *world, const Row *row)
{
    g_autoptr (GStringChunk) strings = g_string_chunk_new (256);
    g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (NOW - (100 - row->day) * DAY);
    g_autofree char *date = g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ");
    g_autofree char *id = g_strdup_printf ("%032x", ++world->n);
    ModoriProvenance provenance = { .rules = "test" };
    ModoriRecord record;
    GError *error = NULL;

    for (guint key = 0; key < MODORI_N_KEYS; key++)
        record.text[key] = "";
    record.text[MODORI_KEY_ID] = id;
    record.text[MODORI_KEY_RECIPIENT] = row->address;
    record.text[MODORI_KEY_REASON] = row->reason;
    record.text[MODORI_KEY_BOUNCE] = row->bounce;
    record.text[MODORI_KEY_ACTION] = row->action;
    record.text[MODORI_KEY_MESSAGE_ID] = row->message ? row->message : "";
    record.text[MODORI_KEY_FEEDBACK_TYPE] = row->type ? row->type : "";
    record.text[MODORI_KEY_ARRIVAL_DATE] = date;
    record.text[MODORI_KEY_FROM] = "news@lists.example";
    g_assert_true (modori_record_derive (&record, strings, NOW));
    modori_history_add_record (world->history, &record, &provenance, NULL, &error);
    g_assert_no_error (error);
}

static gboolean
append_address (const ModoriListed *listed, gpointer data)
{
    GString *out = data;

    g_string_append_printf (out, "%s%s", out->len ? " " : "", listed->written);
    return TRUE;
}

/* The addresses on the list, with a blank between them. */
static char *
listed (World *world)
{
    GError *error = NULL;
    ModoriListRange range = { .since = G_MININT64, .until = G_MAXINT64 };
    g_autoptr (GString) out = g_string_new (NULL);

    modori_suppression_each (world->history, world->engine, world->policy, &range,
                             append_address, out, &error);
    g_assert_no_error (error);
    return g_string_free (g_steal_pointer (&out), FALSE);
}

/* Put ROWS (to an empty address) into a new history, in the order of FORWARD. */
static World
world_of (const Row *rows, gboolean forward)
{
    World world = world_new ();
    GError *error = NULL;
    guint n = 0;

    while (rows[n].address)
        n++;
    g_assert_true (modori_history_begin (world.history, &error));
    for (guint i = 0; i < n; i++)
        add (&world, &rows[forward ? i : n - 1 - i]);
    g_assert_true (modori_history_commit (world.history, &error));
    return world;
}

static void
check (World *world, const char *wanted)
{
    g_autofree char *got = listed (world);

    g_assert_cmpstr (got, ==, wanted);
}

#define SOFT(who, when) { .address = who, .reason = "mailboxfull", .bounce = "soft", .action = "failed", .day = when }
#define HARD(who, when) { .address = who, .reason = "userunknown", .bounce = "hard", .action = "failed", .day = when }

static const Row rows[] = {
    HARD ("hard@example.org", 1),
    SOFT ("two@example.org", 1), SOFT ("two@example.org", 2),
    SOFT ("three@example.org", 1), SOFT ("three@example.org", 2), SOFT ("three@example.org", 15),
    SOFT ("slow@example.org", 1), SOFT ("slow@example.org", 2), SOFT ("slow@example.org", 16),
    /* three in the window only later */
    SOFT ("later@example.org", 1), SOFT ("later@example.org", 20), SOFT ("later@example.org", 21),
    SOFT ("later@example.org", 22),
    { "same@example.org", "mailboxfull", "soft", "failed", "<1@x>", NULL, 1 },
    { "same@example.org", "mailboxfull", "soft", "failed", "<1@x>", NULL, 2 },
    { "same@example.org", "mailboxfull", "soft", "failed", "<1@x>", NULL, 3 },
    { "ours@example.org", "blocked", "soft", "failed", NULL, NULL, 1 },
    { "ours@example.org", "blocked", "soft", "failed", NULL, NULL, 2 },
    { "ours@example.org", "blocked", "hard", "failed", NULL, NULL, 3 },
    { "vague@example.org", "onhold", "soft", "failed", NULL, NULL, 1 },
    { "vague@example.org", "undefined", "soft", "failed", NULL, NULL, 2 },
    { "vague@example.org", "onhold", "soft", "failed", NULL, NULL, 3 },
    { "waits@example.org", "expired", "soft", "delayed", NULL, NULL, 1 },
    { "waits@example.org", "expired", "soft", "delayed", NULL, NULL, 2 },
    { "waits@example.org", "expired", "soft", "delayed", NULL, NULL, 3 },
    HARD ("back@example.org", 1),
    { "back@example.org", "delivered", "none", "delivered", NULL, NULL, 2 },
    HARD ("again@example.org", 1),
    { "again@example.org", "delivered", "none", "delivered", NULL, NULL, 2 },
    HARD ("again@example.org", 3),
    HARD ("relayed@example.org", 1),
    { "relayed@example.org", "delivered", "none", "relayed", NULL, NULL, 2 },
    HARD ("away@example.org", 1),
    { "away@example.org", "vacation", "none", "", NULL, NULL, 2 },
    { "angry@example.org", "feedback", "none", "", NULL, "abuse", 1 },
    { "calm@example.org", "feedback", "none", "", NULL, "abuse", 1 },
    { "calm@example.org", "feedback", "none", "", NULL, "not-spam", 2 },
    HARD ("both@example.org", 1),
    { "both@example.org", "feedback", "none", "", NULL, "not-spam", 2 },
    { "dmarc@example.org", "feedback", "none", "", NULL, "auth-failure", 1 },
    HARD ("Upper@Example.org", 1), HARD ("UPPER@example.org", 2),
    HARD ("local", 1),
    { NULL, NULL, NULL, NULL, NULL, NULL, 0 },
};

/* The list does not depend on the order in which records came. */
static void
test_list (void)
{
    for (int forward = 0; forward < 2; forward++) {
        World world = world_of (rows, forward);

        check (&world, "UPPER@example.org again@example.org angry@example.org away@example.org "
               "both@example.org hard@example.org later@example.org relayed@example.org "
               "three@example.org");
        world_free (&world);
    }
}

static void
test_policy (void)
{
    World world = world_of (rows, TRUE);
    ModoriThreshold *threshold = g_new0 (ModoriThreshold, 1);
    ModoriListRange range = { .since = 0, .until = G_MAXINT64 };
    GError *error = NULL;

    world.policy->hard.count = 0;
    world.policy->complaints = FALSE;
    check (&world, "later@example.org three@example.org");
    world.policy->soft = (ModoriThreshold) { 2, DAY };
    check (&world, "later@example.org slow@example.org three@example.org two@example.org");
    threshold->count = 2;
    g_hash_table_insert (world.policy->reasons, g_strdup ("onhold"), threshold);
    world.policy->soft.count = 0;
    check (&world, "vague@example.org");
    world.policy->domain = g_strdup ("example");
    check (&world, "vague@example.org");
    g_free (world.policy->domain);
    world.policy->domain = g_strdup ("ists.example");
    check (&world, "");
    g_hash_table_insert (world.policy->reasons, g_strdup ("blocked"), g_new0 (ModoriThreshold, 1));
    g_assert_false (modori_suppression_each (world.history, world.engine, world.policy, &range,
                                             append_address, NULL, &error));
    g_assert_error (error, MODORI_ERROR, MODORI_ERROR_SYNTAX);
    g_clear_error (&error);
    world_free (&world);
}

static void
test_forget (void)
{
    World world = world_of (rows, TRUE);
    const ModoriStoreTable *table = world.history->table;
    GError *error = NULL;

    world.policy->soft.count = 0;
    world.policy->complaints = FALSE;
    table->forget (world.history->store, "hard@example.org", NOW - 99 * DAY, &error);
    table->forget (world.history->store, "upper@example.org", NOW - 99 * DAY, &error);
    table->forget (world.history->store, "again@example.org", NOW, &error);
    table->forget (world.history->store, "nobody@example.org", NOW, &error);
    g_assert_no_error (error);
    /* hard@: on the very second; UPPER@: came back a day later */
    check (&world, "UPPER@example.org away@example.org both@example.org relayed@example.org");
    world_free (&world);
}

static void
test_why (void)
{
    static const Row few[] = {
        SOFT ("a@example.org", 1), SOFT ("a@example.org", 2), HARD ("a@example.org", 3),
        SOFT ("a@example.org", 4), SOFT ("a@example.org", 5), HARD ("b@example.org", 1),
        { NULL, NULL, NULL, NULL, NULL, NULL, 0 },
    };
    static const ModoriEffect wanted[] = { MODORI_EFFECT_COUNTED, MODORI_EFFECT_COUNTED,
                                           MODORI_EFFECT_LISTED, MODORI_EFFECT_LISTED,
                                           MODORI_EFFECT_COUNTED };
    World world = world_of (few, TRUE);
    g_autoptr (GArray) steps = g_array_new (FALSE, FALSE, sizeof (ModoriSuppressionStep));
    ModoriListed listed;
    GError *error = NULL;

    g_assert_true (modori_suppression_why (world.history, world.engine, world.policy,
                                           "A@Example.org", steps, &listed, &error));
    g_assert_cmpuint (steps->len, ==, G_N_ELEMENTS (wanted));
    for (guint i = 0; i < steps->len; i++)
        g_assert_cmpint (g_array_index (steps, ModoriSuppressionStep, i).effect, ==, wanted[i]);
    g_assert_cmpint (listed.since, ==, NOW - 97 * DAY);
    g_assert_cmpint (listed.first, ==, NOW - 99 * DAY);
    g_assert_cmpint (listed.last, ==, NOW - 95 * DAY);
    g_assert_cmpuint (listed.count, ==, 5);
    g_assert_cmpstr (listed.reason, ==, "mailboxfull");
    g_array_set_size (steps, 0);
    world.history->table->forget (world.history->store, "a@example.org", NOW - 97 * DAY, &error);
    g_assert_true (modori_suppression_why (world.history, world.engine, world.policy,
                                           "a@example.org", steps, &listed, &error));
    g_assert_cmpuint (listed.count, ==, 0);
    g_assert_cmpint (g_array_index (steps, ModoriSuppressionStep, 3).effect, ==,
                     MODORI_EFFECT_FORGOTTEN);
    g_array_set_size (steps, 0);
    g_assert_true (modori_suppression_why (world.history, world.engine, world.policy, "",
                                           steps, &listed, &error));
    g_assert_cmpuint (steps->len, ==, 0);
    world_free (&world);
}

static void
test_threshold (void)
{
    static const struct { const char *text; guint count; gint64 window; } good[] = {
        { "1", 1, 0 }, { "3 in 14d", 3, 14 * DAY }, { "never", 0, 0 }, { "0", 0, 0 },
        { "1000 in 1y", 1000, 365 * DAY }, { "2 in 12h", 2, DAY / 2 }, { "2 in 2w", 2, 14 * DAY },
        { "2 in 1m", 2, 30 * DAY }, { "2 in 99999999y", 0, -1 },
    };
    static const char *const bad[] = { "", "x", "-1", "1001", "3 in", "3 in 14", "3 in 0d", "3 in d",
                                       "3in 14d", "3 in 14d ", " 3", "3 in 14s", "+3",
                                       "99999999999999999999", "3 in 99999999999999999999d" };
    ModoriThreshold threshold;

    for (guint i = 0; i < G_N_ELEMENTS (good); i++) {
        g_assert_true (modori_threshold_parse (&threshold, good[i].text, NULL));
        if (good[i].window < 0)
            continue;
        g_assert_cmpuint (threshold.count, ==, good[i].count);
        g_assert_cmpint (threshold.window, ==, good[i].window);
    }
    for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
        g_assert_false (modori_threshold_parse (&threshold, bad[i], NULL));
}

static void
test_complaints (void)
{
    g_assert_true (modori_feedback_complains ("abuse"));
    g_assert_true (modori_feedback_complains ("opt-out"));
    g_assert_true (modori_feedback_complains (""));
    g_assert_false (modori_feedback_complains ("not-spam"));
    g_assert_false (modori_feedback_complains ("Auth-Failure"));
    g_assert_false (modori_feedback_complains ("virus"));
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/suppression/threshold", test_threshold);
    g_test_add_func ("/suppression/complaints", test_complaints);
    g_test_add_func ("/suppression/list", test_list);
    g_test_add_func ("/suppression/policy", test_policy);
    g_test_add_func ("/suppression/forget", test_forget);
    g_test_add_func ("/suppression/why", test_why);
    return g_test_run ();
}
