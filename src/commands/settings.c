/* settings.c - the configuration.
 *
 * What may stand there is one table.  All of it is looked at when the files are read: a word that
 * is spelt wrongly is said before anything is done, and not the day when it would have counted.
 * Values are taken as they are written, so that a pattern needs no second kind of backslash.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "commands/settings.h"
#include "mail/jobs.h"

#include "text/error.h"

#include <glib/gi18n.h>
#include <string.h>
#include <sys/stat.h>

typedef enum { KIND_TEXT, KIND_FLAG, KIND_LANG, KIND_PATH, KIND_PATHS, KIND_JOBS } Kind;

static const struct {
    const char *group;
    const char *key;            /* NULL: any */
    Kind kind;
} known[] = {
    { "modori", "lang", KIND_LANG },
    { "modori", "rules", KIND_PATHS },
    { "modori", "jobs", KIND_JOBS },
    { "history", "file", KIND_PATH },
    { "history", "spool", KIND_PATH },
    { "history", "redact", KIND_FLAG },
    { "redact", "key", KIND_TEXT },
    { "verp", "patterns", KIND_TEXT },
    { "suppress", "hard", KIND_TEXT },
    { "suppress", "soft", KIND_TEXT },
    { "suppress", "complaints", KIND_FLAG },
    { "suppress-reasons", NULL, KIND_TEXT },
    { "report", "from", KIND_TEXT },
    { "report", "to", KIND_TEXT },
    { "check", "resolver", KIND_TEXT },
};

typedef struct {
    char *text;
    char *path;                 /* of the file that says it */
} Value;

struct ModoriSettings {
    GHashTable *values;         /* "group\nkey" -> Value */
    GPtrArray *names;           /* the keys of that table, in the order of the files */
};

static void
value_free (gpointer data)
{
    Value *value = data;

    g_free (value->text);
    g_free (value->path);
    g_free (value);
}

static ModoriSettings *
settings_new (void)
{
    ModoriSettings *settings = g_new0 (ModoriSettings, 1);

    settings->values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, value_free);
    settings->names = g_ptr_array_new_with_free_func (g_free);
    return settings;
}

static void
settings_free (ModoriSettings *settings)
{
    g_hash_table_unref (settings->values);
    g_ptr_array_unref (settings->names);
    g_free (settings);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriSettings, settings_free)

/* --- values --- */

static gboolean
fail (const char *path, const char *group, const char *key, const char *what, GError **error)
{
    g_set_error (error, MODORI_ERROR, MODORI_ERROR_SYNTAX, "%s: [%s] %s: %s", path, group, key,
                 what);
    return FALSE;
}

/* The names of what is known there, for who spelt one wrongly. */
static char *
names_known (const char *group)
{
    g_autoptr (GPtrArray) names = g_ptr_array_new ();

    for (guint i = 0; i < G_N_ELEMENTS (known); i++) {
        const char *name = group ? known[i].key : known[i].group;

        if ((! group || g_str_equal (group, known[i].group))
            && (names->len == 0 || ! g_str_equal (g_ptr_array_index (names, names->len - 1), name)))
            g_ptr_array_add (names, (gpointer) name);
    }
    g_ptr_array_add (names, NULL);
    return g_strjoinv (", ", (char **) names->pdata);
}

static gboolean
find_kind (const char *path, const char *group, const char *key, Kind *kind, GError **error)
{
    g_autofree char *names = NULL;
    g_autofree char *what = NULL;

    for (guint i = 0; i < G_N_ELEMENTS (known); i++)
        if (g_str_equal (known[i].group, group) && (! known[i].key
                                                    || g_str_equal (known[i].key, key))) {
            *kind = known[i].kind;
            return TRUE;
        }
    names = names_known (group);
    what = g_strdup_printf (_("there is no such key; one of these was expected: %s"), names);
    return fail (path, group, key, what, error);
}

static gboolean
check_group (const char *path, const char *group, GError **error)
{
    g_autofree char *names = NULL;

    for (guint i = 0; i < G_N_ELEMENTS (known); i++)
        if (g_str_equal (known[i].group, group))
            return TRUE;
    names = names_known (NULL);
    g_set_error (error, MODORI_ERROR, MODORI_ERROR_SYNTAX,
                 _("%s: [%s]: there is no such group; one of these was expected: %s"), path, group,
                 names);
    return FALSE;
}

static gboolean
is_path (const char *text)
{
    return g_path_is_absolute (text) || g_str_has_prefix (text, "~/");
}

static char *
from_home (const char *text)
{
    return g_str_has_prefix (text, "~/") ? g_build_filename (g_get_home_dir (), text + 2, NULL)
                                         : g_strdup (text);
}

static gboolean
is_jobs (const char *text)
{
    gint64 number = g_ascii_strtoll (text, NULL, 10);

    return ! text[strspn (text, "0123456789")] && number >= 1 && number <= MODORI_JOBS_MAX;
}

static int
flag_of (const char *text)
{
    static const char *const words[] = { "no", "yes", "false", "true", "0", "1" };

    for (guint i = 0; i < G_N_ELEMENTS (words); i++)
        if (g_ascii_strcasecmp (text, words[i]) == 0)
            return i % 2;
    return -1;
}

static char **
split (const char *text)
{
    g_autoptr (GPtrArray) parts = g_ptr_array_new ();
    g_auto (GStrv) all = g_strsplit (text, ";", -1);

    for (char **part = all; *part; part++)
        if (*g_strstrip (*part))
            g_ptr_array_add (parts, g_strdup (*part));
    g_ptr_array_add (parts, NULL);
    return (char **) g_ptr_array_free (g_steal_pointer (&parts), FALSE);
}

/* The paths of the list TEXT, as a list again; NULL when one is none. */
static char *
list_from_home (const char *text)
{
    g_auto (GStrv) paths = split (text);

    for (char **path = paths; *path; path++) {
        g_autofree char *written = *path;

        *path = from_home (written);
        if (! is_path (written))
            return NULL;
    }
    return g_strjoinv (";", paths);
}

/* TEXT as it is kept; NULL with WHAT set when it is not of KIND. */
static char *
read_value (Kind kind, const char *text, const char **what)
{
    *what = NULL;
    if (! *text)
        *what = _("it is empty; take the line out, or give it a value");
    else if (! g_utf8_validate (text, -1, NULL))
        *what = _("it is not UTF-8");
    else if (kind == KIND_FLAG && flag_of (text) < 0)
        *what = _("yes or no was expected");
    else if (kind == KIND_LANG && ! g_str_equal (text, "en") && ! g_str_equal (text, "ja"))
        *what = _("modori speaks en and ja");
    else if (kind == KIND_PATH && ! is_path (text))
        *what = _("a path from / or ~/ on was expected");
    else if (kind == KIND_JOBS && ! is_jobs (text))
        *what = _("a number from 1 to 64 was expected");
    if (*what)
        return NULL;
    if (kind == KIND_PATHS) {
        char *list = list_from_home (text);

        *what = list ? NULL : _("paths from / or ~/ on were expected, with \";\" between them");
        return list;
    }
    return kind == KIND_PATH ? from_home (text) : g_strdup (text);
}

/* --- files --- */

static gboolean
take_key (ModoriSettings *settings, const char *path, GKeyFile *file, const char *group,
          const char *key, GError **error)
{
    g_autofree char *text = g_key_file_get_value (file, group, key, error);
    const char *what;
    Kind kind;
    Value *value;

    if (! text || ! find_kind (path, group, key, &kind, error))
        return FALSE;
    value = g_new0 (Value, 1);
    value->path = g_strdup (path);
    value->text = read_value (kind, g_strstrip (text), &what);
    g_ptr_array_add (settings->names, g_strdup_printf ("%s\n%s", group, key));
    g_hash_table_replace (settings->values, g_strdup_printf ("%s\n%s", group, key), value);
    return value->text || fail (path, group, key, what, error);
}

static gboolean
take_group (ModoriSettings *settings, const char *path, GKeyFile *file, const char *group,
            GError **error)
{
    g_auto (GStrv) keys = g_key_file_get_keys (file, group, NULL, NULL);

    if (! check_group (path, group, error))
        return FALSE;
    for (char **key = keys; key && *key; key++)
        if (! take_key (settings, path, file, group, *key, error))
            return FALSE;
    return TRUE;
}

/* Read PATH, unless nothing is there (or where nobody lets us look). */
static gboolean
take_file (ModoriSettings *settings, const char *path, GError **error)
{
    g_autoptr (GKeyFile) file = NULL;
    g_autoptr (GError) broken = NULL;
    g_auto (GStrv) groups = NULL;
    struct stat info;

    if (stat (path, &info) != 0)
        return TRUE;
    file = g_key_file_new ();
    if (! g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &broken)) {
        g_set_error (error, MODORI_ERROR, MODORI_ERROR_SYNTAX, "%s: %s", path, broken->message);
        return FALSE;
    }
    groups = g_key_file_get_groups (file, NULL);
    for (char **group = groups; *group; group++)
        if (! take_group (settings, path, file, *group, error))
            return FALSE;
    return TRUE;
}

static ModoriSettings *
read_files (GError **error)
{
    g_autoptr (ModoriSettings) settings = settings_new ();
    g_autofree char *own = g_build_filename (g_get_user_config_dir (), "modori", "modori.conf",
                                             NULL);

    if (! take_file (settings, MODORI_SYSCONFDIR "/modori.conf", error)
        || ! take_file (settings, own, error))
        return NULL;
    return g_steal_pointer (&settings);
}

/* What is wrong with them is told to everybody who asks. */
const ModoriSettings *
modori_settings (GError **error)
{
    static struct {
        gboolean read;
        ModoriSettings *settings;
        GError *error;
    } once;

    if (! once.read)
        once.settings = read_files (&once.error);
    once.read = TRUE;
    if (! once.settings && error)
        *error = g_error_copy (once.error);
    return once.settings;
}

/* --- asking --- */

static const Value *
find (const ModoriSettings *settings, const char *group, const char *key)
{
    g_autofree char *name = g_strdup_printf ("%s\n%s", group, key);

    return g_hash_table_lookup (settings->values, name);
}

const char *
modori_settings_text (const ModoriSettings *settings, const char *group, const char *key)
{
    const Value *value = find (settings, group, key);

    return value ? value->text : NULL;
}

gboolean
modori_settings_flag (const ModoriSettings *settings, const char *group, const char *key,
                      gboolean missing)
{
    const Value *value = find (settings, group, key);

    return value ? flag_of (value->text) == 1 : missing;
}

char **
modori_settings_list (const ModoriSettings *settings, const char *group, const char *key)
{
    const char *text = modori_settings_text (settings, group, key);

    return split (text ? text : "");
}

char **
modori_settings_keys (const ModoriSettings *settings, const char *group)
{
    g_autofree char *start = g_strdup_printf ("%s\n", group);
    g_autoptr (GPtrArray) keys = g_ptr_array_new ();

    for (guint i = 0; i < settings->names->len; i++) {
        const char *name = g_ptr_array_index (settings->names, i);

        if (g_str_has_prefix (name, start)
            && ! g_ptr_array_find_with_equal_func (keys, name + strlen (start), g_str_equal, NULL))
            g_ptr_array_add (keys, (gpointer) (name + strlen (start)));
    }
    g_ptr_array_add (keys, NULL);
    return g_strdupv ((char **) keys->pdata);
}

void
modori_settings_fail (const ModoriSettings *settings, const char *group, const char *key,
                      const char *what, GError **error)
{
    const Value *value = find (settings, group, key);

    fail (value ? value->path : "modori.conf", group, key, what, error);
}
