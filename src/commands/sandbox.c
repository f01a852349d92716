/* sandbox.c - what any command needs, besides what it was given, once it has begun.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "commands/sandbox.h"

#include "commands/sandbox-private.h"
#include "text/module.h"

#include <dirent.h>
#include <dlfcn.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

/* Subfolders in subfolders whose links are looked for. */
#define DEPTH_MAX 30

/* What libraries read when they are needed; nothing of it is a user's. */
static const char *const system_paths[] = {
    "/usr",                     /* libraries, iconv's modules, locales, time zones, this program */
    "/lib", "/lib64",           /* where they are not the same as those in /usr */
    "/nix/store", "/gnu/store", /* systems that keep all that elsewhere */
    "/etc/ld.so.cache", "/etc/localtime",
    "/etc/ssl/openssl.cnf", "/etc/pki/tls/openssl.cnf", "/etc/crypto-policies",     /* hashes */
    "/dev/urandom",             /* SQLite, for names of temporary files */
};

/* The same, as variables name it that the loader, iconv and the locale heed; with ":" between. */
static const char *const system_variables[] = {
    "LD_LIBRARY_PATH", "GCONV_PATH", "LOCPATH", "TZDIR",
};

/* Read by the resolver of names and by TLS. */
static const char *const network_paths[] = {
    "/etc/resolv.conf", "/etc/hosts", "/etc/host.conf", "/etc/nsswitch.conf", "/etc/gai.conf",
    "/etc/services", "/etc/protocols", "/run/systemd/resolve", "/run/resolvconf",
    "/etc/ssl", "/etc/pki", "/etc/ca-certificates", "/etc/crypto-policies", "/etc/gnutls",
    "/var/lib/ca-certificates", "/etc/static",
};

static const char *const network_variables[] = {
    "SSL_CERT_FILE", "SSL_CERT_DIR", "OPENSSL_CONF", "RESOLV_CONF", "HOSTALIASES",
};

/* AddressSanitizer looks at the memory of its process there, to find leaks and name functions. */
#if MODORI_SANITIZED
#define OWN_MEMORY "/proc"
#else
#define OWN_MEMORY NULL
#endif

/* --- what is asked for --- */

ModoriSandbox *
modori_sandbox_new (void)
{
    ModoriSandbox *sandbox = g_new0 (ModoriSandbox, 1);

    sandbox->read = g_ptr_array_new_with_free_func (g_free);
    sandbox->change = g_ptr_array_new_with_free_func (g_free);
    return sandbox;
}

void
modori_sandbox_free (ModoriSandbox *sandbox)
{
    if (! sandbox)
        return;
    g_ptr_array_unref (sandbox->read);
    g_ptr_array_unref (sandbox->change);
    g_free (sandbox);
}

static void
add (GPtrArray *paths, const char *path)
{
    if (path && *path && ! g_str_equal (path, "-"))
        g_ptr_array_add (paths, g_strdup (path));
}

void
modori_sandbox_read (ModoriSandbox *sandbox, const char *path)
{
    add (sandbox->read, path);
}

void
modori_sandbox_read_all (ModoriSandbox *sandbox, char *const *paths)
{
    for (; paths && *paths; paths++)
        add (sandbox->read, *paths);
}

void
modori_sandbox_change (ModoriSandbox *sandbox, const char *path)
{
    add (sandbox->change, path);
}

/* --- the system --- */

static void
allow_all (ModoriPaths *paths, const char *const *names, guint n)
{
    for (guint i = 0; i < n; i++)
        modori_paths_allow (paths, names[i], FALSE);
}

/* What the variables NAMES name. */
static void
allow_variables (ModoriPaths *paths, const char *const *names, guint n)
{
    for (guint i = 0; i < n; i++) {
        const char *value = g_getenv (names[i]);
        g_auto (GStrv) parts = value ? g_strsplit (value, ":", -1) : NULL;

        for (char **part = parts; part && *part; part++)
            if (**part == '/')
                modori_paths_allow (paths, *part, FALSE);
    }
}

/* Where a program lies that is not installed for all: its parts, and the libraries they need. */
static void
allow_program (ModoriPaths *paths)
{
    static const char *const places[] = { ".libs", "../.libs", "../../.libs", "po" };
    g_autofree char *folder = modori_program_folder ();
    Dl_info library;

    if (folder && g_str_has_prefix (folder, "/usr/"))
        return;
    for (guint i = 0; folder && i < G_N_ELEMENTS (places); i++) {
        g_autofree char *path = g_build_filename (folder, places[i], NULL);

        modori_paths_allow (paths, path, FALSE);
    }
    modori_paths_allow (paths, MODORI_MODULEDIR, FALSE);
    modori_paths_allow (paths, MODORI_LOCALEDIR, FALSE);
    if (dladdr ((gconstpointer) g_free, &library) && library.dli_fname[0] == '/') {
        g_autofree char *beside = g_path_get_dirname (library.dli_fname);

        modori_paths_allow (paths, beside, FALSE);
    }
}

static void
allow_system (ModoriPaths *paths)
{
    allow_all (paths, system_paths, G_N_ELEMENTS (system_paths));
    allow_variables (paths, system_variables, G_N_ELEMENTS (system_variables));
    allow_program (paths);
    if (OWN_MEMORY)
        modori_paths_allow (paths, OWN_MEMORY, FALSE);
}

static void
allow_network (ModoriPaths *paths)
{
    allow_all (paths, network_paths, G_N_ELEMENTS (network_paths));
    allow_variables (paths, network_variables, G_N_ELEMENTS (network_variables));
}

/* --- folders with links --- */

static gboolean
is_subfolder (const ModoriSandbox *sandbox, const char *name)
{
    return g_str_equal (name, "cur") || g_str_equal (name, "new")
        || (sandbox->recursive && ! g_str_equal (name, ".") && ! g_str_equal (name, ".."));
}

/* What links in FOLDER lead to, and in its subfolders, DEPTH deep.  A folder is only meant by one
 * that is a part of a Maildir: whatever else lies there is not read through a link. */
static void
allow_links (ModoriPaths *paths, const ModoriSandbox *sandbox, const char *folder, guint depth)
{
    DIR *directory = opendir (folder);
    struct dirent *entry;

    while (directory && (entry = readdir (directory))) {
        g_autofree char *path = NULL;
        struct stat info;

        if (entry->d_type == DT_REG)
            continue;
        path = g_build_filename (folder, entry->d_name, NULL);
        if (lstat (path, &info) != 0)
            continue;
        if (S_ISLNK (info.st_mode) && stat (path, &info) == 0
            && (S_ISREG (info.st_mode) || is_subfolder (sandbox, entry->d_name)))
            modori_paths_allow (paths, path, FALSE);
        else if (S_ISDIR (info.st_mode) && depth && is_subfolder (sandbox, entry->d_name))
            allow_links (paths, sandbox, path, depth - 1);
    }
    if (directory)
        closedir (directory);
}

static void
allow_named (ModoriPaths *paths, const ModoriSandbox *sandbox)
{
    for (guint i = 0; i < sandbox->read->len; i++) {
        const char *path = g_ptr_array_index (sandbox->read, i);

        modori_paths_allow (paths, path, FALSE);
        if (sandbox->links)
            allow_links (paths, sandbox, path, sandbox->recursive ? DEPTH_MAX : 1);
    }
    for (guint i = 0; i < sandbox->change->len; i++)
        modori_paths_allow (paths, g_ptr_array_index (sandbox->change, i), TRUE);
}

/* --- temporary files --- */

/* Is DIR a directory of ours alone, no matter who made it? */
static gboolean
is_ours (const char *dir)
{
    struct stat info;

    return lstat (dir, &info) == 0 && S_ISDIR (info.st_mode) && info.st_uid == geteuid ()
        && (info.st_mode & (S_IRWXG | S_IRWXO)) == 0;
}

/* Where SQLite would make temporary files. */
static const char *
temporary_root (void)
{
    const char *const places[] = { g_getenv ("SQLITE_TMPDIR"), g_getenv ("TMPDIR"), "/var/tmp",
                                   "/tmp" };

    for (guint i = 0; i < G_N_ELEMENTS (places); i++)
        if (places[i] && g_access (places[i], R_OK | W_OK | X_OK) == 0)
            return places[i];
    return "/tmp";
}

/* The files of all our other programs lie there as well: so SQLite gets a place of its own.  It
 * stays, because others of ours may be using it; what is in it has no name.  Where that name is
 * taken by somebody else, one that nobody knows.  NULL: there is none; the caller frees. */
static char *
temporary_folder (void)
{
    g_autofree char *name = g_strdup_printf ("modori-%u", (unsigned int) geteuid ());
    g_autofree char *dir = g_build_filename (temporary_root (), name, NULL);

    if (g_mkdir (dir, 0700) == 0 || (is_ours (dir) && utimes (dir, NULL) == 0))
        return g_steal_pointer (&dir);
    g_free (dir);
    dir = g_build_filename (temporary_root (), "modori-XXXXXX", NULL);
    return g_mkdtemp (dir) ? g_steal_pointer (&dir) : NULL;
}

static void
allow_temporary (ModoriPaths *paths)
{
    g_autofree char *dir = temporary_folder ();

    if (! dir)
        return;
    modori_paths_allow (paths, dir, TRUE);
    g_setenv ("SQLITE_TMPDIR", dir, TRUE);
}

/* --- entering --- */

static gboolean
restrict_paths (const ModoriSandbox *sandbox, GError **error)
{
    GError *why = NULL;
    g_autoptr (ModoriPaths) paths = modori_paths_new (sandbox->network, &why);

    if (why)
        g_propagate_error (error, why);
    if (! paths)
        return ! why;
    allow_system (paths);
    modori_paths_allow (paths, "/dev/null", TRUE);
    if (sandbox->network)
        allow_network (paths);
    if (sandbox->database)
        allow_temporary (paths);
    allow_named (paths, sandbox);
    return modori_paths_restrict (paths, error);
}

gboolean
modori_sandbox_enter (const ModoriSandbox *sandbox, GError **error)
{
    ModoriCalls calls = sandbox->network ? MODORI_CALLS_ONLINE : MODORI_CALLS_READER;

    if (! modori_calls_no_new_privs ()
        || (restrict_paths (sandbox, error) && modori_calls_restrict (calls, error)))
        return TRUE;
    g_prefix_error (error, _("the sandbox cannot be entered (--no-sandbox does without it): "));
    return FALSE;
}

void
modori_sandbox_enter_worker (void)
{
    g_autoptr (ModoriPaths) paths = modori_paths_new (FALSE, NULL);

    if (paths) {
        allow_system (paths);
        modori_paths_restrict (paths, NULL);
    }
    modori_calls_restrict (MODORI_CALLS_WORKER, NULL);
}

/* --- telling --- */

/* This process may as well have it: whoever asks does nothing else. */
char *
modori_sandbox_describe (void)
{
    g_autoptr (GString) out = g_string_new (NULL);
    int version = modori_paths_version ();
    const char *why;

    if (modori_calls_no_new_privs ()) {
        g_string_append (out, "no_new_privs");
        if (version)
            g_string_append_printf (out, ", Landlock ABI %d", version);
        if (modori_calls_are_filtered (&why))
            g_string_append (out, ", seccomp");
        else if (why)
            g_string_append_printf (out, _(" (no seccomp: %s)"), why);
    } else {
        g_string_append (out, _("none"));
    }
    return g_string_free (g_steal_pointer (&out), FALSE);
}
