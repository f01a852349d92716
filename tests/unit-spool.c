/* unit-spool.c - the spool: who holds the lock, what waits, what is put aside.
 *
 * Deliveries are tested in record.t, as the program makes them.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "history/spool.h"
#include "output/stamp.h"
#include "text/error.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct {
    char *root;                 /* removed at the end */
    char *spool;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
    (void) data;
    fixture->root = g_dir_make_tmp ("modori-spool-XXXXXX", NULL);
    fixture->spool = g_build_filename (fixture->root, "deep", "spool", NULL);
    g_assert_nonnull (fixture->root);
}

/* Remove PATH and all that is in it. */
static void
remove_all (const char *path)
{
    g_autoptr (GDir) list = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL
                                                                       : g_dir_open (path, 0, NULL);
    const char *name;

    while (list && (name = g_dir_read_name (list))) {
        g_autofree char *inside = g_build_filename (path, name, NULL);

        remove_all (inside);
    }
    g_remove (path);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
    (void) data;
    remove_all (fixture->root);
    g_free (fixture->root);
    g_free (fixture->spool);
}

/* Deliver TEXT. */
static gboolean
deliver (Fixture *fixture, const char *text, GError **error)
{
    const char *dirs[] = { fixture->spool, NULL };
    int ends[2];
    gboolean good;

    g_assert_cmpint (pipe2 (ends, O_CLOEXEC), ==, 0);
    g_assert_cmpint (modori_spool_write (ends[1], text, strlen (text)), ==, 0);
    close (ends[1]);
    good = modori_spool_deliver (ends[0], dirs, error);
    close (ends[0]);
    return good;
}

/* The path of the first file of the directory NAME of the spool, or NULL. */
static char *
first_file (Fixture *fixture, const char *name)
{
    g_autofree char *dir = g_build_filename (fixture->spool, name, NULL);
    g_autoptr (GDir) list = g_dir_open (dir, 0, NULL);
    const char *file = list ? g_dir_read_name (list) : NULL;

    return file ? g_build_filename (dir, file, NULL) : NULL;
}

static void
test_waiting (Fixture *fixture, gconstpointer data)
{
    g_autoptr (GError) error = NULL;
    g_autofree char *path = NULL, *aside = NULL, *mark = NULL, *second = NULL;

    (void) data;
    g_assert_false (modori_spool_is_waiting (fixture->spool));
    g_assert_true (deliver (fixture, "Subject: x\n\n", &error));
    g_assert_true (modori_spool_is_waiting (fixture->spool));
    path = first_file (fixture, "new");
    g_assert_true (modori_spool_put_aside (fixture->spool, path, &error));
    g_assert_no_error (error);
    g_assert_false (modori_spool_is_waiting (fixture->spool));
    aside = first_file (fixture, ".other/new");
    g_assert_nonnull (aside);
    mark = g_build_filename (fixture->spool, ".other", "maildirfolder", NULL);
    g_assert_true (g_file_test (mark, G_FILE_TEST_EXISTS));
    g_assert_false (modori_spool_put_aside (fixture->spool, path, &error));
    g_assert_nonnull (error);
    g_clear_error (&error);
    second = g_strconcat (aside, "_1", NULL);
    g_assert_true (g_file_set_contents (path, "another of that name", -1, NULL));
    g_assert_true (modori_spool_put_aside (fixture->spool, path, &error));
    g_assert_true (g_file_test (aside, G_FILE_TEST_EXISTS));
    g_assert_true (g_file_test (second, G_FILE_TEST_EXISTS));
}

static void
test_empty (Fixture *fixture, gconstpointer data)
{
    g_autoptr (GError) error = NULL;
    g_autofree char *left = NULL;

    (void) data;
    g_assert_false (deliver (fixture, "", &error));
    g_assert_error (error, MODORI_ERROR, MODORI_ERROR_MISSING);
    g_assert_false (modori_spool_is_waiting (fixture->spool));
    left = first_file (fixture, "tmp");
    g_assert_null (left);
}

static void
test_lock (Fixture *fixture, gconstpointer data)
{
    g_autoptr (GError) error = NULL;
    ModoriSpoolLock *lock, *other;

    (void) data;
    g_assert_null (modori_spool_lock (fixture->spool, 0, &error));      /* there is no spool */
    g_clear_error (&error);
    g_assert_true (deliver (fixture, "Subject: x\n\n", &error));
    lock = modori_spool_lock (fixture->spool, 0, &error);
    g_assert_no_error (error);
    other = modori_spool_lock (fixture->spool, 0, &error);
    g_assert_null (other);
    g_assert_nonnull (strstr (error->message, fixture->spool));
    g_clear_error (&error);
    g_assert_true (deliver (fixture, "Subject: y\n\n", &error));        /* nobody waits for it */
    modori_spool_unlock (lock);
    other = modori_spool_lock (fixture->spool, 0, &error);
    g_assert_no_error (error);
    modori_spool_unlock (other);
}

/* Who is killed holds no lock. */
static void
test_killed (Fixture *fixture, gconstpointer data)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (ModoriSpoolLock) lock = NULL;
    int ends[2];
    char byte;
    pid_t child;

    (void) data;
    g_assert_true (deliver (fixture, "Subject: x\n\n", &error));
    g_assert_cmpint (pipe2 (ends, O_CLOEXEC), ==, 0);
    child = fork ();
    if (child == 0) {
        byte = modori_spool_lock (fixture->spool, 0, NULL) ? 'y' : 'n';
        if (write (ends[1], &byte, 1) == 1)
            pause ();
        _exit (1);
    }
    g_assert_cmpint (read (ends[0], &byte, 1), ==, 1);
    g_assert_cmpint (byte, ==, 'y');
    g_assert_null (modori_spool_lock (fixture->spool, 0, NULL));
    g_assert_cmpint (kill (child, SIGKILL), ==, 0);
    g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
    lock = modori_spool_lock (fixture->spool, 0, &error);
    g_assert_no_error (error);
    close (ends[0]);
    close (ends[1]);
}

/* What is no report: only the one field, wherever the message ends. */
static void
test_stamp (void)
{
    static const struct { const char *text, *want; } cases[] = {
        { "", "X-Modori-Bounce: none\n" },
        { "\n", "X-Modori-Bounce: none\n\n" },
        { "\r\n", "X-Modori-Bounce: none\r\n\r\n" },
        { "From x", "From x\nX-Modori-Bounce: none\n" },
        { "From x\n", "From x\nX-Modori-Bounce: none\n" },
        { "From x\n>From y\nA: b\n", "From x\n>From y\nX-Modori-Bounce: none\nA: b\n" },
        { "From: x\n", "X-Modori-Bounce: none\nFrom: x\n" },
        { "X-Modori-Bounce: hard", "X-Modori-Bounce: none\n" },
        { "X-MODORI-BOUNCE:hard\n a\n\tb\nA: b\n c\n", "X-Modori-Bounce: none\nA: b\n c\n" },
        { "X-Modori-Bouncer: hard\n", "X-Modori-Bounce: none\nX-Modori-Bouncer: hard\n" },
        { "A: b\n\nX-Modori-Bounce: x\n", "X-Modori-Bounce: none\nA: b\n\nX-Modori-Bounce: x\n" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (GString) out = g_string_new (NULL);

        g_test_message ("\"%s\"", cases[i].text);
        modori_stamp (out, modori_span_of (cases[i].text), NULL);
        g_assert_cmpstr (out->str, ==, cases[i].want);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add ("/spool/waiting", Fixture, NULL, set_up, test_waiting, tear_down);
    g_test_add ("/spool/empty", Fixture, NULL, set_up, test_empty, tear_down);
    g_test_add ("/spool/lock", Fixture, NULL, set_up, test_lock, tear_down);
    g_test_add ("/spool/killed", Fixture, NULL, set_up, test_killed, tear_down);
    g_test_add_func ("/stamp/plain", test_stamp);
    return g_test_run ();
}
