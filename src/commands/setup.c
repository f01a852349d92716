/* setup.c - what all commands share.
 *
 * Under cron and in pipes the locale is C, where gettext does not even look at LANGUAGE: so
 * LC_MESSAGES becomes C.UTF-8 first.  All output is UTF-8, whatever the locale: that is what
 * JSON, mail and today's terminals are.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "commands/cache.h"
#include "commands/settings.h"
#include "commands/setup.h"
#include "text/error.h"
#include "text/harmful.h"
#include "text/module.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <locale.h>
#include <stdio.h>
#include <sysexits.h>

/* The one place where settings of the whole run are kept. */
static struct {
    char lang[3];
    char **rules;               /* --rules, as often as given */
    char **verp;                /* --verp, as often as given */
    ModoriEngine *engine;       /* all knowledge */
    char **site;                /* the directories of its own rules */
    char *cache;                /* where it is kept; NULL: nowhere */
    ModoriSetupCache use;       /* of that */
    gboolean no_sandbox;        /* --no-sandbox */
    gboolean confined;          /* it has been entered */
} settings;

/* --- language --- */

/* Is none of the variables set that name the language, or only to C?  In pipes it is like that, and
 * GLib would read a list of other names of languages first. */
static gboolean
locale_is_c (void)
{
    static const char *const names[] = { "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG" };

    for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
        const char *value = g_getenv (names[i]);

        if (value && *value && ! g_str_equal (value, "C") && ! g_str_equal (value, "C.UTF-8"))
            return FALSE;
    }
    return TRUE;
}

/* Does the locale of messages begin with the language LANG? */
static gboolean
locale_speaks (const char *lang)
{
    const char *const *names = locale_is_c () ? NULL : g_get_language_names ();

    return names && names[0] && g_str_has_prefix (names[0], lang);
}

/* The path NAME beside the program if MARK is there too (it runs where it was built), else
 * INSTALLED. */
static char *
beside_program (const char *name, const char *mark, const char *installed)
{
    g_autofree char *dir = modori_program_folder ();
    g_autofree char *path = dir ? g_build_filename (dir, name, NULL) : NULL;
    g_autofree char *marked = path ? g_build_filename (path, mark, NULL) : NULL;

    if (marked && g_file_test (marked, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&path);
    return g_strdup (installed);
}

static void
bind_translations (void)
{
    g_autofree char *dir = beside_program ("po", "ja/LC_MESSAGES/modori.mo", MODORI_LOCALEDIR);

    bindtextdomain (GETTEXT_PACKAGE, dir);
    bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
    textdomain (GETTEXT_PACKAGE);
}

/* Where the locale is C, or is not installed on this machine, gettext would not translate. */
static void
speak (const char *lang)
{
    const char *present = setlocale (LC_MESSAGES, NULL);

    if (! present || g_str_equal (present, "C") || g_str_equal (present, "POSIX"))
        setlocale (LC_MESSAGES, "C.UTF-8");
    g_setenv ("LANGUAGE", lang, TRUE);
}

/* What the configuration says.  When it is broken, this is not the place to say so: who needs more
 * of it will (modori_setup_engine). */
static const char *
language_configured (void)
{
    const ModoriSettings *configured = modori_settings (NULL);

    return configured ? modori_settings_text (configured, "modori", "lang") : NULL;
}

gboolean
modori_setup_language (const char *lang)
{
    gboolean japanese;

    if (lang && ! g_str_equal (lang, "en") && ! g_str_equal (lang, "ja"))
        return FALSE;
    setlocale (LC_CTYPE, "");           /* numbers and dates are the same everywhere */
    setlocale (LC_MESSAGES, "");
    if (! lang)
        lang = language_configured ();
    japanese = lang ? g_str_equal (lang, "ja") : locale_speaks ("ja");
    if (lang || japanese)
        speak (japanese ? "ja" : "en");
    g_strlcpy (settings.lang, japanese ? "ja" : "", sizeof settings.lang);
    bind_translations ();
    return TRUE;
}

const char *
modori_setup_lang (void)
{
    return settings.lang;
}

/* --- options --- */

static void
print_help (GOptionContext *context)
{
    g_autofree char *help = g_option_context_get_help (context, TRUE, NULL);

    fputs (help, stdout);
}

/* --help is ours, because GLib would print it in the charset of the locale. */
static gboolean
parse (GOptionContext *context, int *argc, char ***argv, const gboolean *help, int *status)
{
    g_autoptr (GError) error = NULL;

    g_option_context_set_help_enabled (context, FALSE);
    if (! g_option_context_parse (context, argc, argv, &error)) {
        modori_complain (_("%s (try \"modori %s --help\")"), error->message, (*argv)[0]);
        *status = EX_USAGE;
        return FALSE;
    }
    if (*help) {
        print_help (context);
        *status = EX_OK;
        return FALSE;
    }
    return TRUE;
}

gboolean
modori_setup_options (int *argc, char ***argv, const GOptionEntry *entries, const char *synopsis,
                      const char *summary, const char *description, int *status)
{
    gboolean help = FALSE;
    g_autofree char *lang = NULL;
    const GOptionEntry common[] = {
        { "rules", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &settings.rules,
          N_("read your own rules from DIR first (may be repeated)"), N_("DIR") },
        { "lang", 0, 0, G_OPTION_ARG_STRING, &lang, N_("en or ja; else the locale decides"),
          N_("LANG") },
        { "no-sandbox", 0, 0, G_OPTION_ARG_NONE, &settings.no_sandbox,
          N_("do not give up what is not needed to read mail"), NULL },
        { "help", 'h', 0, G_OPTION_ARG_NONE, &help, N_("show this help"), NULL },
        G_OPTION_ENTRY_NULL
    };
    g_autofree char *usage = g_strdup_printf ("%s %s", (*argv)[0], synopsis);
    g_autoptr (GOptionContext) context = g_option_context_new (usage);

    g_set_prgname ("modori");
    g_option_context_set_summary (context, summary);
    g_option_context_set_description (context, description);
    if (entries)
        g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
    g_option_context_add_main_entries (context, common, GETTEXT_PACKAGE);
    return parse (context, argc, argv, &help, status);
}

/* --- knowledge --- */

char *
modori_setup_rules_dir (void)
{
    return beside_program ("rules", "reasons.rules", MODORI_DATADIR "/rules");
}

/* The directories that the command line and the configuration name.  FALSE with ERROR set when one
 * is not there. */
static gboolean
add_rules_named (GPtrArray *site, GError **error)
{
    const ModoriSettings *configured;
    g_auto (GStrv) dirs = NULL;

    for (char **dir = settings.rules; dir && *dir; dir++) {
        if (! g_file_test (*dir, G_FILE_TEST_IS_DIR)) {
            g_set_error (error, MODORI_ERROR, MODORI_ERROR_SYNTAX,
                         _("%s: not a directory of rules (--rules)"), *dir);
            return FALSE;
        }
        g_ptr_array_add (site, g_strdup (*dir));
    }
    configured = modori_settings (error);
    if (! configured)
        return FALSE;
    dirs = modori_settings_list (configured, "modori", "rules");
    for (char **dir = dirs; *dir; dir++) {
        if (! g_file_test (*dir, G_FILE_TEST_IS_DIR)) {
            g_autofree char *what = g_strdup_printf (_("%s is not a directory of rules"), *dir);

            modori_settings_fail (configured, "modori", "rules", what, error);
            return FALSE;
        }
        g_ptr_array_add (site, g_strdup (*dir));
    }
    return TRUE;
}

static ModoriKnowledge *
load_knowledge (GError **error)
{
    g_autofree char *shipped = modori_setup_rules_dir ();
    g_autoptr (GPtrArray) site = g_ptr_array_new_with_free_func (g_free);
    const char *const *dirs;

    if (! add_rules_named (site, error))
        return NULL;
    g_ptr_array_add (site, g_build_filename (g_get_user_config_dir (), "modori", "rules.d", NULL));
    g_ptr_array_add (site, g_strdup (MODORI_SYSCONFDIR "/rules.d"));
    g_ptr_array_add (site, NULL);
    dirs = (const char *const *) site->pdata;
    settings.site = g_strdupv ((char **) site->pdata);
    if (settings.use != MODORI_SETUP_CACHE_IGNORED)
        settings.cache = modori_cache_path (shipped, dirs);
    if (settings.use == MODORI_SETUP_CACHE_REMADE && settings.cache)
        g_unlink (settings.cache);
    return modori_knowledge_load_cached (shipped, dirs, modori_all_kinds, settings.cache, error);
}

char ***
modori_setup_verp (void)
{
    return &settings.verp;
}

/* The patterns of the command line, then those of the configuration.  FALSE with ERROR set. */
static gboolean
add_verp (ModoriEngine *engine, GError **error)
{
    const ModoriSettings *configured = modori_settings (error);
    g_auto (GStrv) patterns = NULL;
    g_autoptr (GError) why = NULL;

    if (! configured)
        return FALSE;
    for (char **pattern = settings.verp; pattern && *pattern; pattern++)
        if (! modori_verps_add (engine->verps, *pattern, &why)) {
            g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--verp '%s': %s",
                         *pattern, why->message);
            return FALSE;
        }
    patterns = modori_settings_list (configured, "verp", "patterns");
    for (char **pattern = patterns; *pattern; pattern++)
        if (! modori_verps_add (engine->verps, *pattern, &why)) {
            modori_settings_fail (configured, "verp", "patterns", why->message, error);
            return FALSE;
        }
    return TRUE;
}

void
modori_setup_cache (ModoriSetupCache use)
{
    settings.use = use;
}

/* Only what is right in all parts is kept: who reads it again tests nothing. */
const char *
modori_setup_keep_cache (GError **error)
{
    ModoriKnowledge *knowledge = settings.engine->knowledge;

    if (! modori_engine_check (settings.engine, error))
        return NULL;
    if (! settings.cache) {
        g_set_error (error, MODORI_ERROR, MODORI_ERROR_IO,
                     _("%s: not a directory of yours alone, so nothing can be kept there"),
                     g_get_user_cache_dir ());
        return NULL;
    }
    if (modori_knowledge_cache_state (knowledge) != MODORI_CACHE_LACKING)
        return "";
    return modori_cache_write (knowledge, settings.cache, error) ? settings.cache : NULL;
}

ModoriEngine *
modori_setup_engine (GError **error)
{
    ModoriKnowledge *knowledge = load_knowledge (error);

    settings.engine = knowledge ? modori_engine_new (knowledge, error) : NULL;
    if (! settings.engine || ! add_verp (settings.engine, error))
        return NULL;
    if (settings.use == MODORI_SETUP_CACHE_USED
        && modori_knowledge_cache_state (knowledge) == MODORI_CACHE_LACKING
        && modori_cache_is_writable (settings.cache))
        modori_setup_keep_cache (NULL);
    return settings.engine;
}

/* --- sandbox --- */

void
modori_setup_read_rules (ModoriSandbox *sandbox)
{
    g_autofree char *shipped = modori_setup_rules_dir ();

    modori_sandbox_read (sandbox, shipped);
    modori_sandbox_read_all (sandbox, (char *const *) settings.site);
}

gboolean
modori_setup_confine (const ModoriSandbox *sandbox, GError **error)
{
    if (settings.no_sandbox || settings.confined)
        return TRUE;
    settings.confined = modori_sandbox_enter (sandbox, error);
    return settings.confined;
}

void
modori_setup_confine_worker (void)
{
    if (settings.confined)
        modori_sandbox_enter_worker ();
}

/* --- complaints --- */

void
modori_complain (const char *format, ...)
{
    g_autofree char *message = NULL, *harmless = NULL;
    va_list args;

    va_start (args, format);
    message = g_strdup_vprintf (format, args);
    va_end (args);
    harmless = modori_harmless (modori_span_of (message));
    fprintf (stderr, "modori: %s\n", harmless);
}

int
modori_setup_status (const GError *error)
{
    if (error->domain == G_OPTION_ERROR)
        return EX_USAGE;
    if (error->domain != MODORI_ERROR)
        return EX_IOERR;
    switch (error->code) {
    case MODORI_ERROR_MISSING:
        return EX_NOINPUT;
    case MODORI_ERROR_DAMAGED:
        return EX_DATAERR;
    case MODORI_ERROR_SYNTAX:
    case MODORI_ERROR_PATTERN:
        return EX_CONFIG;
    default:
        return EX_IOERR;
    }
}

int
modori_fail (GError *error)
{
    int status = modori_setup_status (error);

    modori_complain ("%s", error->message);
    g_error_free (error);
    return status;
}
