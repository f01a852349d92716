/* unit-crash.c - the database in bad company: what is committed is there once, whatever happens.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store-fixture.h"
#include "text/error.h"

/* Opening PATH must fail with CODE, and one line that names it and says WHAT. */
static void
refuses (const char *path, int code, const char *what)
{
    g_autoptr (GError) error = NULL;
    ModoriStore *store = table->open (path, &error);

    g_assert_null (store);
    g_assert_error (error, MODORI_ERROR, code);
    g_assert_nonnull (strstr (error->message, path));
    g_assert_nonnull (strstr (error->message, what));
    g_assert_null (strchr (error->message, '\n'));
}

/* Overwrite LEN bytes at OFFSET of PATH. */
static void
patch (const char *path, gsize offset, const void *bytes, gsize len)
{
    g_autofree char *text = NULL;
    gsize size;

    g_assert_true (g_file_get_contents (path, &text, &size, NULL));
    g_assert_cmpuint (offset + len, <=, size);
    memcpy (text + offset, bytes, len);
    g_assert_true (g_file_set_contents (path, text, (gssize) size, NULL));
}

static void
test_locked (void)
{
    g_autofree char *path = new_path ("locked.db");
    ModoriStore *one = open_store (path), *two = open_store (path);
    g_autoptr (GError) error = NULL;

    add_many (one, 0, 5);
    g_assert_true (table->begin (one, NULL));
    add_one (one, 5, NULL);
    table->set_patience (two, 1);
    g_assert_cmpuint (count (two), ==, 5);      /* who reads does not wait */
    g_assert_false (table->begin (two, &error));
    g_assert_error (error, MODORI_ERROR, MODORI_ERROR_IO);
    g_assert_nonnull (strstr (error->message, path));
    g_assert_nonnull (strstr (error->message, "try again later"));
    g_assert_true (table->commit (one, NULL));
    g_assert_cmpuint (add_many (two, 5, 5), ==, 4);
    table->close (one);
    table->close (two);
}

/* In a child: add records FIRST to FIRST + N, ten at a time, and say so of each ten to FD.  It
 * kills itself behind record DEADLY of the whole. */
static void
write_and_die (const char *path, guint first, guint n, guint deadly, int fd)
{
    ModoriStore *store = open_store (path);

    for (guint i = 0; i < n; i += 10) {
        g_assert_true (table->begin (store, NULL));
        for (guint j = 0; j < 10; j++) {
            add_one (store, first + i + j, NULL);
            if (i + j == deadly)
                raise (SIGKILL);
        }
        g_assert_true (table->commit (store, NULL));
        g_assert_cmpint (write (fd, "+", 1), ==, 1);
    }
    table->close (store);
    _exit (0);
}

static pid_t
start (const char *path, guint first, guint n, guint deadly, int *fd)
{
    int ends[2];
    pid_t child;

    g_assert_cmpint (pipe (ends), ==, 0);
    child = fork ();
    if (child == 0) {
        close (ends[0]);
        write_and_die (path, first, n, deadly, ends[1]);
    }
    g_assert_cmpint (child, >, 0);
    close (ends[1]);
    *fd = ends[0];
    return child;
}

/* Tens that a child committed, of whom MAX are waited for. */
static guint
read_acknowledged (int fd, guint max)
{
    guint n = 0;
    char byte;

    while (n < max && read (fd, &byte, 1) == 1)
        n++;
    return n;
}

/* Killed within a transaction by itself, or somewhere by its parent once some are committed. */
static void
test_killed (void)
{
    g_autoptr (GRand) rand = g_rand_new_with_seed (5);

    for (guint round = 0; round < 30; round++) {
        g_autofree char *path = new_path ("killed.db");
        guint deadly = (guint) g_rand_int_range (rand, 0, 100);
        guint patience = (guint) g_rand_int_range (rand, 0, 10);
        gboolean itself = round % 2;
        int fd;
        pid_t child = start (path, 0, 100, itself ? deadly : G_MAXUINT, &fd);
        guint tens = read_acknowledged (fd, itself ? G_MAXUINT : patience);
        ModoriStore *store;
        guint kept;

        kill (child, SIGKILL);
        waitpid (child, NULL, 0);
        tens += read_acknowledged (fd, G_MAXUINT);
        close (fd);
        store = open_store (path);
        kept = count (store);
        g_assert_cmpuint (kept % 10, ==, 0);
        g_assert_cmpuint (kept, >=, 10 * tens);
        if (itself)
            g_assert_cmpuint (kept, ==, 10 * tens);
        g_assert_cmpuint (add_many (store, 0, kept), ==, 0);
        g_assert_cmpuint (add_many (store, 0, 100), ==, 100 - kept);
        g_assert_cmpuint (count (store), ==, 100);
        table->close (store);
    }
}

/* Two at once, who also create the file at once, and whose records are half the same. */
static void
test_two_writers (void)
{
    g_autofree char *path = new_path ("two.db");
    int fds[2], status;
    pid_t children[2];
    ModoriStore *store;

    for (guint i = 0; i < 2; i++)
        children[i] = start (path, i * 100, 200, G_MAXUINT, &fds[i]);
    for (guint i = 0; i < 2; i++) {
        g_assert_cmpuint (read_acknowledged (fds[i], G_MAXUINT), ==, 20);
        close (fds[i]);
        waitpid (children[i], &status, 0);
        g_assert_cmpint (status, ==, 0);
    }
    store = open_store (path);
    g_assert_cmpuint (count (store), ==, 300);
    table->close (store);
}

/* Four at a time make the same new file, again and again: each finds it empty or ready. */
static void
test_made_at_once (void)
{
    for (guint turn = 0; turn < 50; turn++) {
        g_autofree char *path = new_path ("new.db");
        int fds[4], status;
        pid_t children[4];

        for (guint i = 0; i < 4; i++)
            children[i] = start (path, 0, 10, G_MAXUINT, &fds[i]);
        for (guint i = 0; i < 4; i++) {
            close (fds[i]);
            waitpid (children[i], &status, 0);
            g_assert_true (! WIFSIGNALED (status) || WTERMSIG (status) == SIGPIPE);
        }
    }
}

/* A database at PATH with two records in it. */
static void
make_database (const char *path)
{
    ModoriStore *store = open_store (path);

    add_many (store, 0, 2);
    table->close (store);
}

static void
test_strangers (void)
{
    g_autofree char *path = new_path ("strange.db");
    g_autofree char *before = NULL, *after = NULL;
    guint8 version[4] = { 0, 0, 0, 99 };
    gsize len, len_after;

    make_database (path);
    patch (path, 60, version, 4);
    g_assert_true (g_file_get_contents (path, &before, &len, NULL));
    refuses (path, MODORI_ERROR_DAMAGED, "newer modori");
    g_assert_true (g_file_get_contents (path, &after, &len_after, NULL));
    g_assert_cmpmem (before, len, after, len_after);
    patch (path, 68, version, 4);
    refuses (path, MODORI_ERROR_DAMAGED, "another program");
    patch (path, 0, "hello", 5);
    refuses (path, MODORI_ERROR_DAMAGED, "no history");
}

static void
test_damaged (void)
{
    g_autofree char *path = new_path ("damaged.db");
    g_autofree char *text = NULL;
    g_autoptr (GError) error = NULL;
    g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (ModoriRow));
    ModoriStore *store;
    gsize len;

    make_database (path);
    g_assert_true (g_file_get_contents (path, &text, &len, NULL));
    memset (text + 4096, 0xa5, len - 4096);
    g_assert_true (g_file_set_contents (path, text, (gssize) len, NULL));
    store = table->open (path, NULL);
    if (store) {                /* only the first page is read at once */
        g_assert_false (table->each (store, 0, G_MAXINT64, collect, rows, &error));
        g_assert_error (error, MODORI_ERROR, MODORI_ERROR_DAMAGED);
        g_assert_nonnull (strstr (error->message, path));
        table->close (store);
    }
    g_assert_true (g_file_set_contents (path, text, 4096 + 100, NULL));
    refuses (path, MODORI_ERROR_DAMAGED, "damaged");
    refuses (store_folder (), MODORI_ERROR_IO, "");
}

/* In a child: no file may become larger than 100 KiB. */
static void
fill_until_full (const char *path, int fd)
{
    const struct rlimit limit = { 100 * 1024, 100 * 1024 };
    ModoriStore *store = open_store (path);
    g_autoptr (GStringChunk) strings = g_string_chunk_new (1024);
    const ModoriProvenance provenance = { 0, NOW, "rules-1" };
    g_autoptr (GError) error = NULL;
    guint i;

    signal (SIGXFSZ, SIG_IGN);
    g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
    for (i = 0; i < 1000 && ! error; i++) {
        ModoriRecord record;

        fill (&record, i, strings);
        if (table->begin (store, &error)
            && table->add (store, &record, &provenance, NULL, &error)
            && table->commit (store, &error))
            g_assert_cmpint (write (fd, "+", 1), ==, 1);
        else
            table->rollback (store);
    }
    g_assert_error (error, MODORI_ERROR, MODORI_ERROR_IO);
    g_assert_nonnull (strstr (error->message, path));
    table->close (store);
    _exit (0);
}

static void
test_full (void)
{
    g_autofree char *path = new_path ("full.db");
    int ends[2], status;
    pid_t child;
    guint kept;
    ModoriStore *store;

    g_assert_cmpint (pipe (ends), ==, 0);
    child = fork ();
    if (child == 0)
        fill_until_full (path, ends[1]);
    close (ends[1]);
    kept = read_acknowledged (ends[0], G_MAXUINT);
    close (ends[0]);
    waitpid (child, &status, 0);
    g_assert_cmpint (status, ==, 0);
    g_assert_cmpuint (kept, >, 0);
    store = open_store (path);
    g_assert_cmpuint (count (store), ==, kept);
    g_assert_cmpuint (add_many (store, 0, 1000), ==, 1000 - kept);
    table->close (store);
}

/* Who may only read reads; and is told when it would write. */
static void
test_read_only (void)
{
    g_autofree char *path = new_path ("read-only.db");
    g_autoptr (GError) error = NULL;
    ModoriStore *store;

    make_database (path);
    g_assert_cmpint (g_chmod (path, 0400), ==, 0);
    g_assert_cmpint (g_chmod (store_folder (), 0500), ==, 0);
    if (g_access (path, W_OK) == 0) {
        g_test_skip ("root may write everywhere");
    } else {
        store = open_store (path);
        g_assert_cmpuint (count (store), ==, 2);
        g_assert_false (table->begin (store, &error));
        g_assert_error (error, MODORI_ERROR, MODORI_ERROR_IO);
        g_assert_nonnull (strstr (error->message, path));
        table->close (store);
    }
    g_assert_cmpint (g_chmod (store_folder (), 0700), ==, 0);
    g_assert_cmpint (g_chmod (path, 0600), ==, 0);
}

int
main (int argc, char **argv)
{
    int status;

    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/store/locked", test_locked);
    g_test_add_func ("/store/killed", test_killed);
    g_test_add_func ("/store/two-writers", test_two_writers);
    g_test_add_func ("/store/made-at-once", test_made_at_once);
    g_test_add_func ("/store/strangers", test_strangers);
    g_test_add_func ("/store/damaged", test_damaged);
    g_test_add_func ("/store/full", test_full);
    g_test_add_func ("/store/read-only", test_read_only);
    status = g_test_run ();
    remove_folder ();
    return status;
}
