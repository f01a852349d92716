/* session.c - transcripts of SMTP sessions: which reply is about whom.
 *
 * In a transcript the replies may stand in another order than the recipients, several commands
 * may be sent before the first reply (RFC 2920), and some mail systems print only the last of
 * them.  So a reply is given to the recipient that it names, or that our own server names right
 * behind it; else to the one whose RCPT it answered; else to those of whom the report already
 * quotes its first line.  A reply of several lines (RFC 5321 4.2.1) is joined first.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "report/session.h"

/* Replies and commands that are looked at: each reply is compared with each recipient. */
#define REPLIES_MAX 200
#define COMMANDS_MAX 1000

typedef struct {
    ModoriSpan verb;
    ModoriSpan recipient;
    ModoriPlace place;
} Command;

typedef struct {
    gsize start, len;           /* in session->text */
    ModoriSpan host;
    ModoriPlace host_place;
    Command command;
    ModoriSpan about;           /* whom our own server named behind it */
    ModoriPlace place;
} Reply;

/* What our own server says of a recipient; before it may stand what a program printed. */
typedef struct {
    ModoriSpan address;
    gsize start, len;           /* in session->text */
    ModoriPlace place;
} Statement;

struct ModoriSession {
    GString *text;              /* of all replies */
    GArray *replies;            /* of Reply */
    GArray *statements;         /* of Statement */
    GString *output;            /* of programs, of which nobody was named yet ... */
    ModoriPlace output_place;   /* ... and where it begins */
    GArray *commands;           /* of Command: those since the last reply */
    guint group;                /* the first reply to them */
    gboolean open;              /* the last reply goes on ("550-") */
    ModoriSpan host;
    ModoriPlace host_place;
};

ModoriSession *
modori_session_new (void)
{
    ModoriSession *session = g_new0 (ModoriSession, 1);

    session->text = g_string_new (NULL);
    session->replies = g_array_new (FALSE, TRUE, sizeof (Reply));
    session->statements = g_array_new (FALSE, TRUE, sizeof (Statement));
    session->output = g_string_new (NULL);
    session->commands = g_array_new (FALSE, TRUE, sizeof (Command));
    return session;
}

void
modori_session_free (ModoriSession *session)
{
    if (! session)
        return;
    g_string_free (session->text, TRUE);
    g_array_unref (session->replies);
    g_array_unref (session->statements);
    g_string_free (session->output, TRUE);
    g_array_unref (session->commands);
    g_free (session);
}

void
modori_session_begin (ModoriSession *session)
{
    g_string_truncate (session->text, 0);
    g_array_set_size (session->replies, 0);
    g_array_set_size (session->statements, 0);
    g_string_truncate (session->output, 0);
    g_array_set_size (session->commands, 0);
    session->group = 0;
    session->open = FALSE;
    session->host = MODORI_SPAN_EMPTY;
}

static Reply *
reply_at (const ModoriSession *session, guint i)
{
    return &g_array_index (session->replies, Reply, i);
}

static ModoriSpan
reply_words (const ModoriSession *session, const Reply *reply)
{
    return modori_span (session->text->str + reply->start, reply->len);
}

static gboolean
is_refusal (const ModoriSession *session, const Reply *reply)
{
    return strchr ("45", session->text->str[reply->start]) != NULL;
}

/* HIDDEN replies answer commands that were sent together with the last one but are not shown.
 * When DATA was refused at the end of them, it was for want of recipients - unless of a sender,
 * which the replies behind his say (503: RFC 5321 section 4.1.4). */
static void
name_hidden (ModoriSession *session, guint hidden)
{
    const Reply *last = reply_at (session, session->replies->len - 1);

    if (! modori_span_is (last->command.verb, "DATA") || ! is_refusal (session, last))
        return;
    for (guint i = 0; i < hidden; i++) {
        Reply *reply = reply_at (session, session->group + i);
        const Reply *next = reply_at (session, session->group + i + 1);

        if (is_refusal (session, reply)
            && (i + 1 == hidden || strncmp (session->text->str + next->start, "503", 3) != 0))
            reply->command.verb = modori_span_of ("RCPT");
    }
}

/* The replies that have come answer the commands that were sent.  When there are more replies
 * than commands, the earlier ones answer commands that the transcript does not show. */
static void
end_group (ModoriSession *session)
{
    guint n_replies = session->replies->len - session->group, n_commands = session->commands->len;
    guint hidden = n_replies > n_commands ? n_replies - n_commands : 0;

    for (guint i = hidden; i < n_replies; i++) {
        Reply *reply = reply_at (session, session->group + i);

        reply->command = g_array_index (session->commands, Command, i - hidden);
    }
    if (hidden && n_commands)
        name_hidden (session, hidden);
    g_array_set_size (session->commands, 0);
    session->group = session->replies->len;
    session->open = FALSE;
}

void
modori_session_host (ModoriSession *session, ModoriSpan host, ModoriPlace place)
{
    end_group (session);
    session->host = host;
    session->host_place = place;
}

void
modori_session_command (ModoriSession *session, ModoriSpan command, ModoriSpan recipient,
                        ModoriPlace place)
{
    Command sent = { command, recipient, place };

    if (session->replies->len > session->group)
        end_group (session);
    if (session->commands->len < COMMANDS_MAX)
        g_array_append_val (session->commands, sent);
}

/* "550" and what follows it; FALSE when WORDS do not begin with a reply code. */
static gboolean
begins_with_code (ModoriSpan words)
{
    return words.len >= 3 && words.at[0] >= '2' && words.at[0] <= '5'
        && g_ascii_isdigit (words.at[1])
        && g_ascii_isdigit (words.at[2]) && (words.len == 3 || ! g_ascii_isalnum (words.at[3]));
}

static gboolean
goes_on (const ModoriSession *session, ModoriSpan words)
{
    const Reply *last;

    if (! session->open || ! session->replies->len)
        return FALSE;
    last = reply_at (session, session->replies->len - 1);
    return ! begins_with_code (words) || memcmp (session->text->str + last->start, words.at,
                                                 3) == 0;
}

static void
append (ModoriSession *session, Reply *reply, ModoriSpan words)
{
    gsize room = 2 * MODORI_DIAGNOSTIC_MAX - MIN (reply->len, 2 * MODORI_DIAGNOSTIC_MAX);

    if (reply->len && room)
        g_string_append_c (session->text, ' ');
    g_string_append_len (session->text, words.at, (gssize) MIN (words.len, room));
    reply->len = session->text->len - reply->start;
}

static void
add_output (ModoriSession *session, ModoriSpan words, ModoriPlace place)
{
    if (session->output->len + words.len > MODORI_DIAGNOSTIC_MAX)
        return;
    if (! session->output->len)
        session->output_place = place;
    g_string_append_len (session->output, words.at, (gssize) words.len);
    g_string_append_c (session->output, ' ');
}

void
modori_session_reply (ModoriSession *session, ModoriSpan words, ModoriPlace place)
{
    Reply reply = {
        .start = session->text->len, .host = session->host, .host_place = session->host_place,
        .command = { MODORI_SPAN_EMPTY, MODORI_SPAN_EMPTY, place }, .about = MODORI_SPAN_EMPTY,
        .place = place,
    };

    words = modori_span_trim (words);
    if (goes_on (session, words))
        append (session, reply_at (session, session->replies->len - 1), words);
    else if (begins_with_code (words) && session->replies->len < REPLIES_MAX) {
        append (session, &reply, words);
        g_array_append_val (session->replies, reply);
    } else {
        add_output (session, words, place);
    }
    if (begins_with_code (words))
        session->open = words.len > 3 && words.at[3] == '-';
}

void
modori_session_more (ModoriSession *session, ModoriSpan words)
{
    Reply *last = session->replies->len ? reply_at (session, session->replies->len - 1) : NULL;

    if (last && last->start + last->len == session->text->len)
        append (session, last, words);
}

void
modori_session_state (ModoriSession *session, ModoriSpan address, ModoriSpan words,
                      ModoriPlace place)
{
    Reply *last = session->replies->len ? reply_at (session, session->replies->len - 1) : NULL;
    Statement statement = { address, session->text->len, 0, place };

    if (session->statements->len >= COMMANDS_MAX)
        return;
    if (last && ! last->about.len && session->replies->len > session->group)
        last->about = address;
    g_string_append_len (session->text, session->output->str, (gssize) session->output->len);
    g_string_append_len (session->text, words.at, (gssize) words.len);
    g_string_truncate (session->output, 0);
    statement.len = session->text->len - statement.start;
    session->open = FALSE;
    g_array_append_val (session->statements, statement);
}

/* --- settling --- */

/* Draft I was refused with REPLY: is that more than is known? */
static void
give (const ModoriSession *session, ModoriDrafts *drafts, guint i, const Reply *reply)
{
    ModoriSpan words = reply_words (session, reply);
    ModoriSpan known = modori_draft_words (modori_drafts_at (drafts, i));
    gboolean more = TRUE;

    if (! known.len || (modori_draft_continues (words, known, &more) && more))
        modori_drafts_say (drafts, i, words, reply->place);
    modori_drafts_fill (drafts, i, MODORI_KEY_REMOTE_MTA, reply->host, reply->host_place);
    modori_drafts_fill (drafts, i, MODORI_KEY_COMMAND, reply->command.verb, reply->command.place);
}

/* The draft of the first address in WORDS that has one, or 0. */
static guint
find_named (ModoriDrafts *drafts, ModoriSpan words)
{
    gsize start = 0;

    if (! memchr (words.at, '@', words.len))
        return 0;
    for (gsize i = 0; i <= words.len; i++) {
        ModoriSpan word = modori_span (words.at + start, i - start);
        guint found = 0;

        if (i < words.len && ! strchr (" <>,;\"", words.at[i]))
            continue;
        if (memchr (word.at, '@', word.len))
            found = modori_drafts_find (drafts, modori_draft_address (word, FALSE));
        if (found)
            return found;
        start = i + 1;
    }
    return 0;
}

/* The draft of ADDRESS, new unless the recipients were LISTED; 0 when there is none. */
static guint
find_or_open (ModoriDrafts *drafts, ModoriSpan address, ModoriPlace place,
              const ModoriSection *section, gboolean listed)
{
    guint i = address.len ? modori_drafts_find (drafts, address) : 0;

    if (i || ! address.len || listed)
        return i;
    i = modori_drafts_open (drafts, section);
    return i ? modori_drafts_name (drafts, i, address, place) : 0;
}

/* Give REPLY to everybody of whom its beginning is already quoted. */
static gboolean
give_to_quoted (const ModoriSession *session, ModoriDrafts *drafts, const Reply *reply)
{
    ModoriSpan words = reply_words (session, reply);
    gboolean given = FALSE;

    for (guint i = MODORI_DRAFT_FIRST; i < modori_drafts_count (drafts); i++) {
        const ModoriDraft *draft = modori_drafts_at (drafts, i);

        if (draft->dead || (! modori_draft_continues (words, modori_draft_words (draft), NULL)
                            && ! modori_draft_continues (words, draft->given, NULL)))
            continue;
        give (session, drafts, i, reply);
        given = TRUE;
    }
    return given;
}

/* What was refused at the end of the message was refused for all that had been taken. */
static gboolean
give_to_accepted (const ModoriSession *session, ModoriDrafts *drafts, const Reply *refusal,
                  const ModoriSection *section)
{
    gboolean given = FALSE;

    if (! modori_span_is (refusal->command.verb, "DATA"))
        return FALSE;
    for (guint i = 0; reply_at (session, i) != refusal; i++) {
        const Reply *reply = reply_at (session, i);
        guint found = 0;

        if (session->text->str[reply->start] == '2')
            found = find_or_open (drafts, reply->command.recipient, reply->command.place, section,
                                  FALSE);
        if (found)
            give (session, drafts, found, refusal);
        given |= found != 0;
    }
    return given;
}

/* FALSE when nobody is found whom REPLY is about. */
static gboolean
settle_reply (const ModoriSession *session, ModoriDrafts *drafts, const Reply *reply,
              const ModoriSection *section)
{
    ModoriSpan words = reply_words (session, reply);
    guint found = find_named (drafts, words);

    if (! found)
        found = find_or_open (drafts, reply->about, reply->place, section, TRUE);
    if (! found)
        found = find_or_open (drafts, reply->command.recipient, reply->command.place, section,
                              FALSE);
    if (found)
        give (session, drafts, found, reply);
    return found || give_to_quoted (session, drafts, reply)
        || give_to_accepted (session, drafts, reply, section);
}

/* What our own server says counts where it tells more than the list of recipients. */
static void
settle_statement (const ModoriSession *session, ModoriDrafts *drafts, const Statement *statement)
{
    ModoriSpan words = modori_span (session->text->str + statement->start, statement->len);
    guint i = modori_drafts_find (drafts, statement->address);
    ModoriSpan known = i ? modori_draft_words (modori_drafts_at (drafts, i)) : MODORI_SPAN_EMPTY;

    if (i && (! known.len || modori_draft_weight (words) > modori_draft_weight (known)))
        modori_drafts_say (drafts, i, words, statement->place);
}

/* Is there a recipient of whom nothing was said, or none at all? */
static gboolean
somebody_lacks_words (ModoriDrafts *drafts)
{
    gboolean any = FALSE;

    for (guint i = MODORI_DRAFT_FIRST; i < modori_drafts_count (drafts); i++) {
        const ModoriDraft *draft = modori_drafts_at (drafts, i);

        if (draft->dead)
            continue;
        any = TRUE;
        if (! draft->given.len && ! modori_draft_words (draft).len)
            return TRUE;
    }
    return ! any;
}

/* What is about nobody is about those of whom nothing else was said. */
static void
settle_rest (const ModoriSession *session, ModoriDrafts *drafts, const Reply *reply)
{
    if (modori_drafts_at (drafts, MODORI_DRAFT_COMMON)->words || ! somebody_lacks_words (drafts))
        return;
    if (reply)
        give (session, drafts, MODORI_DRAFT_COMMON, reply);
    else if (session->output->len)
        modori_drafts_say (drafts, MODORI_DRAFT_COMMON, modori_span_of (session->output->str),
                           session->output_place);
}

void
modori_session_settle (ModoriSession *session, ModoriDrafts *drafts, const ModoriSection *section,
                       gboolean listed)
{
    const Reply *rest = NULL;

    end_group (session);
    for (guint i = 0; i < session->statements->len; i++) {
        const Statement *statement = &g_array_index (session->statements, Statement, i);

        find_or_open (drafts, statement->address, statement->place, section, listed);
    }
    for (guint i = 0; i < session->replies->len; i++) {
        const Reply *reply = reply_at (session, i);

        if (! strchr ("45", session->text->str[reply->start]))
            continue;
        if (! settle_reply (session, drafts, reply, section) && ! rest)
            rest = reply;
    }
    for (guint i = 0; i < session->statements->len; i++)
        settle_statement (session, drafts, &g_array_index (session->statements, Statement, i));
    settle_rest (session, drafts, rest);
}
