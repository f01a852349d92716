/* setup.h - what all commands share: language, rules directories, options, complaints.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_COMMANDS_SETUP_H
#define MODORI_COMMANDS_SETUP_H

#include "commands/sandbox.h"
#include "rules/engine.h"

/* Choose the language of all texts: LANG ("en", "ja"), or when it is NULL what the configuration
 * says, else the locale.
 * FALSE when modori does not speak it. */
gboolean modori_setup_language (const char *lang);

/* The language for texts of the rules: "" (English) or "ja". */
const char *modori_setup_lang (void);

/* Parse the options of a command: ENTRIES (may be NULL) and those that all commands have (--lang,
 * --rules, --no-sandbox, --help).  SYNOPSIS is what follows the command's name in its usage line,
 * SUMMARY and DESCRIPTION are for --help (translated).  FALSE: *STATUS is the exit status to end
 * with. */
gboolean modori_setup_options (int *argc, char ***argv, const GOptionEntry *entries,
                               const char *synopsis, const char *summary, const char *description,
                               int *status);

/* Where the shipped rules lie: beside the program when it is not installed.  The caller frees. */
char *modori_setup_rules_dir (void);

/* All knowledge: the directories of the site (--rules, [modori] rules, ~/.config/modori/rules.d,
 * /etc/modori/rules.d), then what is shipped.  NULL with ERROR set.  There is one for the whole
 * run; it is never freed, because tearing it down would cost a pipe that reads one bounce more than
 * reading it. */
ModoriEngine *modori_setup_engine (GError **error);

/* What modori_setup_engine does with the cache of the site's rules (commands/cache.h). */
typedef enum {
    MODORI_SETUP_CACHE_USED,    /* reads it, or writes it when it does not fit: silently */
    MODORI_SETUP_CACHE_IGNORED, /* nothing: for who tests the rules */
    MODORI_SETUP_CACHE_REMADE,  /* removes it, for modori_setup_keep_cache */
} ModoriSetupCache;
void modori_setup_cache (ModoriSetupCache use);

/* Check all knowledge and write the cache: its path, or "" when the site has no rules.  NULL with
 * ERROR set. */
const char *modori_setup_keep_cache (GError **error);

/* --verp, for an array of GOptionEntry: its patterns are tried by the engine before all others. */
#define MODORI_VERP_OPTION                                                                        \
    { "verp", 0, 0, G_OPTION_ARG_STRING_ARRAY, modori_setup_verp (),                              \
      N_("how your own return addresses hold the recipient: "                                     \
         "'bounce+(?<local>.+)=(?<domain>.+)@' (may be repeated)"), N_("PATTERN") }
char ***modori_setup_verp (void);

/* Give up all but what SANDBOX says, unless --no-sandbox says otherwise (once: later calls do
 * nothing).  FALSE with ERROR set. */
gboolean modori_setup_confine (const ModoriSandbox *sandbox, GError **error);
/* To be called in a worker process. */
void modori_setup_confine_worker (void);
/* SANDBOX shall leave the directories of rules, shipped and of the site. */
void modori_setup_read_rules (ModoriSandbox *sandbox);

/* Say what went wrong on standard error, as "modori: MESSAGE". */
void modori_complain (const char *format, ...) G_GNUC_PRINTF (1, 2);

/* The exit status that tells of ERROR. */
int modori_setup_status (const GError *error);

/* Say ERROR, which is freed: its exit status. */
int modori_fail (GError *error);

#endif
