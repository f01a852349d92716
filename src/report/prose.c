/* prose.c - reading a text line by line, as a dialect says.
 *
 * A small machine: one section is active at a time, one recipient is spoken of at a time.  Each
 * line is tried on the marks of the returned message, on the ends and beginnings of sections,
 * then on the lines of the active section and on those that hold everywhere; the first that
 * matches takes it.  What is said before any recipient is named waits for the next one.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "report/prose.h"

/* Bytes of a line that are looked at: longer ones are not written by mail systems. */
#define LINE_MAX_BYTES 2000

/* Bytes of joined words for one block of memory. */
#define KEPT_SIZE 1024

struct ModoriProse {
    ModoriSession *session;
    ModoriSpan text;                    /* the line ... */
    ModoriSubject *subject;             /* ... ready for many patterns, once ... */
    gboolean ready;                     /* ... one may match */
    const ModoriGrammar *grammar;
    ModoriDrafts *drafts;
    const ModoriSection *section;
    const ModoriSection *transcript;    /* the last section that was a session, or NULL */
    const ModoriLine *awaiting;         /* a heading whose value has not come yet, or NULL */
    ModoriSpan entry;
    gboolean fresh;                     /* the section has just begun */
    guint current;                      /* the draft of the recipient that is spoken of, or 0 */
    gboolean listed;                    /* the recipients were named before the transcript began */
    GStringChunk *kept;                 /* joined words that drafts point into */
    ModoriPlace place;                  /* of the line, and of who takes it */
};

ModoriProse *
modori_prose_new (void)
{
    ModoriProse *prose = g_new0 (ModoriProse, 1);

    prose->session = modori_session_new ();
    prose->subject = modori_subject_new ();
    prose->kept = g_string_chunk_new (KEPT_SIZE);
    return prose;
}

void
modori_prose_free (ModoriProse *prose)
{
    if (! prose)
        return;
    modori_session_free (prose->session);
    modori_subject_free (prose->subject);
    g_string_chunk_free (prose->kept);
    g_free (prose);
}

/* Does LINE's pattern match the line? */
static gboolean
matches (ModoriProse *prose, const ModoriLine *line, ModoriCaptures *captures)
{
    if (! modori_first_holds (&line->first, prose->text))
        return FALSE;
    if (! prose->ready)
        modori_subject_set (prose->subject, prose->text);
    prose->ready = TRUE;
    return modori_pattern_matches (line->pattern, prose->subject, captures);
}

static guint
key_of (const ModoriLine *line, const char *name)
{
    for (guint i = 0; i < line->n_groups; i++)
        if (line->groups[i].name[0] == name[0] && strcmp (line->groups[i].name, name) == 0)
            return line->groups[i].key;
    return MODORI_N_KEYS;
}

/* What LINE's group KEY caught. */
static ModoriSpan
caught (const ModoriLine *line, const ModoriCaptures *captures, guint key)
{
    for (guint i = 0; i < captures->n; i++)
        if (key_of (line, captures->items[i].name) == key && captures->items[i].value.len)
            return captures->items[i].value;
    return MODORI_SPAN_EMPTY;
}

/* Where a value belongs that names no recipient. */
static guint
target (const ModoriProse *prose)
{
    if (prose->section->common)
        return MODORI_DRAFT_COMMON;
    return prose->current ? prose->current : MODORI_DRAFT_PENDING;
}

/* May ADDRESS be a recipient?  The block may say who is not: it may be who writes the report, or
 * somebody to ask. */
static gboolean
may_be_recipient (ModoriProse *prose, ModoriSpan address)
{
    const GPtrArray *excepts = prose->grammar->excepts;

    if (! address.len || modori_drafts_is_excluded (prose->drafts, address))
        return FALSE;
    for (guint i = 0; i < excepts->len; i++) {
        const ModoriLine *except = g_ptr_array_index (excepts, i);

        if (modori_pattern_finds (except->pattern, address, NULL))
            return FALSE;
    }
    return TRUE;
}

/* ADDRESS, which may be a local part alone, with the domain that such ones have here. */
static ModoriSpan
complete (ModoriProse *prose, ModoriSpan address)
{
    ModoriSpan domain = modori_drafts_domain (prose->drafts);
    g_autofree char *whole = NULL;

    if (! domain.len || ! address.len || memchr (address.at, '@', address.len))
        return address;
    whole = g_strdup_printf ("%.*s@%.*s", (int) address.len, address.at, (int) domain.len,
                             domain.at);
    return modori_span_of (g_string_chunk_insert (prose->kept, whole));
}

/* The text speaks of ADDRESS now.  FALSE when that is no address. */
static gboolean
turn_to (ModoriProse *prose, ModoriSpan text)
{
    ModoriSpan address = complete (prose, modori_draft_address (text, prose->grammar->local));
    guint i = prose->current;

    if (! may_be_recipient (prose, address))
        return FALSE;
    if (! i || modori_drafts_at (prose->drafts, i)->values[MODORI_KEY_RECIPIENT].len)
        i = modori_drafts_open (prose->drafts, prose->section);
    prose->current = i ? modori_drafts_name (prose->drafts, i, address, prose->place) : 0;
    return TRUE;
}

/* A list whose lines are numbered: another number is another recipient. */
static void
turn_to_entry (ModoriProse *prose, ModoriSpan entry)
{
    if (prose->current && prose->entry.len == entry.len
        && memcmp (prose->entry.at, entry.at, entry.len) == 0)
        return;
    prose->entry = entry;
    prose->current = modori_drafts_open (prose->drafts, prose->section);
}

/* Keys of the returned message and of the report are the same for all recipients. */
static gboolean
is_shared (ModoriKey key)
{
    switch (key) {
    case MODORI_KEY_SENDER: case MODORI_KEY_REPORTING_MTA: case MODORI_KEY_MESSAGE_ID:
    case MODORI_KEY_FROM: case MODORI_KEY_SUBJECT: case MODORI_KEY_DATE:
    case MODORI_KEY_LIST_ID: case MODORI_KEY_ARRIVAL_DATE:
        return TRUE;
    default:
        return FALSE;
    }
}

static void
fill (ModoriProse *prose, guint draft, ModoriKey key, ModoriSpan value)
{
    if (is_shared (key))
        draft = MODORI_DRAFT_COMMON;
    if (key == MODORI_KEY_ORIGINAL_RECIPIENT || key == MODORI_KEY_SENDER)
        value = modori_draft_address (value, prose->grammar->local);
    modori_drafts_fill (prose->drafts, draft, key, value, prose->place);
}

/* Fill DRAFT with what LINE caught, but for the recipient and the key EXCEPT. */
static void
fill_all (ModoriProse *prose, guint draft, const ModoriLine *line, const ModoriCaptures *captures,
          guint except)
{
    for (guint i = 0; i < captures->n; i++) {
        guint key = key_of (line, captures->items[i].name);

        if (key < MODORI_N_KEYS && key != MODORI_KEY_RECIPIENT && key != except)
            fill (prose, draft, (ModoriKey) key, captures->items[i].value);
    }
}

/* Addresses with commas, semicolons or blanks between them; each gets what LINE, if any, has
 * caught. */
static gboolean
turn_to_each (ModoriProse *prose, ModoriSpan text, const ModoriLine *line,
              const ModoriCaptures *captures)
{
    gboolean found = FALSE;

    while (text.len) {
        gsize n = 0;

        while (n < text.len && ! strchr (",; \t", text.at[n]))
            n++;
        if (n && turn_to (prose, modori_span (text.at, n))) {
            found = TRUE;
            if (line)
                fill_all (prose, target (prose), line, captures, MODORI_N_KEYS);
        }
        text = modori_span_skip (text, n + 1);
    }
    return found;
}

/* A line of a transcript. */
static gboolean
apply_session (ModoriProse *prose, const ModoriLine *line, const ModoriCaptures *captures)
{
    ModoriSpan recipient = caught (line, captures, MODORI_KEY_RECIPIENT);
    ModoriSpan words = caught (line, captures, MODORI_KEY_DIAGNOSTIC);
    ModoriSpan command = caught (line, captures, MODORI_KEY_COMMAND);
    ModoriSpan host = caught (line, captures, MODORI_KEY_REMOTE_MTA);
    ModoriSpan address = modori_draft_address (recipient, prose->grammar->local);

    if (words.len && line->kind == MODORI_LINE_MORE)
        modori_session_more (prose->session, words);
    else if (words.len && recipient.len)
        modori_session_state (prose->session, address, words, prose->place);
    else if (words.len)
        modori_session_reply (prose->session, words, prose->place);
    else if (command.len || recipient.len)
        modori_session_command (prose->session, command.len ? command : modori_span_of ("RCPT"),
                                address, prose->place);
    else if (host.len)
        modori_session_host (prose->session, host, prose->place);
    else
        fill_all (prose, MODORI_DRAFT_COMMON, line, captures, MODORI_N_KEYS);
    return TRUE;
}

/* LINE has matched: fill what its groups caught.  FALSE when it names a recipient that cannot
 * be one. */
static gboolean
apply (ModoriProse *prose, const ModoriLine *line, const ModoriCaptures *captures)
{
    ModoriSpan entry = caught (line, captures, MODORI_GROUP_ENTRY);
    ModoriSpan recipient = caught (line, captures, MODORI_KEY_RECIPIENT);
    ModoriSpan recipients = caught (line, captures, MODORI_GROUP_RECIPIENTS);

    prose->place.rule = line->rule;
    if (prose->section->session)
        return apply_session (prose, line, captures);
    if (entry.len)
        turn_to_entry (prose, entry);
    if (recipient.len && ! turn_to (prose, recipient))
        return FALSE;
    if (recipients.len)
        return turn_to_each (prose, recipients, line, captures);
    if (line->kind == MODORI_LINE_OPENS && ! recipient.len && ! entry.len)
        prose->current = modori_drafts_open (prose->drafts, prose->section);
    fill_all (prose, target (prose), line, captures, MODORI_N_KEYS);
    return TRUE;
}

/* The value of the heading LINE has come. */
static void
fill_after (ModoriProse *prose, const ModoriLine *line, ModoriSpan value)
{
    prose->place.rule = line->rule;
    if (line->after == MODORI_KEY_RECIPIENT)
        turn_to (prose, value);
    else if (line->after == MODORI_GROUP_RECIPIENTS)
        turn_to_each (prose, value, NULL, NULL);
    else
        fill (prose, target (prose), (ModoriKey) line->after, value);
}

static gboolean
take_heading (ModoriProse *prose, const ModoriLine *line, ModoriSpan text,
              const ModoriCaptures *captures)
{
    gsize start, end;
    ModoriSpan rest;

    if (! apply (prose, line, captures))
        return FALSE;
    modori_pattern_extent (line->pattern, &start, &end);
    rest = modori_span_trim (modori_span_skip (text, end));
    if (rest.len)
        fill_after (prose, line, rest);
    else
        prose->awaiting = line;
    return TRUE;
}

/* LINE, whose pattern has matched TEXT, takes it.  FALSE when it does not after all. */
static gboolean
take (ModoriProse *prose, const ModoriLine *line, ModoriSpan text, const ModoriCaptures *captures)
{
    switch (line->kind) {
    case MODORI_LINE_SKIP:
        return TRUE;
    case MODORI_LINE_UNTIL:
        prose->current = 0;
        return TRUE;
    case MODORI_LINE_AFTER:
        return take_heading (prose, line, text, captures);
    default:
        if (! apply (prose, line, captures))
            return FALSE;
        if (line->kind == MODORI_LINE_CLOSES)
            prose->current = 0;
        return TRUE;
    }
}

/* May LINE have TEXT?  An empty line can only end something, and a continuation needs what it
 * continues. */
static gboolean
may_take (const ModoriProse *prose, const ModoriLine *line, ModoriSpan text)
{
    if (! text.len)
        return line->kind == MODORI_LINE_UNTIL;
    return line->kind != MODORI_LINE_MORE || prose->current || prose->section->session;
}

/* The first of LINES that takes TEXT. */
static gboolean
try_lines (ModoriProse *prose, const GPtrArray *lines, ModoriSpan text)
{
    ModoriCaptures captures;

    for (guint i = 0; i < lines->len; i++) {
        const ModoriLine *line = g_ptr_array_index (lines, i);

        if (may_take (prose, line, text) && matches (prose, line, &captures)
            && take (prose, line, text, &captures))
            return TRUE;
    }
    return FALSE;
}

static const ModoriLine *
find_mark (ModoriProse *prose, const GPtrArray *marks, ModoriCaptures *captures)
{
    for (guint i = 0; i < marks->len; i++) {
        const ModoriLine *line = g_ptr_array_index (marks, i);

        if (matches (prose, line, captures))
            return line;
    }
    return NULL;
}

static void
enter (ModoriProse *prose, const ModoriSection *section)
{
    prose->section = section;
    prose->awaiting = NULL;
    prose->fresh = TRUE;
    if (! section->session)
        return;
    if (! prose->transcript)
        prose->listed = modori_drafts_count (prose->drafts) > MODORI_DRAFT_FIRST;
    prose->transcript = section;
}

static gboolean
looks_ahead (const ModoriLine *line)
{
    gsize start, end;

    modori_pattern_extent (line->pattern, &start, &end);
    return start == end;
}

/* Does a section begin with this line, and take it?  A mark that only looks ahead leaves the
 * line to be read. */
static gboolean
begins (ModoriProse *prose)
{
    const GPtrArray *sections = prose->grammar->sections;
    ModoriCaptures captures;

    for (guint i = 1; i < sections->len; i++) {
        const ModoriSection *section = g_ptr_array_index (sections, i);
        const ModoriLine *mark = find_mark (prose, section->begins, &captures);

        if (! mark)
            continue;
        if (looks_ahead (mark)) {
            if (section != prose->section)
                enter (prose, section);
            return FALSE;
        }
        enter (prose, section);
        apply (prose, mark, &captures);
        prose->fresh = captures.n == 0 || captures.items[0].value.len == 0;
        return TRUE;
    }
    return FALSE;
}

static void
read_line (ModoriProse *prose, ModoriSpan text)
{
    const ModoriSection *general = g_ptr_array_index (prose->grammar->sections, 0);
    ModoriCaptures captures;

    if ((text.len || ! prose->fresh) && find_mark (prose, prose->section->ends, &captures))
        enter (prose, general);
    if (text.len && begins (prose))
        return;
    prose->fresh = prose->fresh && ! text.len;
    if (prose->awaiting && text.len) {
        fill_after (prose, prose->awaiting, modori_span_trim (text));
        prose->awaiting = NULL;
        return;
    }
    if (prose->section != general && try_lines (prose, prose->section->lines, text))
        return;
    try_lines (prose, general->lines, text);
}

/* Does the returned message begin behind this line, or with it when the pattern only looks
 * ahead?  Its place. */
static gboolean
is_original (ModoriProse *prose, gsize here, gsize behind, gsize *place)
{
    ModoriCaptures captures;
    const ModoriLine *mark = find_mark (prose, prose->grammar->originals, &captures);

    if (mark)
        *place = looks_ahead (mark) ? here : behind;
    return mark != NULL;
}

static void
start (ModoriProse *prose, const ModoriGrammar *grammar, guint line, ModoriDrafts *drafts)
{
    prose->grammar = grammar;
    prose->drafts = drafts;
    prose->transcript = NULL;
    prose->current = 0;
    prose->entry = MODORI_SPAN_EMPTY;
    prose->place = (ModoriPlace) { line, 0 };
    g_string_chunk_clear (prose->kept);
    modori_session_begin (prose->session);
    enter (prose, g_ptr_array_index (grammar->sections, 0));
    for (guint i = 1; i < grammar->sections->len; i++) {
        const ModoriSection *section = g_ptr_array_index (grammar->sections, i);

        if (! section->begins->len) {
            enter (prose, section);
            break;
        }
    }
}

/* LINE without blanks at its end, and not longer than anybody writes. */
static ModoriSpan
cut_line (ModoriSpan line)
{
    line.len = MIN (line.len, LINE_MAX_BYTES);
    while (line.len && g_ascii_isspace (line.at[line.len - 1]))
        line.len--;
    return line;
}

/* What the diagnostic of draft I says only when its lines are joined. */
static void
refine (ModoriProse *prose, guint i)
{
    const GPtrArray *patterns = prose->grammar->words;
    ModoriDraft *draft = modori_drafts_at (prose->drafts, i);
    ModoriSpan words = modori_draft_words (draft);
    ModoriCaptures captures;
    gboolean said = FALSE;

    if (! words.len)
        return;
    words.at = g_string_chunk_insert_len (prose->kept, words.at, (gssize) words.len);
    modori_subject_set (prose->subject, words);
    prose->place = modori_draft_place (draft);
    for (guint n = 0; n < patterns->len; n++) {
        const ModoriLine *line = g_ptr_array_index (patterns, n);
        ModoriSpan better;

        if (! modori_pattern_matches (line->pattern, prose->subject, &captures))
            continue;
        prose->place.rule = line->rule;
        better = caught (line, &captures, MODORI_KEY_DIAGNOSTIC);
        if (better.len && ! said)
            modori_drafts_say (prose->drafts, i, better, prose->place);
        said |= better.len > 0;
        fill_all (prose, i, line, &captures, MODORI_KEY_DIAGNOSTIC);
    }
}

gsize
modori_prose_read (ModoriProse *prose, const ModoriGrammar *grammar, ModoriSpan text, guint line,
                   ModoriDrafts *drafts)
{
    ModoriSpan rest = text, raw;
    gsize end = text.len;

    start (prose, grammar, line, drafts);
    while (modori_span_line (&rest, &raw)) {
        ModoriSpan here = cut_line (raw);

        prose->text = here;
        prose->ready = FALSE;
        if (here.len && is_original (prose, (gsize) (raw.at - text.at),
                                     (gsize) (rest.at - text.at), &end))
            break;
        read_line (prose, here);
        if (line)
            prose->place.line++;
    }
    if (prose->transcript)
        modori_session_settle (prose->session, drafts, prose->transcript, prose->listed);
    modori_drafts_finish (drafts);
    for (guint i = 0; grammar->words->len && i < modori_drafts_count (drafts); i++)
        refine (prose, i);
    return end;
}
