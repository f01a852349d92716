/* driver.c - runs a fuzz target as an ordinary test: over each file of corpus/ and rules/, and what lies in seeds/ and
 * regressions/ for it, or of the directories named.
 *
 * Each input is also given cut short and with some bytes changed (the same each time), because whole files are the
 * inputs that work anyway.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include <glib.h>
#include <stdio.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* Inputs larger than this are left to the real fuzzer. */
#define SIZE_MAX_RUN (256 * 1024)

static guint runs;

/* A copy of exactly SIZE bytes, so that AddressSanitizer sees any read behind it. */
static void
run_exact (const char *data, gsize size)
{
    guint8 *copy = g_memdup2 (data, MAX (size, 1));

    LLVMFuzzerTestOneInput (copy, size);
    g_free (copy);
    runs++;
}

static void
run_changed (const char *data, gsize size)
{
    g_autofree char *changed = g_memdup2 (data, size);
    g_autoptr (GRand) random = g_rand_new_with_seed ((guint32) size);

    for (guint i = 0; i < 8; i++)
        changed[g_rand_int_range (random, 0, (gint) size)] = (char) g_rand_int_range (random, 0, 256);
    run_exact (changed, size);
}

static void
run_file (const char *path)
{
    g_autofree char *data = NULL;
    gsize size;

    if (! g_file_get_contents (path, &data, &size, NULL) || size == 0 || size > SIZE_MAX_RUN)
        return;
    run_exact (data, size);
    run_exact (data, size / 2);
    run_exact (data, size * 9 / 10);
    run_changed (data, size);
}

static void
run_directory (const char *path)
{
    g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name (dir))) {
        g_autofree char *child = g_build_filename (path, name, NULL);

        if (g_file_test (child, G_FILE_TEST_IS_DIR))
            run_directory (child);
        else
            run_file (child);
    }
}

/* What lies in tests/fuzz/KIND for the target that this program is: "message" is called message-fuzz. */
static void
run_own (const char *source, const char *kind, const char *program)
{
    g_autofree char *name = g_path_get_basename (program);
    g_autofree char *target = g_strndup (name, strlen (name) - (g_str_has_suffix (name, "-fuzz") ? 5 : 0));
    g_autofree char *path = g_build_filename (source, "tests", "fuzz", kind, target, NULL);

    run_directory (path);
}

int
main (int argc, char **argv)
{
    const char *source = g_getenv ("SOURCE") ? g_getenv ("SOURCE") : ".";
    g_autofree char *corpus = g_build_filename (source, "corpus", NULL);
    g_autofree char *rules = g_build_filename (source, "rules", NULL);

    LLVMFuzzerTestOneInput ((const guint8 *) "", 0);
    for (int i = 1; i < argc; i++)
        run_directory (argv[i]);
    if (argc == 1) {
        run_own (source, "regressions", argv[0]);
        run_own (source, "seeds", argv[0]);
        run_directory (corpus);
        run_directory (rules);
    }
    printf ("%u inputs\n", runs);
    return runs ? 0 : 1;
}
