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

/* What a pattern that matched has caught. */
typedef struct {
    guint n;
    struct {
        guint key;                      /* ModoriKey, or a group that is none */
        ModoriSpan value;
    } items[MODORI_CAPTURES_MAX];
    gsize start, end;                   /* the match */
} Catch;

/* Is the line one of which shapes can tell? */
typedef enum { NOT_ASKED, CAN_TELL, CANNOT_TELL } Plainness;

struct ModoriProse {
    ModoriSession *session;
    ModoriSpan text;                    /* the line ... */
    Plainness plain;
    ModoriSubject *subject;             /* ... ready for many patterns, once ... */
    gboolean ready;                     /* ... one needs that */
    guint blanks;                       /* that it begins with */
    guint asked, has;                   /* signs that were looked for in the line, and are there */
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

/* Turn to TEXT. */
static void
look_at (ModoriProse *prose, ModoriSpan text)
{
    prose->text = text;
    for (prose->blanks = 0; prose->blanks < text.len && text.at[prose->blanks] == ' ';)
        prose->blanks++;
    prose->plain = NOT_ASKED;
    prose->ready = FALSE;
    prose->asked = prose->has = 0;
    modori_screen_turn_to (prose->grammar->screen, text);
}

/* Are all signs that a match NEEDS in the line? */
static gboolean
has_signs (ModoriProse *prose, guint needs)
{
    static const char signs[] = MODORI_FIRST_SIGNS;

    for (guint i = 0; needs >> i; i++)
        if (needs >> i & ~(prose->asked >> i) & 1) {
            prose->asked |= 1u << i;
            if (memchr (prose->text.at, signs[i], prose->text.len))
                prose->has |= 1u << i;
        }
    return ! (needs & ~prose->has);
}

static gboolean
shapes_can_tell (ModoriProse *prose)
{
    if (prose->plain == NOT_ASKED)
        prose->plain = modori_shape_can_tell (prose->text) ? CAN_TELL : CANNOT_TELL;
    return prose->plain == CAN_TELL;
}

static gboolean
shape_matches (const ModoriShape *shape, const ModoriLine *line, ModoriSpan text, Catch *found)
{
    ModoriSpan value;

    if (! modori_shape_matches (shape, text, &value, &found->end))
        return FALSE;
    found->start = 0;
    found->n = line->n_groups;
    if (found->n) {
        found->items[0].key = line->groups[0].key;
        found->items[0].value = value;
    }
    return TRUE;
}

static guint
key_of (const ModoriLine *line, const char *name)
{
    for (guint i = 0; i < line->n_groups; i++)
        if (line->groups[i].name[0] == name[0] && strcmp (line->groups[i].name, name) == 0)
            return line->groups[i].key;
    return MODORI_N_KEYS;
}

/* The screen has seen four bytes of a literal at best, so in a line that is ASCII all of it is
 * looked for first.  Then PCRE2 is asked at once; a subject is made for words only where they
 * stand. */
static gboolean
pattern_matches (ModoriProse *prose, const ModoriLine *line, ModoriCaptures *captures)
{
    if (prose->text.len <= MODORI_PATTERN_SUBJECT_MAX
        && modori_screen_is_ascii (prose->grammar->screen)) {
        if (line->regex)
            return modori_line_has_literal (line, prose->text)
                && modori_pattern_runs (line->pattern, prose->text, prose->subject, captures);
        if (! modori_pattern_finds (line->pattern, prose->text, NULL))
            return FALSE;
    }
    if (! prose->ready)
        modori_subject_set (prose->subject, prose->text);
    prose->ready = TRUE;
    return modori_pattern_matches (line->pattern, prose->subject, captures);
}

/* Does LINE's pattern, which the screen let pass, match the line? */
static gboolean
matches (ModoriProse *prose, const ModoriLine *line, Catch *found)
{
    ModoriCaptures captures;

    if (prose->blanks < line->least || prose->blanks > line->most
        || ! has_signs (prose, line->needs))
        return FALSE;
    if (line->shape.known && shapes_can_tell (prose))
        return shape_matches (&line->shape, line, prose->text, found);
    if (! pattern_matches (prose, line, &captures))
        return FALSE;
    modori_pattern_extent (line->pattern, &found->start, &found->end);
    found->n = captures.n;
    for (guint i = 0; i < captures.n; i++) {
        found->items[i].key = key_of (line, captures.items[i].name);
        found->items[i].value = captures.items[i].value;
    }
    return TRUE;
}

/* What the group KEY caught. */
static ModoriSpan
caught (const Catch *found, guint key)
{
    for (guint i = 0; i < found->n; i++)
        if (found->items[i].key == key && found->items[i].value.len)
            return found->items[i].value;
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

static void
fill (ModoriProse *prose, guint draft, ModoriKey key, ModoriSpan value)
{
    if (modori_line_key_is_shared (key))
        draft = MODORI_DRAFT_COMMON;
    if (key == MODORI_KEY_ORIGINAL_RECIPIENT || key == MODORI_KEY_SENDER)
        value = modori_draft_address (value, prose->grammar->local);
    modori_drafts_fill (prose->drafts, draft, key, value, prose->place);
}

/* Fill DRAFT with what was FOUND, but for the recipient and the key EXCEPT. */
static void
fill_all (ModoriProse *prose, guint draft, const Catch *found, guint except)
{
    for (guint i = 0; i < found->n; i++) {
        guint key = found->items[i].key;

        if (key < MODORI_N_KEYS && key != MODORI_KEY_RECIPIENT && key != except)
            fill (prose, draft, (ModoriKey) key, found->items[i].value);
    }
}

/* Addresses with commas, semicolons or blanks between them; each gets what else was FOUND, if
 * anything. */
static gboolean
turn_to_each (ModoriProse *prose, ModoriSpan text, const Catch *found)
{
    gboolean any = FALSE;

    while (text.len) {
        gsize n = 0;

        while (n < text.len && ! strchr (",; \t", text.at[n]))
            n++;
        if (n && turn_to (prose, modori_span (text.at, n))) {
            any = TRUE;
            if (found)
                fill_all (prose, target (prose), found, MODORI_N_KEYS);
        }
        text = modori_span_skip (text, n + 1);
    }
    return any;
}

/* A line of a transcript. */
static gboolean
apply_session (ModoriProse *prose, const ModoriLine *line, const Catch *found)
{
    ModoriSpan recipient = caught (found, MODORI_KEY_RECIPIENT);
    ModoriSpan words = caught (found, MODORI_KEY_DIAGNOSTIC);
    ModoriSpan command = caught (found, MODORI_KEY_COMMAND);
    ModoriSpan host = caught (found, MODORI_KEY_REMOTE_MTA);
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
        fill_all (prose, MODORI_DRAFT_COMMON, found, MODORI_N_KEYS);
    return TRUE;
}

/* LINE has matched: fill what was FOUND.  FALSE when it names a recipient that cannot be one. */
static gboolean
apply (ModoriProse *prose, const ModoriLine *line, const Catch *found)
{
    ModoriSpan entry = caught (found, MODORI_GROUP_ENTRY);
    ModoriSpan recipient = caught (found, MODORI_KEY_RECIPIENT);
    ModoriSpan recipients = caught (found, MODORI_GROUP_RECIPIENTS);

    prose->place.rule = line->rule;
    if (prose->section->session)
        return apply_session (prose, line, found);
    if (entry.len)
        turn_to_entry (prose, entry);
    if (recipient.len && ! turn_to (prose, recipient))
        return FALSE;
    if (recipients.len)
        return turn_to_each (prose, recipients, found);
    if (line->kind == MODORI_LINE_OPENS && ! recipient.len && ! entry.len)
        prose->current = modori_drafts_open (prose->drafts, prose->section);
    fill_all (prose, target (prose), found, MODORI_N_KEYS);
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
        turn_to_each (prose, value, NULL);
    else
        fill (prose, target (prose), (ModoriKey) line->after, value);
}

static gboolean
take_heading (ModoriProse *prose, const ModoriLine *line, const Catch *found)
{
    ModoriSpan rest = modori_span_trim (modori_span_skip (prose->text, found->end));

    if (! apply (prose, line, found))
        return FALSE;
    if (rest.len)
        fill_after (prose, line, rest);
    else
        prose->awaiting = line;
    return TRUE;
}

/* LINE, whose pattern has matched the text, takes it.  FALSE when it does not after all. */
static gboolean
take (ModoriProse *prose, const ModoriLine *line, const Catch *found)
{
    switch (line->kind) {
    case MODORI_LINE_SKIP:
        return TRUE;
    case MODORI_LINE_UNTIL:
        prose->current = 0;
        return TRUE;
    case MODORI_LINE_AFTER:
        return take_heading (prose, line, found);
    default:
        if (! apply (prose, line, found))
            return FALSE;
        if (line->kind == MODORI_LINE_CLOSES)
            prose->current = 0;
        return TRUE;
    }
}

/* May LINE have the text?  An empty line can only end something, and a continuation needs what it
 * continues. */
static gboolean
may_take (const ModoriProse *prose, const ModoriLine *line)
{
    if (! prose->text.len)
        return line->kind == MODORI_LINE_UNTIL;
    return line->kind != MODORI_LINE_MORE || prose->current || prose->section->session;
}

/* Try the lines of RANGE, up to the first that takes the text. */
static gboolean
try_lines (ModoriProse *prose, ModoriRange range)
{
    const ModoriLine *line;
    Catch found;

    while ((line = modori_screen_next (prose->grammar->screen, &range)) != NULL)
        if (may_take (prose, line) && matches (prose, line, &found)
            && take (prose, line, &found))
            return TRUE;
    return FALSE;
}

/* The first of RANGE that matches the text, or NULL; the range goes on behind it. */
static const ModoriLine *
next_match (ModoriProse *prose, ModoriRange *range, Catch *found)
{
    const ModoriLine *line;

    while ((line = modori_screen_next (prose->grammar->screen, range)) != NULL)
        if (matches (prose, line, found))
            return line;
    return NULL;
}

static const ModoriLine *
find_mark (ModoriProse *prose, ModoriRange range, Catch *found)
{
    return next_match (prose, &range, found);
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

/* A mark that only looks ahead leaves the line to be read. */
static gboolean
looks_ahead (const Catch *found)
{
    return found->start == found->end;
}

/* Does a section begin with this line, and take it? */
static gboolean
begins (ModoriProse *prose)
{
    Catch found;
    const ModoriLine *mark = find_mark (prose, prose->grammar->begin_range, &found);
    const ModoriSection *section;

    if (! mark)
        return FALSE;
    section = g_ptr_array_index (prose->grammar->sections, mark->section);
    if (looks_ahead (&found)) {
        if (section != prose->section)
            enter (prose, section);
        return FALSE;
    }
    enter (prose, section);
    apply (prose, mark, &found);
    prose->fresh = found.n == 0 || found.items[0].value.len == 0;
    return TRUE;
}

static void
read_line (ModoriProse *prose)
{
    const ModoriSection *general = g_ptr_array_index (prose->grammar->sections, 0);
    ModoriSpan text = prose->text;
    Catch found;

    if ((text.len || ! prose->fresh) && find_mark (prose, prose->section->end_range, &found))
        enter (prose, general);
    if (text.len && begins (prose))
        return;
    prose->fresh = prose->fresh && ! text.len;
    if (prose->awaiting && text.len) {
        fill_after (prose, prose->awaiting, modori_span_trim (text));
        prose->awaiting = NULL;
        return;
    }
    if (prose->section != general && try_lines (prose, prose->section->line_range))
        return;
    try_lines (prose, general->line_range);
}

/* Does the returned message begin behind this line, or with it when the pattern only looks
 * ahead?  Its place. */
static gboolean
is_original (ModoriProse *prose, gsize here, gsize behind, gsize *place)
{
    Catch found;
    const ModoriLine *mark = find_mark (prose, prose->grammar->original_range, &found);

    if (mark)
        *place = looks_ahead (&found) ? here : behind;
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
    ModoriRange range = prose->grammar->word_range;
    ModoriDraft *draft = modori_drafts_at (prose->drafts, i);
    ModoriPlace place;
    ModoriSpan words = modori_draft_said (draft, &place);
    const ModoriLine *line;
    gboolean said = FALSE;
    Catch found;

    if (! words.len)
        return;
    words.at = g_string_chunk_insert_len (prose->kept, words.at, (gssize) words.len);
    look_at (prose, words);
    prose->place = place;
    while ((line = next_match (prose, &range, &found)) != NULL) {
        ModoriSpan better = caught (&found, MODORI_KEY_DIAGNOSTIC);

        prose->place.rule = line->rule;
        if (better.len && ! said)
            modori_drafts_say (prose->drafts, i, better, prose->place);
        said |= better.len > 0;
        fill_all (prose, i, &found, MODORI_KEY_DIAGNOSTIC);
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

        look_at (prose, here);
        if (here.len && is_original (prose, (gsize) (raw.at - text.at),
                                     (gsize) (rest.at - text.at), &end))
            break;
        read_line (prose);
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
