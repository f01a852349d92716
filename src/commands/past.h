/* past.h - what the commands share that remember: where history and spool lie, the present, whose
 * addresses are hidden.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_COMMANDS_PAST_H
#define MODORI_COMMANDS_PAST_H

#include "history/intake.h"
#include "history/suppression.h"

/* As on the command line; what is NULL there is taken from the configuration, else the default. */
typedef struct {
    char *history;              /* --history */
    char *spool;                /* --spool */
    char *now_text;             /* --now */
    gboolean redact;            /* --redact */
    gint64 now;                 /* seconds since 1970 UTC, once completed */
    ModoriRedactor *redactor;   /* for what is shown: --redact, or when history is kept so, too */
    gboolean kept_redacted;     /* [history] redact: what history keeps goes through it as well */
    gboolean complete;

    /* What the sandbox shall leave: set by who reads mail, before it opens the history. */
    char *const *inputs;        /* what is read: NULL-terminated; the caller's, or NULL */
    const char *output;         /* a folder that is written into, or NULL; the caller's */
    const char *ca_file;        /* read, too, or NULL; the caller's */
    gboolean recursive;         /* inputs: subfolders, too */
    gboolean network;
    gboolean adds_up;           /* a private history is opened later */
    ModoriHistory *waiting;     /* what the spool shall be taken into: already open */
} ModoriPast;

/* The redactor for what history keeps; NULL: as it is. */
#define MODORI_PAST_KEEPER(past) ((past)->kept_redacted ? (past)->redactor : NULL)

/* --history, --spool, --now, --redact: for an array of GOptionEntry.  PAST is a ModoriPast. */
#define MODORI_PAST_OPTIONS(past)                                                                 \
    { "history", 0, 0, G_OPTION_ARG_FILENAME, &(past).history,                                    \
      N_("the history, instead of ~/.local/state/modori/history.db"), N_("FILE") },               \
    { "spool", 0, 0, G_OPTION_ARG_FILENAME, &(past).spool,                                        \
      N_("where `record` puts messages, instead of ~/.local/state/modori/spool"), N_("DIR") },    \
    { "redact", 0, 0, G_OPTION_ARG_NONE, &(past).redact,                                          \
      N_("replace the local parts of addresses by a keyed hash"), NULL },                         \
    { "now", 0, 0, G_OPTION_ARG_STRING, &(past).now_text,                                         \
      N_("take TIME for the present"), N_("TIME") }

void modori_past_clear (ModoriPast *past);

/* Fill in what the command line does not say (configuration, defaults); once is enough.  FALSE with
 * ERROR set (G_OPTION_ERROR when the command line is wrong: see modori_setup_status). */
gboolean modori_past_complete (ModoriPast *past, GError **error);

/* Complete PAST, open the history, enter the sandbox (commands/sandbox.h) unless that was done, and
 * take the spool in.  NULL with ERROR set. */
ModoriHistory *modori_past_open (ModoriPast *past, ModoriEngine *engine, GError **error);

/* Enter the sandbox, for who reads mail without a history.  With ENGINE (or NULL), what waits in
 * the spool can still be taken in afterwards (modori_past_take_in).  FALSE with ERROR set. */
gboolean modori_past_confine (ModoriPast *past, ModoriEngine *engine, GError **error);

/* The first half of modori_past_open, for who must look into the history before he knows what he
 * will read.  Then comes modori_past_enter. */
ModoriHistory *modori_past_look (ModoriPast *past, ModoriEngine *engine, GError **error);
/* The second half.  FALSE with ERROR set. */
gboolean modori_past_enter (ModoriPast *past, ModoriHistory *history, ModoriEngine *engine,
                            GError **error);

/* A private history, for adding up PATHS: nothing is kept. */
ModoriHistory *modori_past_private (ModoriPast *past, ModoriEngine *engine, GError **error);

/* For commands that need no history: take the spool in when something waited there when the sandbox
 * was entered (modori_past_confine).  What goes wrong is said, and is no reason to stop. */
void modori_past_take_in (ModoriPast *past, ModoriEngine *engine);

/* "7d", "2w", "3m" (months), "1y", "12h", "now", "2026-11-01", RFC 3339: seconds since 1970 UTC,
 * spans before NOW, days in local time.  FALSE with ERROR (of G_OPTION_ERROR) set. */
gboolean modori_past_time (const char *text, gint64 now, gint64 *seconds, GError **error);

/* The policy of the configuration; the caller frees.  NULL with ERROR set. */
ModoriPolicy *modori_past_policy (GError **error);

#endif
