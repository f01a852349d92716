/* diagnostic.c - reading the far server's words: who spoke, and to which command.
 *
 * Mail systems wrap the reply (RFC 5321 section 4.2) in words of their own: "host X[192.0.2.1]
 * said: 550 ... (in reply to RCPT TO command)", "while talking to X: >>> DATA <<< 550 ...". The
 * wrapper is what stands before the reply code; host, address and command are looked for there,
 * because the reply itself may name other hosts and commands.  This is a scanner and no set of
 * patterns: it runs for every recipient.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "report/diagnostic.h"

#include "report/address.h"
#include "report/reply.h"

/* A reference is longer than a word and shorter than a line. */
#define REFERENCE_MIN 6
#define REFERENCE_MAX 100

/* Longest phrase and command: they are kept where the table is, as most are seen by one letter. */
#define PHRASE_MAX 34
#define COMMAND_MAX 10

typedef struct {
    char phrase[PHRASE_MAX];    /* lower case, begins at the start of a word */
    char command[COMMAND_MAX];
} CommandPhrase;

/* Commands as they are written in wrappers; in capitals, because prose has the same words. */
static const CommandPhrase verbs[] = {
    { "RCPT", "RCPT" }, { "MAIL FROM", "MAIL" }, { "MAIL command", "MAIL" }, { "MAIL:", "MAIL" },
    { "DATA", "DATA" }, { "BDAT", "DATA" }, { "EHLO", "EHLO" }, { "LHLO", "EHLO" },
    { "HELO", "HELO" }, { "STARTTLS", "STARTTLS" }, { "AUTH", "AUTH" }, { "QUIT", "QUIT" },
};

/* What is said instead of a command, by the first letter. */
static const CommandPhrase phrases[] = {
    { "connect to ", "CONN" },
    { "connection refused", "CONN" },
    { "connection timed out", "CONN" },
    { "could not start tls", "STARTTLS" },
    { "cannot start tls", "STARTTLS" },
    { "does not like recipient", "RCPT" },
    { "end of data", "DATA" },
    { "failed after i sent the message", "DATA" },
    { "failed on data command", "DATA" },
    { "greeting failed", "CONN" },
    { "initial connection", "CONN" },
    { "initial server greeting", "CONN" },
    { "message body", "DATA" },
    { "my name was rejected", "EHLO" },
    { "no route to host", "CONN" },
    { "refused to talk to me", "CONN" },
    { "sender was rejected", "MAIL" },
    { "sending data block", "DATA" },
};

/* What stands in front of the far host's name, by the first letter. */
static const char host_leads[][22] = {
    "connect to ", "connected to ", "conversation with ", "giving up on ", "host ",
    "lost connection with ", "refused by ", "remote host ", "server ", "talking to ",
    "timed out with ",
};

/* A set of letters, case ignored: bit 1 is "a". */
#define LETTER(c) (1u << ((c) & 31))

/* Where words begin in some text: all that is looked for begins with a letter, at the start of a
 * word. */
typedef struct {
    ModoriSpan text;
    gsize n;
    guint16 at[MODORI_WORDS_MAX / 2 + 1];
} Starts;

/* The highest bit of each of eight BYTES that is a letter or a digit. */
static inline guint64
letters_of (guint64 bytes)
{
    const guint64 small = bytes | G_GUINT64_CONSTANT (0x2020202020202020);

    return modori_eight_between (small, 'a', 'z') | modori_eight_between (bytes, '0', '9');
}

/* Find where words begin in the first bytes of TEXT. */
static void
find_starts (ModoriSpan text, Starts *starts)
{
    guint64 inside = 0;         /* did the last eight bytes end in a word? */
    gsize n = 0;

    starts->text = modori_span (text.at, MIN (text.len, MODORI_WORDS_MAX));
    for (gsize i = 0; i < starts->text.len; i += 8) {
        guint64 letters = letters_of (modori_eight_at (starts->text, i));

        for (guint64 left = letters & ~(letters << 8 | inside); left; left &= left - 1)
            starts->at[n++] = (guint16) (i + (gsize) __builtin_ctzll (left) / 8);
        inside = letters >> 56;
    }
    starts->n = n;
}

/* The text from where its word I begins. */
static inline ModoriSpan
from_start (const Starts *starts, gsize i)
{
    return modori_span_skip (starts->text, starts->at[i]);
}

/* The letters that the phrases of LIST (N of them) begin with: nothing else is compared. */
static inline guint32
first_letters (const CommandPhrase *list, gsize n)
{
    guint32 letters = 0;

    for (gsize i = 0; i < n; i++)
        letters |= LETTER (list[i].phrase[0]);
    return letters;
}

/* The command at the start of WORDS, or NULL. */
static const char *
verb_at (ModoriSpan words)
{
    for (guint verb = 0; verb < G_N_ELEMENTS (verbs); verb++) {
        gsize n = strlen (verbs[verb].phrase);

        if (memcmp (words.at, verbs[verb].phrase, 4) == 0       /* "MAIL From:" */
            && modori_span_begins (words, verbs[verb].phrase)
            && (n == words.len || ! g_ascii_isalnum (words.at[n])))
            return verbs[verb].command;
    }
    return NULL;
}

/* The first command that is written in capitals, or NULL. */
static const char *
find_verb (const Starts *starts)
{
    guint32 letters = starts->n ? first_letters (verbs, G_N_ELEMENTS (verbs)) : 0;
    const char *command = NULL;

    for (gsize i = 0; i < starts->n && ! command; i++) {
        ModoriSpan words = from_start (starts, i);

        if (words.len >= 4 && g_ascii_isupper (*words.at) && (letters & LETTER (*words.at)))
            command = verb_at (words);
    }
    return command;
}

/* The command that the first phrase stands for, or NULL. */
static const char *
find_phrase (const Starts *starts)
{
    guint32 letters = starts->n ? first_letters (phrases, G_N_ELEMENTS (phrases)) : 0;

    for (gsize i = 0; i < starts->n; i++) {
        ModoriSpan words = from_start (starts, i);
        char letter = modori_ascii_lower (*words.at);

        if (! (letters & LETTER (letter)))
            continue;
        for (guint phrase = 0;
             phrase < G_N_ELEMENTS (phrases) && phrases[phrase].phrase[0] <= letter; phrase++)
            if (phrases[phrase].phrase[0] == letter
                && modori_span_begins (words, phrases[phrase].phrase))
                return phrases[phrase].command;
    }
    return NULL;
}

/* "(in reply to end of DATA command)" behind the reply. */
static ModoriSpan
tail_of (ModoriSpan words)
{
    gssize at = modori_span_find (words, "in re");

    if (at < 0)
        return MODORI_SPAN_EMPTY;
    at = modori_span_find (words, "in reply to ");
    if (at < 0)
        at = modori_span_find (words, "in response to ");
    return at < 0 ? MODORI_SPAN_EMPTY : modori_span_skip (words, (gsize) at);
}

/* The command that TAIL names, else the WRAPPER. */
static ModoriSpan
find_command (const Starts *wrapper, ModoriSpan tail)
{
    const char *command = NULL;
    Starts starts;

    if (tail.len) {
        find_starts (modori_span (tail.at, MIN (tail.len, 60)), &starts);
        command = find_verb (&starts);
    }
    if (! command)
        command = find_verb (wrapper);
    if (! command)
        command = find_phrase (wrapper);
    return modori_span_of (command);
}

static gboolean
is_host_letter (char c)
{
    return g_ascii_isalnum (c) || c == '.' || c == '-' || c == '_';
}

/* The host name that ends at END of WORDS (before blanks and a last dot), with a dot in it;
 * empty when none. */
static ModoriSpan
name_before (ModoriSpan words, gsize end)
{
    gsize start;

    while (end > 0 && words.at[end - 1] == ' ')
        end--;
    while (end > 0 && words.at[end - 1] == '.')
        end--;
    for (start = end; start > 0 && is_host_letter (words.at[start - 1]); )
        start--;
    if (start == end || ! memchr (words.at + start, '.', end - start))
        return MODORI_SPAN_EMPTY;
    return modori_span (words.at + start, end - start);
}

/* The first bracket of WORDS from I on that an address may stand in; behind its end when there is
 * none. */
static gsize
next_bracket (ModoriSpan words, gsize i)
{
    for (; i < words.len; i += 8) {
        guint64 bytes = modori_eight_at (words, i);
        guint64 found =
            modori_eight_between (bytes, '[', '[') | modori_eight_between (bytes, '(', '(');

        if (found)
            return i + (gsize) __builtin_ctzll (found) / 8;
    }
    return i;
}

/* "mx.example.com[192.0.2.1]", "mx.example.com. (192.0.2.1)": the first of its kind in WORDS. */
static gboolean
find_host_with_ip (ModoriSpan words, ModoriDiagnostic *diagnostic)
{
    for (gsize i = next_bracket (words, 0); i + 4 < words.len; i = next_bracket (words, i + 1)) {
        ModoriSpan inside = modori_span_skip (words, i + 1);
        gsize n = modori_ip_length (inside);

        if (! n || n >= inside.len || ! strchr ("])", inside.at[n]))
            continue;
        diagnostic->ip = modori_span (inside.at, n);
        diagnostic->host = name_before (words, i);
        return TRUE;
    }
    return FALSE;
}

/* "host example.jp not found": nobody spoke. */
static gboolean
is_not_found (ModoriSpan behind)
{
    return modori_span_begins (behind, " not found") || modori_span_begins (behind, " unknown");
}

/* Take the host or address at the start of WORDS. */
static gboolean
take_host (ModoriSpan words, ModoriDiagnostic *diagnostic)
{
    gsize n = modori_ip_length (words);

    if (n) {
        diagnostic->ip = modori_span (words.at, n);
        return TRUE;
    }
    while (n < words.len && is_host_letter (words.at[n]))
        n++;
    while (n && words.at[n - 1] == '.')
        n--;
    if (! n || ! memchr (words.at, '.', n) || is_not_found (modori_span_skip (words, n)))
        return FALSE;
    diagnostic->host = modori_span (words.at, n);
    return TRUE;
}

/* "while talking to mx.example.com.:", "host mx.example.com said" in the words. */
static gboolean
find_host_behind (const Starts *starts, ModoriDiagnostic *diagnostic)
{
    const guint32 letters = LETTER ('c') | LETTER ('g') | LETTER ('h') | LETTER ('l')
                            | LETTER ('r') | LETTER ('s') | LETTER ('t');

    for (gsize i = 0; i < starts->n; i++) {
        ModoriSpan here = from_start (starts, i);
        char letter = modori_ascii_lower (*here.at);

        if (! (letters & LETTER (letter)))
            continue;
        for (guint lead = 0; lead < G_N_ELEMENTS (host_leads) && host_leads[lead][0] <= letter;
             lead++)
            if (host_leads[lead][0] == letter
                && modori_span_begins (here, host_leads[lead])
                && take_host (modori_span_skip (here, strlen (host_leads[lead])), diagnostic))
                return TRUE;
    }
    return FALSE;
}

/* The same behind the reply. */
static void
find_host_after (ModoriSpan words, ModoriDiagnostic *diagnostic)
{
    Starts starts;

    if (modori_span_find (words, "giving up on ") < 0)
        return;
    find_starts (words, &starts);
    find_host_behind (&starts, diagnostic);
}

static void
find_host (ModoriSpan words, const Starts *wrapper, ModoriDiagnostic *diagnostic)
{
    if (find_host_with_ip (wrapper->text, diagnostic) || find_host_behind (wrapper, diagnostic))
        return;
    if (modori_ip_length (wrapper->text))       /* "192.0.2.1 does not like recipient." */
        take_host (wrapper->text, diagnostic);
    else
        find_host_after (words, diagnostic);
}

static gboolean
is_reference_letter (char c)
{
    return g_ascii_isalnum (c) || strchr ("-_.=/+", c);
}

/* The reference at the start of WORDS: one word with digits in it. */
static ModoriSpan
take_reference (ModoriSpan words)
{
    gsize n = 0, digits = 0;

    for (; n < words.len && words.at[n] && is_reference_letter (words.at[n])
           && n <= REFERENCE_MAX;
         n++)
        digits += g_ascii_isdigit (words.at[n]);
    while (n && strchr (".=-", words.at[n - 1]))
        n--;
    if (n < REFERENCE_MIN || n > REFERENCE_MAX || ! digits)
        return MODORI_SPAN_EMPTY;
    return modori_span (words.at, n);
}

/* "... a92af1059eb24-8a5b8c0d1e2si1234567b3a.42 - name" at the end of a reply: the word before
 * the mark. */
static ModoriSpan
signature (ModoriSpan said)
{
    gsize end = said.len, start;

    while (end > 0 && g_ascii_isalnum (said.at[end - 1]))
        end--;
    if (end == said.len || end < 3 || memcmp (said.at + end - 3, " - ", 3) != 0)
        return MODORI_SPAN_EMPTY;
    end -= 3;
    for (start = end; start > 0 && is_reference_letter (said.at[start - 1]) && said.at[start - 1]; )
        start--;
    if (end - start < 12
        || take_reference (modori_span (said.at + start, end - start)).len != end - start)
        return MODORI_SPAN_EMPTY;
    return modori_span (said.at + start, end - start);
}

static ModoriSpan
find_reference (ModoriSpan said)
{
    static const char *const leads[] = { "id=", "queued as ", "queue id ",
                                         "reference id: ", "reference: " };
    const guint32 letters = LETTER ('i') | LETTER ('q') | LETTER ('r');
    ModoriSpan found = signature (said);
    Starts starts;

    /* this is soon seen */
    if (modori_span_find (said, "id=") < 0 && modori_span_find (said, "queue") < 0
        && modori_span_find (said, "reference") < 0)
        return found;
    find_starts (said, &starts);
    for (gsize i = 0; i < starts.n && ! found.len; i++) {
        ModoriSpan here = from_start (&starts, i);

        if (! (letters & LETTER (*here.at)))
            continue;
        for (guint lead = 0; lead < G_N_ELEMENTS (leads) && ! found.len; lead++)
            if (modori_span_begins (here, leads[lead]))
                found = take_reference (modori_span_skip (here, strlen (leads[lead])));
    }
    return found;
}

/* The reply in WORDS, which begins at START, without what was put around it. */
static ModoriSpan
cut_reply (ModoriSpan words, const char *start, ModoriSpan tail)
{
    ModoriSpan said = modori_span_between (start, modori_span_end (words));

    if (tail.len && tail.at > start)
        said = modori_span_between (start, tail.at - (tail.at[-1] == '('));
    if (start > words.at && start[-1] == '<') {
        const char *close = modori_span_end (said);

        /* "<550 ... <user@example.com> unknown>": the last one closes */
        while (close > start && close[-1] != '>')
            close--;
        if (close > start)
            said = modori_span_between (start, close - 1);
    }
    return modori_span_trim (said);
}

/* Where the reply begins: at its code, else behind "said:". */
static const char *
reply_start (ModoriSpan words, const ModoriReply *reply)
{
    gssize at;

    if (reply->code.len)
        return reply->code.at;
    at = modori_span_find (words, " said: ");
    return at < 0 ? NULL : words.at + at + 7;
}

void
modori_diagnostic_read_most (ModoriSpan words, ModoriDiagnostic *diagnostic)
{
    ModoriSpan tail;
    ModoriReply reply;
    const char *start;
    Starts wrapper;

    words = modori_diagnostic_bare (words);
    modori_reply_find (words, &reply);
    *diagnostic = (ModoriDiagnostic) {
        .host = MODORI_SPAN_EMPTY, .ip = MODORI_SPAN_EMPTY,
        .reply_code = reply.code, .status = reply.status, .said = words,
        .queue_id = MODORI_SPAN_EMPTY,
    };
    tail = tail_of (words);
    start = reply_start (words, &reply);
    find_starts (start ? modori_span_between (words.at, start) : words, &wrapper);
    if (start)
        diagnostic->said = cut_reply (words, start, tail);
    find_host (words, &wrapper, diagnostic);
    diagnostic->command = find_command (&wrapper, tail);
}

void
modori_diagnostic_read (ModoriSpan words, ModoriDiagnostic *diagnostic)
{
    modori_diagnostic_read_most (words, diagnostic);
    diagnostic->queue_id = find_reference (diagnostic->said);
}

/* --- the record --- */

static void
offer (ModoriReport *report, ModoriOutcome *outcome, ModoriKey key, ModoriSpan text)
{
    modori_outcome_offer (report, outcome, key, text, "diagnostic",
                          outcome->values[MODORI_KEY_DIAGNOSTIC].place.line);
}

static void
set (ModoriReport *report, ModoriOutcome *outcome, ModoriKey key, ModoriSpan text)
{
    modori_outcome_set (report, outcome, key, text, "diagnostic",
                        outcome->values[MODORI_KEY_DIAGNOSTIC].place.line);
}

/* Does the far server's own status, SAID right behind its reply code CODE, stand against
 * STATUS, which a field has?  The words are the source and the field a copy; only "something"
 * (x.1.0) is no better than "what" (x.1.1), and x.5.z is often the noise of commands that
 * followed the failed one. */
static gboolean
overrules (const char *said, char code, const char *status)
{
    gsize n = strlen (said);

    if (n < 5 || strcmp (said + 1, ".0.0") == 0)
        return FALSE;
    if (said[0] != status[0])
        return modori_value_is_useless (MODORI_KEY_STATUS, status)
               || (said[0] == code && strcmp (said + 1, status + 1) == 0);
    return strcmp (said + n - 2, ".0") != 0 && strncmp (said + 1, ".5.", 3) != 0;
}

/* Of the status of the field and the one in the words the better one. */
static void
apply_codes (ModoriReport *report, ModoriOutcome *outcome, const ModoriDiagnostic *read)
{
    const char *status = modori_outcome_text (outcome, MODORI_KEY_STATUS);
    char code = read->reply_code.len ? *read->reply_code.at : '\0';
    gboolean behind = code && read->status.at > read->reply_code.at
                      && read->status.at < modori_span_end (read->reply_code) + 4;
    char said[16] = "";

    memcpy (said, read->status.at, MIN (read->status.len, sizeof said - 1));
    if ((behind && overrules (said, code, status))
        || (modori_status_is_better (said, status)
            && (! status[0] || said[0] == status[0] || said[0] == code)))
        set (report, outcome, MODORI_KEY_STATUS, read->status);
    status = modori_outcome_text (outcome, MODORI_KEY_STATUS);
    if (! status[0] || status[0] == code || behind
        || modori_value_is_useless (MODORI_KEY_STATUS, status))
        offer (report, outcome, MODORI_KEY_REPLY_CODE, read->reply_code);
}

/* The host of the words is the one of the record, or there is none yet: only then is its
 * address taken. */
static void
apply_host (ModoriReport *report, ModoriOutcome *outcome, const ModoriDiagnostic *read)
{
    const char *host = modori_outcome_text (outcome, MODORI_KEY_REMOTE_MTA);

    if (! host[0])
        offer (report, outcome, MODORI_KEY_REMOTE_MTA, read->host);
    if (! host[0] || ! read->host.len || modori_span_is (read->host, host))
        offer (report, outcome, MODORI_KEY_REMOTE_IP, read->ip);
}

static void
apply_words (ModoriReport *report, ModoriOutcome *outcome, ModoriSpan words)
{
    GString *normal = modori_report_buffer (report, 0);
    const ModoriOutcome *common = modori_report_common (report);

    /* words that belong to all recipients are made once */
    if (common->words[0] && common->values[MODORI_KEY_DIAGNOSTIC].text == words.at) {
        outcome->words = common->words;
        return;
    }
    if (modori_report_is_clean (words) && modori_diagnostic_is_normal (words)) {
        outcome->words = words.at;      /* as they would become */
        return;
    }
    modori_diagnostic_normalise (normal, words);
    outcome->words =
        modori_report_keep (report, modori_span (normal->str, normal->len), MODORI_WORDS_MAX);
    if (common->values[MODORI_KEY_DIAGNOSTIC].text == words.at)
        modori_report_common (report)->words = outcome->words;
}

/* Some mail systems write letters beyond ASCII as codes. */
static void
decode_letters (ModoriReport *report, ModoriOutcome *outcome)
{
    const ModoriValue value = outcome->values[MODORI_KEY_DIAGNOSTIC];
    GString *text = modori_report_buffer (report, 0);

    if (! strchr (value.text, '\\')
        || (! strstr (value.text, "\\3") && ! strstr (value.text, "\\2")))
        return;
    modori_octal_decode (text, modori_span_of (value.text));
    if (strcmp (text->str, value.text) == 0)
        return;
    modori_outcome_set (report, outcome, MODORI_KEY_DIAGNOSTIC,
                        modori_span (text->str, text->len), value.origin, value.place.line);
    outcome->values[MODORI_KEY_DIAGNOSTIC].place.rule = value.place.rule;
}

/* What the words of a server hold. */
static void
apply_reply (ModoriReport *report, ModoriOutcome *outcome, ModoriSpan words)
{
    ModoriDiagnostic read;

    modori_diagnostic_read (words, &read);
    apply_codes (report, outcome, &read);
    apply_host (report, outcome, &read);
    offer (report, outcome, MODORI_KEY_COMMAND, read.command);
    offer (report, outcome, MODORI_KEY_QUEUE_ID, read.queue_id);
}

void
modori_diagnostic_apply (ModoriReport *report, ModoriOutcome *outcome)
{
    const char *kind = modori_outcome_text (outcome, MODORI_KEY_REPORT);
    ModoriSpan words;

    decode_letters (report, outcome);
    words = modori_span_of (modori_outcome_text (outcome, MODORI_KEY_DIAGNOSTIC));
    if (! words.len)
        return;
    if (strcmp (kind, "auto-reply") != 0)       /* a person's words, who may quote a server's */
        apply_reply (report, outcome, words);
    apply_words (report, outcome, words);
}
