/* verdict.c - what servers on the way wrote down about SPF, DKIM and DMARC.
 *
 * Authentication-Results is the name of a server and, behind semicolons, one "method=result" each
 * with the properties that were looked at ("smtp.mailfrom=", "header.d="); comments may stand
 * anywhere.  Received-SPF begins with the result and has "envelope-from=" behind it.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/verdict.h"

#include "rules/domain.h"

/* Fields that are read; an honest mail has a few. */
#define FIELDS_MAX 16

/* Results in them that are kept; what is behind these is somebody's attack. */
#define VERDICTS_MAX 1000

static gboolean
is_blank (char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Take a word off REST: up to white space, with comments left out.  A semicolon is a word. */
static ModoriSpan
take_word (ModoriSpan *rest)
{
    const char *p = rest->at, *end = modori_span_end (*rest), *start;
    int depth = 0;

    for (; p < end && (depth > 0 || is_blank (*p) || *p == '('); p++)
        depth += *p == '(' ? 1 : *p == ')' && depth > 0 ? -1 : 0;
    start = p;
    while (p < end && ! is_blank (*p) && *p != '(' && *p != ';')
        p++;
    if (p == start && p < end)
        p++;
    *rest = modori_span_between (p, end);
    return modori_span_between (start, p);
}

/* The domain of an address or name that may stand in quotes. */
static ModoriSpan
domain_of (ModoriSpan text)
{
    const char *at;

    while (text.len > 0 && strchr ("\"'<", text.at[0]))
        text = modori_span_skip (text, 1);
    while (text.len > 0 && strchr ("\"'>,", text.at[text.len - 1]))
        text.len--;
    at = memrchr (text.at, '@', text.len);
    return at ? modori_span_between (at + 1, modori_span_end (text)) : text;
}

/* If WORD is a property that says whose domain was looked at, leave that in VERDICT. */
static void
read_property (ModoriSpan word, ModoriVerdict *verdict)
{
    static const char *const names[] = {
        "smtp.mailfrom=", "smtp.mail=", "header.from=", "header.d=", "header.i=",
        "envelope-from=", "smtp.helo=",
    };

    for (guint i = 0; verdict->domain.len == 0 && i < G_N_ELEMENTS (names); i++)
        if (modori_span_begins (word, names[i]))
            verdict->domain = domain_of (modori_span_skip (word, strlen (names[i])));
}

gboolean
modori_verdict_next (ModoriSpan *rest, ModoriVerdict *verdict)
{
    ModoriSpan word;

    *verdict = (ModoriVerdict) { MODORI_SPAN_EMPTY, MODORI_SPAN_EMPTY, MODORI_SPAN_EMPTY };
    while ((word = take_word (rest)).len > 0) {
        const char *sign = memchr (word.at, '=', word.len);

        if (word.at[0] == ';' && verdict->result.len > 0)
            return TRUE;
        if (word.at[0] == ';' || ! sign)
            continue;
        if (verdict->result.len > 0) {
            read_property (word, verdict);
        } else {
            verdict->method = modori_span_between (word.at, sign);
            verdict->result = modori_span_between (sign + 1, modori_span_end (word));
        }
    }
    return verdict->result.len > 0;
}

gboolean
modori_verdict_spf (ModoriSpan value, ModoriVerdict *verdict)
{
    ModoriSpan rest = value, word;

    *verdict = (ModoriVerdict) { MODORI_SPAN_EMPTY, MODORI_SPAN_EMPTY, MODORI_SPAN_EMPTY };
    verdict->result = take_word (&rest);
    while ((word = take_word (&rest)).len > 0)
        read_property (word, verdict);
    return verdict->result.len > 0 && verdict->result.at[0] != ';';
}

/* --- all fields of a message --- */

/* Read what the servers found, once for all that is asked of it.  Received-SPF does not name its
 * method, which is SPF. */
static void
read_all (ModoriLook *look)
{
    guint n = MIN (modori_look_count (look, MODORI_LOOK_RESULTS), FIELDS_MAX);
    ModoriVerdict verdict;

    g_array_set_size (look->verdicts, 0);
    for (guint i = 0; i < n; i++) {
        ModoriSpan rest = modori_look_value (look, MODORI_LOOK_RESULTS, i);

        while (look->verdicts->len < VERDICTS_MAX && modori_verdict_next (&rest, &verdict))
            g_array_append_val (look->verdicts, verdict);
    }
    n = MIN (modori_look_count (look, MODORI_LOOK_SPF), FIELDS_MAX);
    for (guint i = 0; i < n; i++)
        if (modori_verdict_spf (modori_look_value (look, MODORI_LOOK_SPF, i), &verdict)) {
            verdict.method = modori_span_of ("spf");
            g_array_append_val (look->verdicts, verdict);
        }
    look->verdicts_read = TRUE;
}

typedef struct {
    ModoriSpan method, result;      /* what is looked for */
    gboolean passed, seen;
    ModoriVerdict first;            /* that has this result */
} Search;

static void
weigh (Search *search, const ModoriVerdict *verdict)
{
    if (modori_span_is (verdict->result, "pass"))
        search->passed = TRUE;
    else if (! search->seen && modori_domain_is_same (verdict->result, search->result)) {
        search->seen = TRUE;
        search->first = *verdict;
    }
}

gboolean
modori_verdict_seen (ModoriLook *look, ModoriSpan method, ModoriSpan result, GString *evidence)
{
    Search search = { .method = method, .result = result };

    if (! look->verdicts_read)
        read_all (look);
    for (guint i = 0; i < look->verdicts->len; i++) {
        const ModoriVerdict *verdict = &g_array_index (look->verdicts, ModoriVerdict, i);

        if (modori_domain_is_same (verdict->method, method))
            weigh (&search, verdict);
    }
    if (! search.seen || search.passed)
        return FALSE;
    g_string_printf (evidence, "%.*s=%.*s", (int) method.len, method.at, (int) result.len,
                     result.at);
    if (search.first.domain.len > 0)
        g_string_append_printf (evidence, " (%.*s)", (int) MIN (search.first.domain.len, 100),
                                search.first.domain.at);
    return TRUE;
}
