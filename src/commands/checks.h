/* checks.h - what `check tls`, `check cert`, `check domain` and --online share: options, output,
 * exit status.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_COMMANDS_CHECKS_H
#define MODORI_COMMANDS_CHECKS_H

#include "check/check.h"
#include "rules/engine.h"

/* One kind of check is a command of its own; ARGV[0] is its name ("check tls"). */
int modori_check_message_cmd (int argc, char **argv);
int modori_check_tls_cmd (int argc, char **argv);
int modori_check_cert_cmd (int argc, char **argv);
int modori_check_domain_cmd (int argc, char **argv);

/* What the user may say about the network, and about the output; and what has come of it. */
typedef struct {
    char *resolver;             /* --resolver, or [check] resolver of modori.conf; NULL: the
                                 * system's */
    int seconds;                /* --timeout; 0: MODORI_CHECKS_SECONDS */
    gboolean trust_ad;          /* --trust-ad */
    char *ca_file;              /* --ca-file */
    char *format;               /* --format: text, json */
    int warn_days;              /* --warn-days */
    gboolean allow_private;     /* --allow-private, only with --online */
    ModoriEngine *engine;       /* from modori_checks_begin on; never freed */
    guint shown;                /* checkups that were put */
    int found;                  /* the worst of them: 0 good, 1 warnings, 2 errors */
    int failed;                 /* exit status of the first error of ours, or 0 */
} ModoriChecks;

/* For one conversation, and for one question to the DNS a quarter of it. */
#define MODORI_CHECKS_SECONDS 10
/* Certificates that are renewed by themselves are so 30 days before their end: with 21 left, that
 * failed. */
#define MODORI_CHECKS_WARN_DAYS 21

/* Which options a check has besides --format and --ca-file. */
enum {
    MODORI_CHECKS_NETWORK = 1,  /* --resolver, --timeout, --trust-ad */
    MODORI_CHECKS_DATES = 2,    /* --warn-days */
};

/* The options MORE of one check and those that the checks WITH the same needs have in common,
 * pointing into CHECKS, whose defaults are set; the caller frees the array. */
GOptionEntry *modori_checks_options (ModoriChecks *checks, guint with, const GOptionEntry *more);
void modori_checks_clear (ModoriChecks *checks);

/* Are the values possible?  Complains, and gives EX_USAGE; else 0. */
int modori_checks_validate (ModoriChecks *checks);

/* The same, make ready for modori_checks_put, and enter the sandbox: of files only those FILES
 * (NULL-terminated; "" is none) can be read.  0, or the exit status of what went wrong, which
 * was said. */
int modori_checks_begin (ModoriChecks *checks, char *const *files);

/* A resolver as CHECKS says, or NULL with ERROR set. */
ModoriResolver *modori_checks_resolver (const ModoriChecks *checks, GError **error);

/* What --timeout says, in seconds. */
guint modori_checks_seconds (const ModoriChecks *checks);

/* Part "host", "host:587", "192.0.2.1:25", "2001:db8::1" or "[2001:db8::1]:25"; PORT is 0 when
 * there is none; the caller frees HOST.  FALSE when it is none of them; nothing is said. */
gboolean modori_checks_part (const char *text, char **host, guint16 *port);

/* Can TEXT be the name of a host or an address?  Else complains. */
gboolean modori_checks_is_host (const char *text);

/* Read the first message of the file PATH ("-": standard input) and call VISIT with the case that
 * it is: of a bounce that of the mail that was returned.  0, or the exit status of what went wrong,
 * which was said. */
typedef void (*ModoriChecksVisit) (const ModoriCase *facts, ModoriMessage *message, gpointer data);
int modori_checks_read (ModoriChecks *checks, const char *path, ModoriChecksVisit visit,
                        gpointer data);

/* Print CHECKUP (freed), or ERROR (freed) when it is NULL.  FALSE when nothing can be printed any
 * more. */
gboolean modori_checks_put (ModoriChecks *checks, ModoriCheckup *checkup, GError *error);

/* The exit status of all that was put: 0 good, 1 warnings, 2 errors, or what tells of an error of
 * ours. */
int modori_checks_status (const ModoriChecks *checks);

#endif
