/* checks.h - what `check tls`, `check cert`, `check domain` and --online share: options, output,
 * exit status.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_COMMANDS_CHECKS_H
#define MODORI_COMMANDS_CHECKS_H

#include "check/check.h"
#include "rules/engine.h"

/* One kind of check is a command of its own; ARGV[0] is its name ("tls"). */
int modori_check_message_cmd (int argc, char **argv);
int modori_check_tls_cmd (int argc, char **argv);
int modori_check_cert_cmd (int argc, char **argv);
int modori_check_domain_cmd (int argc, char **argv);

/* What the user may say about the network, and about the output. */
typedef struct {
    char *resolver;             /* --resolver, or [check] resolver of modori.conf; NULL: the system's */
    int seconds;                /* --timeout; 0: MODORI_CHECKS_SECONDS */
    gboolean trust_ad;          /* --trust-ad */
    char *ca_file;              /* --ca-file */
    char *format;               /* --format: text, json */
    int warn_days;              /* --warn-days; 0: MODORI_CHECKS_WARN_DAYS */
    gboolean allow_private;     /* --allow-private, only with --online */
} ModoriChecks;

/* For one conversation, and for one question to the DNS a quarter of it. */
#define MODORI_CHECKS_SECONDS 10
/* Let's Encrypt's certificates are renewed 30 days before their end: with 21 left, that failed. */
#define MODORI_CHECKS_WARN_DAYS 21

/* The options that all checks with the network have, for g_option_context_add_main_entries, pointing
 * into CHECKS; the caller frees the array. */
GOptionEntry *modori_checks_options (ModoriChecks *checks, const GOptionEntry *more);
void modori_checks_clear (ModoriChecks *checks);

/* Are the values possible?  Complains, and gives EX_USAGE; else 0. */
int modori_checks_validate (ModoriChecks *checks);

/* A resolver as CHECKS says, or NULL with ERROR set. */
ModoriResolver *modori_checks_resolver (const ModoriChecks *checks, GError **error);

/* Print CHECKUP (freed), or ERROR (freed) when it is NULL.  The exit status: 0 good, 1 warnings,
 * 2 errors, or what tells of the error. */
int modori_checks_put (const ModoriChecks *checks, ModoriCheckup *checkup, GError *error);

#endif
