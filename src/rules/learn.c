/* learn.c - gathering the words that nobody could tell the reason of, by their wording.
 *
 * Messages of one wording differ in addresses, numbers and the like.  With these masked they are
 * the same text, and a table counts them.  What is left are small differences, which are joined
 * when all messages are read, in passes that are linear but for a sort: wordings that differ only
 * in words which are not in the vocabulary (names), and those of which one is the beginning of
 * the other, or that begin with the same sentences.  Words that the vocabulary knows are never
 * joined over: "is full" and "is disabled" are two reasons.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/learn.h"

#include "report/diagnostic.h"
#include "report/reply.h"
#include "rules/domain.h"

/* Wordings that are told apart: with TEXT_MAX about 20 MB, which a hostile mailbox can fill.
 * Nobody reads a thousand. */
#define WORDINGS_MAX 20000

/* What is said behind this many bytes repeats itself. */
#define TEXT_MAX 500

/* Variants that are shown of one wording. */
#define VARIANTS_MAX 3

/* Wordings are joined over unknown words when they have at least this many known ones. */
#define KNOWN_MIN 3

/* ... and when one is the beginning of the other, of this length, */
#define BEGINNING_MIN 24
/* or when they have this much in common at the start. */
#define COMMON_MIN 80

/* Messages that were counted, each once however many outcomes it has. */
typedef struct {
    guint64 n;
    guint64 last;               /* the one that was counted last */
} Count;

struct ModoriLearner {
    const ModoriEngine *engine;
    ModoriMasker *masker;
    const ModoriVocabulary *vocabulary;
    gboolean all;
    GHashTable *by_key;         /* of a wording's words (own) -> ModoriWording */
    GPtrArray *wordings;
    guint64 messages;           /* seen so far */
    Count taken, wordless, lost;
};

static void
free_wording (gpointer data)
{
    ModoriWording *wording = data;

    g_free (wording->masked);
    g_free (wording->shared);
    g_free (wording->codes);
    g_ptr_array_unref (wording->variants);
    g_free (wording->path);
    g_free (wording->host);
    g_free (wording);
}

ModoriLearner *
modori_learner_new (const ModoriEngine *engine, ModoriMasker *masker,
                    const ModoriVocabulary *vocabulary, gboolean all)
{
    ModoriLearner *learner = g_new0 (ModoriLearner, 1);

    learner->engine = engine;
    learner->masker = masker;
    learner->vocabulary = vocabulary;
    learner->all = all;
    learner->by_key = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    learner->wordings = g_ptr_array_new_with_free_func (free_wording);
    return learner;
}

void
modori_learner_free (ModoriLearner *learner)
{
    if (! learner)
        return;
    g_hash_table_unref (learner->by_key);
    g_ptr_array_unref (learner->wordings);
    g_free (learner);
}

guint64
modori_learner_taken (const ModoriLearner *learner)
{
    return learner->taken.n;
}

guint64
modori_learner_wordless (const ModoriLearner *learner)
{
    return learner->wordless.n;
}

guint64
modori_learner_lost (const ModoriLearner *learner)
{
    return learner->lost.n;
}

/* Count the present message. */
static void
count_message (const ModoriLearner *learner, Count *count)
{
    count->n += count->last != learner->messages;
    count->last = learner->messages;
}

/* --- one outcome --- */

static const ModoriDecision *
decision_of (const ModoriEngine *engine, guint i)
{
    return &g_array_index (engine->decisions, ModoriDecision, i);
}

static gboolean
is_failure (const ModoriEngine *engine, guint i)
{
    return strcmp (decision_of (engine, i)->bounce, "none") != 0;
}

/* A site that has a rule for it has looked at it. */
gboolean
modori_is_undecided (const ModoriEngine *engine, guint i)
{
    const ModoriBlock *block = decision_of (engine, i)->block;
    const char *reason = decision_of (engine, i)->reason;

    return is_failure (engine, i) && ! (block && block->site)
        && (strcmp (reason, "undefined") == 0 || strcmp (reason, "onhold") == 0);
}

/* Whoever the message is about must not be found in its words.  A subject is last: it may have more
 * words than can be hidden. */
static void
hide_people (ModoriLearner *learner, const ModoriOutcome *outcome)
{
    static const ModoriKey keys[] = {
        MODORI_KEY_RECIPIENT,  MODORI_KEY_ORIGINAL_RECIPIENT, MODORI_KEY_SENDER,
        MODORI_KEY_FROM,       MODORI_KEY_QUEUE_ID,           MODORI_KEY_MESSAGE_ID,
        MODORI_KEY_REPORTING_MTA, MODORI_KEY_REMOTE_MTA,      MODORI_KEY_LIST_ID,
        MODORI_KEY_SUBJECT,
    };

    modori_masker_begin (learner->masker);
    for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
        modori_masker_hide (learner->masker, modori_span_of (modori_outcome_text (outcome,
                                                                                  keys[i])));
}

/* At most TEXT_MAX bytes of TEXT, up to the end of a word or at least of a character. */
static ModoriSpan
cut (ModoriSpan text)
{
    gsize n = MIN (text.len, TEXT_MAX);

    if (n == text.len)
        return text;
    while (n > TEXT_MAX / 2 && text.at[n] != ' ')
        n--;
    if (text.at[n] != ' ')
        for (n = TEXT_MAX; ((guchar) text.at[n] & 0xc0) == 0x80; )
            n--;
    return modori_span_trim (modori_span (text.at, n));
}

/* The words of MASKED and its masks, without case and punctuation.  UNKNOWN: words that are not in
 * the vocabulary are masks, too; *KNOWN: how many more others there are (never below 0). */
static char *
key_of (const ModoriLearner *learner, ModoriSpan masked, gboolean unknown, guint *known)
{
    GString *key = g_string_sized_new (masked.len + 1);
    guint holes = 0, words = 0;

    while (masked.len) {
        gsize n = modori_word_length (masked), first = modori_character_length (masked);
        ModoriSpan word = modori_span (masked.at, n ? n : first);
        gboolean hole = n && unknown && ! modori_vocabulary_has (learner->vocabulary, word);

        masked = modori_span_skip (masked, word.len);
        if (! n && first == 1 && ! modori_is_mask (*word.at))
            continue;
        holes += hole;
        words += n > 1 && ! hole;
        if (hole)
            g_string_append_c (key, MODORI_MASK_WORD);
        else
            g_string_append_len (key, word.at, (gssize) word.len);
        g_string_append_c (key, ' ');
    }
    if (known)
        *known = words > holes ? words - holes : 0;
    for (char *p = key->str; *p; p++)
        *p = g_ascii_tolower (*p);
    return g_string_free (key, FALSE);
}

/* Has MASKED a letter of its own? */
static gboolean
has_words (ModoriSpan masked)
{
    while (masked.len) {
        gsize n = modori_word_length (masked);

        if (n > 1 || (guchar) *masked.at >= 0x80)
            return TRUE;
        masked = modori_span_skip (masked, n ? n : 1);
    }
    return FALSE;
}

/* --- who spoke --- */

/* May HOST be written into a rule? */
static gboolean
is_sound_host (const char *host)
{
    gsize n = strspn (host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-");

    return n > 3 && host[n] == '\0' && strchr (host, '.') && host[0] != '.';
}

/* The domain that the servers of HOST's owner are in: the first label names the server, unless it
 * is the owner's own. */
static char *
domain_of (const char *host)
{
    ModoriSpan owner = modori_domain_organisation (modori_span_of (host));

    if (! is_sound_host (host) || owner.len == 0)
        return g_strdup ("");
    return g_ascii_strdown (owner.at > host ? strchr (host, '.') + 1 : host, -1);
}

/* Is HOST one of PROVIDER's?  The domain of a recipient may have told who spoke, though another
 * server did. */
static gboolean
is_server_of (const ModoriBlock *provider, const char *host)
{
    for (guint i = 0; i < provider->n_entries; i++) {
        ModoriSpan rest = provider->entries[i].value, word;

        if (strcmp (provider->kind->fields[provider->entries[i].key], "Hosts") != 0)
            continue;
        while (modori_entry_word (&rest, &word))
            if (modori_host_is_below (modori_span_of (host), word))
                return TRUE;
    }
    return FALSE;
}

static void
meet_speaker (ModoriWording *wording, const ModoriBlock *provider, const char *host)
{
    if (! wording->spoken) {
        wording->spoken = TRUE;
        wording->provider = provider;
        wording->host = g_strdup (host);
        return;
    }
    if (wording->provider != provider)
        wording->provider = NULL;
    if (strcmp (wording->host, host) != 0) {
        g_free (wording->host);
        wording->host = g_strdup ("");
    }
}

/* --- counting --- */

/* "550-5.7.1 " is "550 5.7.1". */
static char *
codes_of (ModoriSpan said, gsize n)
{
    char *codes = modori_span_dup (modori_span_trim (modori_span (said.at, n)));

    if (strlen (codes) > 3 && codes[3] == '-')
        codes[3] = ' ';
    return g_strchomp (codes);
}

static ModoriWording *
new_wording (ModoriLearner *learner, const ModoriOutcome *outcome, const ModoriDecision *decision)
{
    ModoriWording *wording = g_new0 (ModoriWording, 1);

    wording->variants = g_ptr_array_new_with_free_func (g_free);
    wording->path = g_strdup (modori_outcome_text (outcome, MODORI_KEY_PATH));
    wording->offset = g_ascii_strtoull (modori_outcome_text (outcome, MODORI_KEY_OFFSET), NULL, 10);
    wording->reason = decision->reason;
    if (decision->block && decision->block->kind == &modori_rule_kind)
        wording->decided = decision->block;
    g_ptr_array_add (learner->wordings, wording);
    return wording;
}

/* The wording that SAID is of; NULL when it has no words, or is one too many. */
static ModoriWording *
find_wording (ModoriLearner *learner, const ModoriOutcome *outcome,
              const ModoriDecision *decision, ModoriSpan said)
{
    gsize codes = modori_reply_length (said);
    g_autoptr (GString) masked = g_string_new (NULL);
    g_autofree char *key = NULL;
    ModoriWording *wording;

    modori_masker_mask (learner->masker, masked,
                        cut (modori_span_trim (modori_span_skip (said, codes))));
    if (! has_words (modori_span (masked->str, masked->len))) {
        count_message (learner, &learner->wordless);
        return NULL;
    }
    key = key_of (learner, modori_span (masked->str, masked->len), FALSE, NULL);
    wording = g_hash_table_lookup (learner->by_key, key);
    if (wording)
        return wording;
    if (learner->wordings->len >= WORDINGS_MAX) {
        count_message (learner, &learner->lost);
        return NULL;
    }
    wording = new_wording (learner, outcome, decision);
    wording->masked = g_strdup (masked->str);
    wording->codes = codes_of (said, codes);
    g_hash_table_insert (learner->by_key, g_steal_pointer (&key), wording);
    return wording;
}

/* Count the words SAID of OUTCOME. */
static void
count_words (ModoriLearner *learner, const ModoriOutcome *outcome, const ModoriDecision *decision,
             ModoriSpan said)
{
    const char *host = modori_outcome_text (outcome, MODORI_KEY_REMOTE_MTA);
    const ModoriBlock *provider = decision->provider;
    g_autofree char *domain = domain_of (host);
    ModoriWording *wording;

    hide_people (learner, outcome);
    wording = find_wording (learner, outcome, decision, said);
    if (! wording)
        return;
    wording->count += wording->last != learner->messages;
    wording->last = learner->messages;
    if (provider && host[0] && ! is_server_of (provider, host))
        provider = NULL;
    meet_speaker (wording, provider, domain);
}

void
modori_learner_add (ModoriLearner *learner)
{
    const ModoriEngine *engine = learner->engine;

    learner->messages++;
    for (guint i = 0; i < modori_report_n_outcomes (engine->report); i++) {
        const ModoriOutcome *outcome = modori_report_outcome (engine->report, i);
        ModoriDiagnostic diagnostic;

        if (! (learner->all ? is_failure (engine, i) : modori_is_undecided (engine, i)))
            continue;
        modori_diagnostic_read (modori_span_of (outcome->words), &diagnostic);
        count_words (learner, outcome, decision_of (engine, i), diagnostic.said);
        count_message (learner, &learner->taken);
    }
}

/* --- joining --- */

/* Take all of OTHER into WORDING. */
static void
join (ModoriWording *wording, ModoriWording *other)
{
    wording->count += other->count;
    if (wording->variants->len < VARIANTS_MAX)
        g_ptr_array_add (wording->variants, g_strdup (other->masked));
    meet_speaker (wording, other->provider, other->host);
    if (! wording->decided)
        wording->decided = other->decided;
    other->count = 0;
}

/* MASKED with a mask in place of each unknown word. */
static char *
mask_unknown (const ModoriLearner *learner, ModoriSpan masked)
{
    GString *out = g_string_sized_new (masked.len + 1);

    while (masked.len) {
        gsize n = modori_word_length (masked);
        ModoriSpan word = modori_span (masked.at, n ? n : modori_character_length (masked));

        if (n && ! modori_vocabulary_has (learner->vocabulary, word))
            g_string_append_c (out, MODORI_MASK_WORD);
        else
            g_string_append_len (out, word.at, (gssize) word.len);
        masked = modori_span_skip (masked, word.len);
    }
    return g_string_free (out, FALSE);
}

static void
join_unknown (ModoriLearner *learner)
{
    g_autoptr (GHashTable) kinds = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < learner->wordings->len; i++) {
        ModoriWording *wording = g_ptr_array_index (learner->wordings, i), *first;
        guint known = 0;
        g_autofree char *key = key_of (learner, modori_span_of (wording->masked), TRUE, &known);
        g_autofree char *kind = g_strdup_printf ("%s %s", wording->reason, key);

        if (known < KNOWN_MIN)
            continue;
        first = g_hash_table_lookup (kinds, kind);
        if (! first) {
            g_hash_table_insert (kinds, g_steal_pointer (&kind), wording);
            continue;
        }
        if (first->variants->len == 0) {
            char *masked = mask_unknown (learner, modori_span_of (first->masked));

            g_free (first->masked);
            first->masked = masked;
        }
        join (first, wording);
    }
}

/* What A and B have in common at the start, without case; up to the end of a word. */
static gsize
common_length (const char *a, const char *b)
{
    gsize n = 0, end = 0;

    for (; a[n] && modori_ascii_lower (a[n]) == modori_ascii_lower (b[n]); n++)
        if (a[n] == ' ')
            end = n;
    if ((! a[n] && (! b[n] || ! g_ascii_isalnum (b[n])))
        || (! b[n] && ! g_ascii_isalnum (a[n])))
        return n;
    return end;
}

/* Is OTHER but a variant of WORDING by how it begins?  *COMMON: how much of both is the same. */
static gboolean
begins_alike (const ModoriWording *wording, const ModoriWording *other, gsize *common)
{
    const char *a = wording->shared ? wording->shared : wording->masked;
    gsize least = MIN (strlen (a), strlen (other->masked));

    *common = common_length (a, other->masked);
    if (strcmp (wording->reason, other->reason) != 0)
        return FALSE;
    return (*common >= BEGINNING_MIN && *common == least)
        || (*common >= COMMON_MIN && 2 * *common >= least);
}

static int
compare_masked (gconstpointer a, gconstpointer b)
{
    const ModoriWording *one = *(const ModoriWording *const *) a;
    const ModoriWording *other = *(const ModoriWording *const *) b;
    int order = g_ascii_strcasecmp (one->masked, other->masked);

    return order ? order : strcmp (one->masked, other->masked);
}

static void
join_beginnings (ModoriLearner *learner)
{
    ModoriWording *first = NULL;

    g_ptr_array_sort (learner->wordings, compare_masked);
    for (guint i = 0; i < learner->wordings->len; i++) {
        ModoriWording *wording = g_ptr_array_index (learner->wordings, i);
        gsize common = 0;

        if (wording->count == 0)
            continue;
        if (! first || ! begins_alike (first, wording, &common)) {
            first = wording;
            continue;
        }
        g_free (first->shared);
        first->shared = g_strndup (first->masked, common);
        join (first, wording);
    }
}

static int
compare_counts (gconstpointer a, gconstpointer b)
{
    const ModoriWording *one = *(const ModoriWording *const *) a;
    const ModoriWording *other = *(const ModoriWording *const *) b;

    if (one->count != other->count)
        return one->count > other->count ? -1 : 1;
    return strcmp (one->masked, other->masked);
}

const GPtrArray *
modori_learner_wordings (ModoriLearner *learner)
{
    guint n;

    g_hash_table_remove_all (learner->by_key);
    join_unknown (learner);
    join_beginnings (learner);
    g_ptr_array_sort (learner->wordings, compare_counts);
    for (n = 0; n < learner->wordings->len; n++)
        if (((ModoriWording *) g_ptr_array_index (learner->wordings, n))->count == 0)
            break;
    g_ptr_array_set_size (learner->wordings, (gint) n);
    return learner->wordings;
}
