/* unit-source.c - all kinds of mailboxes: the same messages out of each of
 * them.
 *
 * Five messages are written in every form that mail programs use, into a
 * directory that is removed at the end, and read back in large pieces and byte
 * by byte.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

#include "mail/mbox.h"
#include "mail/source.h"
#include "mail/starts.h"
#include "text/error.h"

#define FROM "From MAILER-DAEMON  Sat Nov 21 19:37:06 2026"
#define N_MESSAGES 5

static char *folder;            /* where the tests write */

/* --- writing -------------------------------------------------------------- */

static char *
message (guint number)
{
    return g_strdup_printf ("Return-Path: <>\nFrom: MAILER-DAEMON@mta.example.com\n"
                            "Subject: bounce %u\n\nbody of message %u\n"
                            "From here on it is text\n>From quoted\n\nend\n", number, number);
}

static GString *
replaced (const GString *text, const char *what, const char *with)
{
    GString *copy = g_string_new_len (text->str, (gssize) text->len);

    g_string_replace (copy, what, with, 0);
    return copy;
}

/* The messages with BEFORE and AFTER around each. */
static GString *
wrapped (const char *before, const char *after)
{
    GString *text = g_string_new ("");

    for (guint i = 1; i <= N_MESSAGES; i++) {
        g_autofree char *one = message (i);

        g_string_append_printf (text, "%s%s%s", before, one, after);
    }
    return text;
}

static GString *
mbox (void)
{
    return wrapped (FROM "\n", "\n");
}

static GString *
converted (const GString *text, GConverter *converter)
{
    GString *result = g_string_sized_new (text->len + 1000);
    gsize taken, given;
    GConverterResult end
        = g_converter_convert (converter, text->str, text->len, result->str, text->len + 1000,
                               G_CONVERTER_INPUT_AT_END, &taken, &given, NULL);

    g_assert_cmpint (end, ==, G_CONVERTER_FINISHED);
    result->len = given;
    g_object_unref (converter);
    return result;
}

static GString *
gzipped (const GString *text)
{
    return converted (text, G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 6)));
}

/* Write TEXT to the file NAME of the folder; the caller frees its path. */
static char *
write_bytes (const char *name, const char *text, gsize len)
{
    char *path = g_build_filename (folder, name, NULL);
    g_autofree char *parent = g_path_get_dirname (path);

    g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
    g_assert_true (g_file_set_contents (path, text, (gssize) len, NULL));
    return path;
}

static char *
write_text (const char *name, const char *text)
{
    return write_bytes (name, text, strlen (text));
}

static void
write_message (const char *name, guint number)
{
    g_autofree char *one = message (number);
    g_autofree char *path = write_text (name, one);
}

static void
make_folder (const char *name)
{
    g_autofree char *path = g_build_filename (folder, name, NULL);

    g_assert_cmpint (g_mkdir_with_parents (path, 0700), ==, 0);
}

static void
remove_tree (const char *path)
{
    gboolean link_only = g_file_test (path, G_FILE_TEST_IS_SYMLINK);
    g_autoptr (GDir) directory = link_only ? NULL : g_dir_open (path, 0, NULL);
    const char *name;

    while (directory && (name = g_dir_read_name (directory))) {
        g_autofree char *child = g_build_filename (path, name, NULL);

        remove_tree (child);
    }
    g_remove (path);
}

/* --- reading -------------------------------------------------------------- */

/* The rest of SOURCE: its messages as strings, CRLF made LF. */
static GPtrArray *
read_rest (ModoriSource *source, GError **error)
{
    GPtrArray *messages = g_ptr_array_new_with_free_func (g_free);
    ModoriMail mail;

    while (modori_source_next (source, &mail, error)) {
        GString *text = g_string_new_len (mail.bytes.at, (gssize) mail.bytes.len);

        g_string_replace (text, "\r\n", "\n", 0);
        g_ptr_array_add (messages, g_string_free (text, FALSE));
    }
    return messages;
}

static GPtrArray *
read_path (const char *path, const ModoriSourceOptions *options)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (ModoriSource) source = modori_source_open (path, options, &error);
    GPtrArray *messages;

    g_assert_no_error (error);
    messages = read_rest (source, &error);
    g_assert_no_error (error);
    return messages;
}

static guint
count (const char *path, const ModoriSourceOptions *options)
{
    g_autoptr (GPtrArray) messages = read_path (path, options);

    return messages->len;
}

static guint
count_bytes (const char *text, gsize len, const ModoriSourceOptions *options)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (ModoriSource) source
        = modori_source_from_memory ("memory", modori_span (text, len), options);
    g_autoptr (GPtrArray) messages = read_rest (source, &error);

    g_assert_no_error (error);
    return messages->len;
}

static void
assert_all_messages (const GPtrArray *messages)
{
    g_assert_cmpuint (messages->len, ==, N_MESSAGES);
    for (guint i = 0; i < N_MESSAGES; i++) {
        g_autofree char *want = message (i + 1);

        g_assert_cmpstr (g_ptr_array_index (messages, i), ==, want);
    }
}

/* PATH holds the five messages, read in large pieces and byte by byte. */
static void
assert_holds_all (const char *path)
{
    const ModoriSourceOptions bytewise = { .block = 1 };
    g_autoptr (GPtrArray) large = read_path (path, NULL);
    g_autoptr (GPtrArray) small = read_path (path, &bytewise);

    assert_all_messages (large);
    assert_all_messages (small);
}

/* --- the "From " line ----------------------------------------------------- */

static void
test_from_line (void)
{
    static const struct { const char *line; gboolean want; } cases[] = {
        { "From bob@example.com Sat Nov 21 19:37:06 2026", TRUE },
        { "From bob@example.com  Sat Nov  1 19:37:06 2026", TRUE },
        { "From bob@example.com Sat Nov 21 19:37 2026", TRUE },
        { "From bob@example.com Sat Nov 21 19:37:06 2026 +0000", TRUE },
        { "From bob@example.com Sat Nov 21 19:37:06 UTC 2026", TRUE },
        { "From bob@example.com Sat Nov 21 19:37:06 +0100 2026", TRUE },
        { "From bob@example.com Sat Nov 21 19:37:06 MET DST 2026", TRUE },
        { "From \"john doe\"@example.com Sat Nov 21 19:37:06 2026", TRUE },
        { "From bob at example.com  Sat Nov 21 19:37:06 2026", TRUE },
        { "From - Sat Nov 21 19:37:06 2026", TRUE },
        { "From bob Sat Nov 21 19:37:06 2026 remote from uucp", TRUE },
        { "From bob@example.com Sat, 21 Nov 2026 19:37:06 +0000", TRUE },
        { "From bob@example.com Sat, 21 Nov 2026 19:37:06 +0900 (JST)", TRUE },
        { "From bob@example.com 2026-11-21T19:37:06Z", TRUE },
        { "From Sat Nov 21 19:37:06 2026", TRUE },
        { "From ???@??? Sat Nov 21 19:37:06 2026", TRUE },
        { "From here on it is text", FALSE },
        { "From what I saw on Sat Nov 21 19:37:06 2026", FALSE },
        { "From bob@example.com Sat Nov 21 19:37:06 2026 I heard", FALSE },
        { "From bob@example.com", FALSE },
        { "From: bob@example.com Sat Nov 21 19:37:06 2026", FALSE },
        { "from bob@example.com Sat Nov 21 19:37:06 2026", FALSE },
        { ">From bob@example.com Sat Nov 21 19:37:06 2026", FALSE },
        { "From ", FALSE },
        { "", FALSE },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_test_message ("\"%s\"", cases[i].line);
        g_assert_cmpint (modori_mbox_is_from_line (modori_span_of (cases[i].line)),
                         ==, cases[i].want);
    }
}

/* --- the same messages in every form -------------------------------------- */

static void
check_form (const char *name, GString *text)
{
    g_autofree char *path = write_bytes (name, text->str, text->len);
    g_autoptr (GString) packed = gzipped (text);
    g_autofree char *packed_path = write_bytes ("packed", packed->str, packed->len);

    g_test_message ("%s", name);
    assert_holds_all (path);
    assert_holds_all (packed_path);
    g_string_free (text, TRUE);
}

static void
test_files (void)
{
    g_autoptr (GString) plain = mbox ();
    GString *nuls = mbox (), *cut = mbox ();

    check_form ("mbox", mbox ());
    check_form ("crlf", replaced (plain, "\n", "\r\n"));
    check_form ("cr", replaced (plain, "\n", "\r"));
    check_form ("mixed", replaced (plain, "@mta.example.com\n", "@mta.example.com\r\n"));
    check_form ("no-blank-line", wrapped (FROM "\n", ""));
    check_form ("zone", wrapped ("From - Sat Nov 21 19:37:06 +0900 2026\n", "\n"));
    check_form ("blank-lines-first", g_string_prepend (mbox (), "\n\r\n\n"));
    check_form ("bom", g_string_prepend (mbox (), "\xef\xbb\xbf"));
    check_form ("mmdf", wrapped ("\1\1\1\1\n", "\1\1\1\1\n"));
    check_form ("mmdf-from", wrapped ("\1\1\1\1\n" FROM "\n", "\1\1\1\1\n"));
    check_form ("mmdf-open", wrapped ("\1\1\1\1\n", ""));
    g_string_set_size (nuls, nuls->len + 512);
    memset (nuls->str + nuls->len - 512, 0, 512);
    check_form ("nuls", nuls);
    check_form ("no-blank-line-at-end", g_string_truncate (cut, cut->len - 1));
}

/* Without a newline at the end the last message has none either. */
static void
test_no_final_newline (void)
{
    g_autoptr (GString) text = mbox ();
    g_autoptr (GPtrArray) messages = NULL;
    g_autofree char *path = write_bytes ("no-newline", text->str, text->len - 2);

    messages = read_path (path, NULL);
    g_assert_cmpuint (messages->len, ==, N_MESSAGES);
    g_assert_true (g_str_has_suffix (g_ptr_array_index (messages, 4), "\nend"));
}

static void
test_maildir (void)
{
    g_autofree char *path = g_build_filename (folder, "Maildir", NULL);
    g_autofree char *third = message (3);
    g_autoptr (GString) lines = g_string_new (third), packed = gzipped (lines);
    g_autofree char *file
        = write_bytes ("Maildir/cur/1703.M3P1.host,S=200:2,S", packed->str, packed->len);

    write_message ("Maildir/cur/1701.M1P1.host:2,RS", 1);
    write_message ("Maildir/new/1702.M2P1.host", 2);
    write_message ("Maildir/cur/1704.M4P1.host;2,S", 4);
    write_message ("Maildir/new/1705.M5P1.host,S=189", 5);
    write_message ("Maildir/cur/1700.M9P1.host:2,ST", 9);         /* thrown away */
    write_message ("Maildir/tmp/1706.M6P1.host", 6);                /* not yet delivered */
    write_message ("Maildir/new/.hidden", 7);
    write_message ("Maildir/dovecot-uidlist", 8);
    g_free (write_text ("Maildir/cur/1707.M7P1.host:2,S", ""));
    assert_holds_all (path);
}

static void
test_mh (void)
{
    g_autofree char *path = g_build_filename (folder, "MH", NULL);
    static const char *const names[] = { "MH/1", "MH/2", "MH/5", "MH/10", "MH/011" };

    for (guint i = 0; i < N_MESSAGES; i++)
        write_message (names[i], i + 1);
    write_message ("MH/,3", 9);
    write_message ("MH/7.bak", 9);
    write_message ("MH/.mh_sequences", 9);
    assert_holds_all (path);
}

/* Somebody who watches files: what they are called, and what he does when he is asked. */
typedef struct {
    GString *names;             /* of those that were asked about, with their sizes */
    guint done;
    const char *skipped;        /* the end of a name */
    const char *from, *to;      /* while FROM is asked about it becomes TO (NULL: it vanishes) */
} Watcher;

static gboolean
watcher_skip (const ModoriSourceFile *file, gpointer data)
{
    Watcher *watcher = data;

    g_assert_cmpint (file->mtime, >, 0);
    g_string_append_printf (watcher->names, "%s %d\n", file->name + strlen (folder),
                            (int) file->size);
    if (watcher->from && g_str_has_suffix (file->path, watcher->from)) {
        g_autofree char *from = g_strdup (file->path);
        g_autofree char *to = g_build_filename (folder, watcher->to ? watcher->to : "gone", NULL);

        g_assert_cmpint (rename (from, to), ==, 0);
        watcher->from = NULL;
    }
    return watcher->skipped && g_str_has_suffix (file->name, watcher->skipped);
}

static void
watcher_done (gpointer data)
{
    ((Watcher *) data)->done++;
}

/* What is at NAME of the folder, seen by WATCHER: so many messages, of so many files that were
 * read. */
static void
assert_watched (const char *name, Watcher *watcher, guint messages, guint done, const char *names)
{
    g_autofree char *path = g_build_filename (folder, name, NULL);
    g_autoptr (GString) seen = g_string_new ("");
    const ModoriSourceWatch watch = { watcher_skip, watcher_done, watcher };
    const ModoriSourceOptions options = { .watch = &watch };

    watcher->names = seen;
    g_assert_cmpuint (count (path, &options), ==, messages);
    g_assert_cmpuint (watcher->done, ==, done);
    g_assert_cmpstr (seen->str, ==, names);
}

/* Of a file that is cut in the middle not all has been read. */
static void
assert_damaged_is_not_done (const GString *text)
{
    g_autoptr (GString) packed = gzipped (text), names = g_string_new ("");
    g_autofree char *path = write_bytes ("cut.gz", packed->str, packed->len - 20);
    Watcher watcher = { .names = names };
    const ModoriSourceWatch watch = { watcher_skip, watcher_done, &watcher };
    const ModoriSourceOptions options = { .watch = &watch };
    g_autoptr (GError) error = NULL;
    g_autoptr (ModoriSource) source = modori_source_open (path, &options, NULL);
    g_autoptr (GPtrArray) messages = read_rest (source, &error);

    g_assert_nonnull (error);
    g_assert_cmpuint (watcher.done, ==, 0);
}

static void
test_watch (void)
{
    Watcher all = { 0 }, skips = { .skipped = "2.b" };
    Watcher moves = { .from = "1.a", .to = "watched/cur/1.a:2,S" }, loses = { .from = "2.b:2,RS" };
    g_autoptr (GString) text = mbox ();

    make_folder ("watched/cur");
    write_message ("watched/new/1.a", 1);
    write_message ("watched/cur/2.b:2,RS", 2);
    assert_watched ("watched", &all, 2, 2, "/watched/1.a 131\n/watched/2.b 131\n");
    assert_watched ("watched", &skips, 1, 1, "/watched/1.a 131\n/watched/2.b 131\n");
    assert_watched ("watched", &moves, 2, 2,
                    "/watched/1.a 131\n/watched/1.a 131\n/watched/2.b 131\n");
    assert_watched ("watched", &loses, 1, 1, "/watched/1.a 131\n/watched/2.b 131\n");
    g_free (write_bytes ("watched.mbox", text->str, text->len));
    skips = (Watcher) { .skipped = ".mbox" };
    assert_watched ("watched.mbox", &skips, 0, 0, "/watched.mbox 885\n");
    all.done = 0;
    assert_watched ("watched.mbox", &all, N_MESSAGES, 1, "/watched.mbox 885\n");
    assert_damaged_is_not_done (text);
}

static void
test_directory (void)
{
    g_autofree char *path = g_build_filename (folder, "directory", NULL);
    g_autofree char *second = message (2), *third = message (3);
    g_autofree char *two = g_strconcat (FROM "\n", second, "\n" FROM "\n", third, "\n", NULL);

    write_message ("directory/1.eml", 1);
    g_free (write_text ("directory/2.mbox", two));
    write_message ("directory/a.eml", 4);
    write_message ("directory/courier.eml", 5);
    write_message ("directory/.profile", 9);
    write_message ("directory/other.lock", 9);
    g_free (write_text ("directory/README.md", "# These are bounces\n\nSubject: 9\n"));
    g_free (write_text ("directory/a.json", "{\"v\": 1}\n"));
    g_free (write_text ("directory/b.txt", "https is no field\n"));
    write_message ("directory/below/6.eml", 9);
    assert_holds_all (path);
}

static void
test_recursive (void)
{
    const ModoriSourceOptions recursive = { .recursive = TRUE };
    g_autofree char *path = g_build_filename (folder, "tree", NULL);
    g_autofree char *files = g_build_filename (folder, "tree/files", NULL);
    g_autofree char *link_path = g_build_filename (folder, "tree/files/loop", NULL);

    write_message ("tree/cur/1.M1.host:2,", 1);
    make_folder ("tree/new");
    write_message ("tree/.Bounces/new/2.M2.host", 2);
    make_folder ("tree/.Bounces/cur");
    write_message ("tree/.Bounces.2026/cur/3.M3.host", 3);
    make_folder ("tree/.Bounces.2026/tmp");
    write_message ("tree/.git/HEAD", 9);
    write_message ("tree/files/4.eml", 4);
    write_message ("tree/files/more/5.eml", 5);
    g_assert_cmpint (symlink (path, link_path), ==, 0);

    g_assert_cmpuint (count (path, NULL), ==, 1);
    g_assert_cmpuint (count (files, NULL), ==, 1);
    {
        g_autoptr (GPtrArray) messages = read_path (path, &recursive);

        assert_all_messages (messages);
    }
}

/* Read TEXT from a pipe as standard input. */
static GPtrArray *
read_pipe (const GString *text, const ModoriSourceOptions *options)
{
    int before = dup (STDIN_FILENO), ends[2];
    GPtrArray *messages;

    g_assert_cmpint (pipe (ends), ==, 0);
    g_assert_cmpint (write (ends[1], text->str, text->len), ==, (gssize) text->len);
    close (ends[1]);
    g_assert_cmpint (dup2 (ends[0], STDIN_FILENO), ==, STDIN_FILENO);
    close (ends[0]);
    messages = read_path ("-", options);
    g_assert_cmpint (read (STDIN_FILENO, ends, 1), ==, 0);
    dup2 (before, STDIN_FILENO);
    close (before);
    return messages;
}

static void
test_pipe (void)
{
    const ModoriSourceOptions one = { .one = TRUE }, bytewise = { .block = 1 };
    g_autoptr (GString) text = mbox (), packed = gzipped (text);
    g_autoptr (GPtrArray) plain = read_pipe (text, NULL), small = read_pipe (text, &bytewise);
    g_autoptr (GPtrArray) unpacked = read_pipe (packed, NULL), single = read_pipe (text, &one);

    assert_all_messages (plain);
    assert_all_messages (small);
    assert_all_messages (unpacked);
    g_assert_cmpuint (single->len, ==, 1);
}

/* --- compressed ----------------------------------------------------------- */

/* Two messages, "one" and "two", written by the programs of these names. */
static const guchar bzip2[] = {
    0x42, 0x5a, 0x68, 0x39, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, 0xc4, 0x48, 0x68,
    0xfc, 0x00, 0x00, 0x1d, 0x5f, 0x80, 0x00, 0x10, 0x40, 0x01, 0x79, 0xb0, 0x41,
    0x01, 0x08, 0x00, 0x3f, 0x37, 0xdf, 0xc0, 0x20, 0x00, 0x70, 0x63, 0x26, 0x26,
    0x98, 0x4d, 0x31, 0x30, 0x13, 0x4c, 0x01, 0x55, 0x4d, 0x10, 0xd3, 0xd4, 0xf4,
    0x1a, 0x83, 0x21, 0x91, 0xa6, 0x27, 0x6d, 0x3c, 0x67, 0xc1, 0x24, 0x11, 0x53,
    0x66, 0xaa, 0xd9, 0x93, 0x45, 0x72, 0x94, 0x16, 0x28, 0xb9, 0x52, 0xa5, 0x2b,
    0xd2, 0x73, 0x74, 0x4d, 0x86, 0x37, 0xa4, 0x41, 0x0d, 0xde, 0x54, 0xec, 0xc1,
    0x3a, 0x34, 0x68, 0xdb, 0xf3, 0x24, 0xb4, 0xb5, 0xab, 0x32, 0x68, 0x37, 0xd5,
    0xba, 0x1d, 0x76, 0x7d, 0x6c, 0xde, 0xda, 0xe7, 0x24, 0x51, 0xc5, 0x63, 0x2c,
    0x1f, 0xc5, 0xdc, 0x91, 0x4e, 0x14, 0x24, 0x31, 0x12, 0x1a, 0x3f, 0x00,
};
static const guchar xz[] = {
    0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 0x00, 0x01, 0x69, 0x22, 0xde, 0x36, 0x02,
    0x00, 0x21, 0x01, 0x16, 0x00, 0x00, 0x00, 0x74, 0x2f, 0xe5, 0xa3, 0xe0, 0x00,
    0x82, 0x00, 0x56, 0x5d, 0x00, 0x23, 0x1c, 0x89, 0xe6, 0xf6, 0xdf, 0xf7, 0x9d,
    0x38, 0xae, 0x88, 0x77, 0x7e, 0x26, 0x99, 0x23, 0x38, 0xb3, 0x73, 0x8a, 0xbe,
    0x43, 0xf0, 0x86, 0xf9, 0x5f, 0x02, 0x9f, 0x5e, 0xde, 0x2d, 0x3a, 0x87, 0x56,
    0x53, 0x75, 0xad, 0x38, 0xb4, 0x8d, 0x2d, 0x37, 0xea, 0xba, 0x42, 0x6e, 0xce,
    0xff, 0x16, 0xae, 0xd5, 0xbe, 0x23, 0xde, 0x9b, 0xa1, 0x6a, 0x51, 0x19, 0x55,
    0x3e, 0x6b, 0x2d, 0x57, 0x73, 0x85, 0xb9, 0xbf, 0x01, 0x00, 0xc2, 0xb0, 0xde,
    0x27, 0x20, 0xbc, 0xea, 0x4a, 0x88, 0xf7, 0x1b, 0x3d, 0x73, 0x61, 0x40, 0x00,
    0x00, 0x00, 0x00, 0x02, 0x33, 0x0d, 0xdc, 0x00, 0x01, 0x6e, 0x83, 0x01, 0x00,
    0x00, 0x00, 0xd0, 0x17, 0x51, 0xbf, 0x3e, 0x30, 0x0d, 0x8b, 0x02, 0x00, 0x00,
    0x00, 0x00, 0x01, 0x59, 0x5a,
};
static const guchar zstd[] = {
    0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x58, 0xd5, 0x02, 0x00, 0x52, 0xc5, 0x13, 0x1a,
    0x80, 0xa9, 0x3a, 0x40, 0x5f, 0xb0, 0x44, 0x69, 0xa0, 0x17, 0x5e, 0x10, 0x01,
    0x47, 0xa3, 0xd4, 0xfc, 0xf1, 0x71, 0x70, 0x13, 0x9c, 0x93, 0xae, 0x1d, 0x06,
    0x36, 0x41, 0x51, 0x87, 0x8b, 0xad, 0x8c, 0x55, 0xc9, 0x53, 0x1f, 0xb3, 0x77,
    0x79, 0x86, 0x82, 0x8d, 0x8a, 0x7e, 0xad, 0xc3, 0x43, 0xa2, 0x40, 0x9c, 0x90,
    0x41, 0x4f, 0x66, 0x29, 0xc0, 0x0a, 0x9c, 0x1f, 0xf4, 0x85, 0x0e, 0xbe, 0x0d,
    0x79, 0xaa, 0x3b, 0x10, 0x91, 0xc8, 0xd6, 0x40, 0x41, 0x7b, 0xea, 0x63, 0x01,
    0x02, 0x00, 0xd0, 0xc9, 0x41, 0x34, 0xc1, 0x0c, 0x69, 0xbb, 0x3c, 0x33,
};

static void
test_packed (void)
{
    const struct { const char *name; const guchar *bytes; gsize len; } cases[] = {
        { "bzip2", bzip2, sizeof bzip2 }, { "xz", xz, sizeof xz }, { "zstd", zstd, sizeof zstd },
    };
    const ModoriSourceOptions bytewise = { .block = 1 };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        const char *bytes = (const char *) cases[i].bytes;
        g_autoptr (GString) twice = g_string_new_len (bytes, (gssize) cases[i].len);

        g_test_message ("%s", cases[i].name);
        g_assert_cmpuint (count_bytes (twice->str, twice->len, NULL), ==, 2);
        g_assert_cmpuint (count_bytes (twice->str, twice->len, &bytewise), ==, 2);
        g_string_append_len (twice, bytes, (gssize) cases[i].len);
        g_assert_cmpuint (count_bytes (twice->str, twice->len, NULL), ==, 4);
    }
}

/* Members of gzip one behind the other, cut in the middle of a message; what is
 * behind them does not count. */
static void
test_gzip_members (void)
{
    g_autoptr (GString) text = mbox (), second = g_string_new (text->str + 300);
    g_autoptr (GString) first = g_string_new_len (text->str, 300), packed = gzipped (first);
    g_autoptr (GString) more = gzipped (second);

    g_string_append_len (packed, more->str, (gssize) more->len);
    g_assert_cmpuint (count_bytes (packed->str, packed->len, NULL), ==, N_MESSAGES);
    g_string_append (packed, "garbage");
    g_assert_cmpuint (count_bytes (packed->str, packed->len, NULL), ==, N_MESSAGES);
}

/* Messages up to the damage, then the error, then the end. */
static void
test_damaged (void)
{
    g_autoptr (GString) text = mbox (), packed = gzipped (text);
    g_autofree char *path = write_bytes ("cut.gz", packed->str, packed->len - 20);
    g_autoptr (GError) error = NULL;
    g_autoptr (ModoriSource) source = modori_source_open (path, NULL, &error);
    g_autoptr (GPtrArray) messages = read_rest (source, &error);
    ModoriMail mail;

    g_assert_error (error, MODORI_ERROR, MODORI_ERROR_DAMAGED);
    g_assert_true (g_str_has_prefix (error->message, path));
    g_assert_cmpuint (messages->len, >, 2);
    g_clear_error (&error);
    g_assert_false (modori_source_next (source, &mail, &error));
    g_assert_no_error (error);
}

/* What takes too much memory to unpack is refused at once. */
static void
test_large_window (void)
{
    static const struct { const char *bytes; gsize len; const char *want; } cases[] = {
        { "\xfd" "7zXZ\0\0\4\346\326\264F\2\0!\1\34", 17, NULL },              /* 64 MiB */
        { "\xfd" "7zXZ\0\0\4\346\326\264F\2\0!\1\36", 17, NULL },              /* 128 MiB */
        { "\xfd" "7zXZ\0\0\4\346\326\264F\2\0!\1\37", 17, "192 MiB" },
        { "\xfd" "7zXZ\0\0\4\346\326\264F\2\1\3\1\0!\1\40", 20, "256 MiB" },   /* delta first */
        { "\x28\xb5\x2f\xfd\x04\x88", 6, NULL },                                /* 128 MiB */
        { "\x28\xb5\x2f\xfd\x04\x89", 6, "144 MiB" },
        { "\x28\xb5\x2f\xfd\xa4\0\0\0\x10", 9, "256 MiB" },                     /* one segment */
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (GError) error = NULL;
        g_autoptr (ModoriSource) source
            = modori_source_from_memory ("case", modori_span (cases[i].bytes, cases[i].len), NULL);
        ModoriMail mail;

        g_assert_false (modori_source_next (source, &mail, &error));
        if (cases[i].want)
            g_assert_nonnull (strstr (error->message, cases[i].want));
        else
            g_assert_error (error, MODORI_ERROR, MODORI_ERROR_DAMAGED);
    }
}

/* --- where messages end --------------------------------------------------- */

/* How many messages each text holds, in whatever pieces it is read. */
static void
test_counts (void)
{
    static const struct { guint want; const char *text; } cases[] = {
        { 0, "" },
        { 0, "\n\r\n\n" },
        { 0, FROM "\n" },
        { 1, "Subject: x\n\nbody\n" },
        { 1, "Subject: x\n\nbody\n\n" FROM "\nSubject: y\n\nbody\n" },   /* begins as no mbox */
        { 1, ">" FROM "\nSubject: x\n\nbody\n" },
        { 1, "From bob\nSubject: x\n\nbody\n\n" FROM "\nSubject: y\n" },
        { 1, "\x89PNG\r\n\x1a\n\1\2\3" },
        { 2, FROM "\n\nbody\n\n" FROM "\nSubject: x\n\nbody\n" },
        { 2, FROM "\nSubject: x\n\nbody\n" FROM "\nSubject: y\n\nbody\n" },
        { 1, FROM "\nSubject: x\n\nbody\n" FROM "\nis what I saw\n" },   /* no header */
        { 2, FROM "\nSubject: x\n\nbody\n\n" FROM "\n\nno header\n" },
        { 1, FROM "\nSubject: x\n" FROM "\n" },
        { 1, FROM "\n" FROM "\nSubject: x\n" },
        { 1, "\1\1\1\1\nSubject: x\n\n\1\1\1\nbody\n\1\1\1\1\n" },
        { 2, "\1\1\1\1\r\nSubject: x\r\n\1\1\1\1\r\n\r\n\1\1\1\1\r\nSubject: y\r\n\1\1\1\1" },
        { 1, FROM "\nX-IMAP: 1795289826 0000000005\n"
          "Subject: DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA\n\ntext\n\n"
          FROM "\nSubject: x\n\nbody\n" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
        for (gsize block = 0; block < 4; block++) {
            const ModoriSourceOptions options = { .block = block };

            g_test_message ("%u, block %u", i, (guint) block);
            g_assert_cmpuint (count_bytes (cases[i].text, strlen (cases[i].text), &options),
                              ==, cases[i].want);
        }
}

static void
test_content_length (void)
{
    static const struct { const char *length, *between; guint want; } cases[] = {
        { "76", "\n", 2 },          /* right: the line in the body is no border */
        { "76", "", 2 },            /* no empty line between */
        { "76", "\n\n", 2 },        /* two */
        { "77", "\n", 2 },          /* the empty line counted as well */
        { "75", "\n", 2 },          /* the last newline not counted */
        { "70", "\n", 4 },          /* wrong ... */
        { "99999", "\n", 4 },
        { "18446744073709551692", "\n", 4 },
        { "x76", "\n", 4 },
        { "", "\n", 4 },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        const char *body = "text\n\nFrom bob@example.com Sat Jan  1 00:00:00 2022\n"
                           "Subject: quoted\n\nend\n .\n";
        g_autofree char *one = g_strdup_printf (FROM "\nSubject: x\nContent-length: %s\n\n%s%s",
                                                cases[i].length, body, cases[i].between);
        g_autofree char *two = g_strconcat (one, one, NULL);
        const ModoriSourceOptions bytewise = { .block = 1, .limit = 64 };

        g_assert_cmpuint (strlen (body), ==, 76);
        g_test_message ("\"%s\"", cases[i].length);
        g_assert_cmpuint (count_bytes (two, strlen (two), NULL), ==, cases[i].want);
        g_assert_cmpuint (count_bytes (two, strlen (two), &bytewise), ==, cases[i].want);
    }
}

/* Each message's offset is where its "From " line begins. */
static void
test_offsets (void)
{
    g_autoptr (GString) plain = mbox (), text = replaced (plain, "\nend\n", "\nend\r\n");
    g_autoptr (ModoriSource) source = NULL;
    ModoriMail mail;
    guint n = 0;

    g_string_prepend (text, "\xef\xbb\xbf\r\n");
    source = modori_source_from_memory ("memory", modori_span (text->str, text->len), NULL);
    for (; modori_source_next (source, &mail, NULL); n++) {
        g_assert_cmpint (memcmp (text->str + mail.offset, FROM "\n", sizeof FROM), ==, 0);
        g_assert_cmpuint (mail.from_line.len, ==, strlen (FROM));
        g_assert_cmpint (memcmp (text->str + mail.offset + sizeof FROM,
                                 mail.bytes.at, mail.bytes.len), ==, 0);
        g_assert_cmpstr (mail.path, ==, "memory");
    }
    g_assert_cmpuint (n, ==, N_MESSAGES);
}

/* A message of exactly the limit is whole; a longer one is cut, and the next
 * one is found. */
static void
test_limit (void)
{
    for (guint over = 0; over < 12; over++)
        for (gsize block = 0; block < 3; block++) {
            const ModoriSourceOptions options = { .limit = 1000, .block = block };
            g_autofree char *body = g_strnfill (1000 - 12 - 1 + over, 'x');
            g_autofree char *text
                = g_strconcat (FROM "\nSubject: a\n\n", body,
                               "\n\n" FROM "\nSubject: b\n\nb\n", NULL);
            g_autoptr (ModoriSource) source
                = modori_source_from_memory ("memory", modori_span_of (text), &options);
            ModoriMail mail;

            g_assert_true (modori_source_next (source, &mail, NULL));
            g_assert_cmpuint (mail.bytes.len, ==, 1000);
            g_assert_cmpint (mail.truncated, ==, over > 0);
            g_assert_true (modori_source_next (source, &mail, NULL));
            g_assert_cmpuint (mail.bytes.len, ==, strlen ("Subject: b\n\nb\n"));
            g_assert_false (mail.truncated);
            g_assert_false (modori_source_next (source, &mail, NULL));
        }
}

/* A message of many times the limit, with lines that look nearly like a border. */
static void
test_long_message (void)
{
    g_autoptr (GString) text = g_string_new (FROM "\nSubject: a\n\n");
    const ModoriSourceOptions options = { .limit = 5000 };

    for (guint i = 0; i < 40000; i++)
        g_string_append (text, i % 2 ? "From here on it is text\n"
                         : "\nFrom what bob@example.com wrote\n");
    g_string_append (text, "\n" FROM "\nSubject: b\n\nb\n");
    g_assert_cmpuint (count_bytes (text->str, text->len, &options), ==, 2);
    g_assert_cmpuint (count_bytes (text->str, text->len, NULL), ==, 2);
}

/* --- what happens meanwhile ----------------------------------------------- */

static void
append (const char *path, const char *text)
{
    int fd = g_open (path, O_WRONLY | O_APPEND, 0);

    g_assert_cmpint (write (fd, text, strlen (text)), ==, (gssize) strlen (text));
    close (fd);
}

/* A file that grows is read to where it was. */
static void
test_growing (void)
{
    const ModoriSourceOptions options = { .block = 16, .no_lock = TRUE };
    g_autoptr (GString) text = mbox ();
    g_autofree char *path = write_text ("growing", text->str);
    g_autoptr (ModoriSource) source = modori_source_open (path, &options, NULL);
    g_autoptr (GPtrArray) messages = NULL;
    guint64 done, total;

    append (path, text->str);
    messages = read_rest (source, NULL);
    assert_all_messages (messages);
    modori_source_progress (source, &done, &total);
    g_assert_cmpuint (done, ==, text->len);
    g_assert_cmpuint (total, ==, text->len);
    g_assert_null (modori_source_warning (source));
}

static void
test_shrinking (void)
{
    const ModoriSourceOptions options = { .block = 16 };
    g_autoptr (GString) text = g_string_new ("");
    g_autofree char *path = NULL, *warning = NULL;
    g_autoptr (ModoriSource) source = NULL;
    g_autoptr (GPtrArray) messages = NULL;
    g_autoptr (GError) error = NULL;

    for (guint i = 0; i < 100; i++)
        g_string_append (text, FROM "\nSubject: x\n\nbody of some length that fills the file\n\n");
    path = write_text ("shrinking", text->str);
    source = modori_source_open (path, &options, NULL);
    g_assert_cmpint (truncate (path, 5000), ==, 0);
    messages = read_rest (source, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (messages->len, >, 10);
    g_assert_cmpuint (messages->len, <, 100);
    warning = modori_source_warning (source);
    g_assert_nonnull (warning);
}

/* In a Maildir in use files get other names, or go. */
static void
test_moving (void)
{
    g_autofree char *path = g_build_filename (folder, "moving", NULL);
    g_autofree char *second = g_build_filename (path, "new", "2.M2.host", NULL);
    g_autofree char *moved = g_build_filename (path, "cur", "2.M2.host:2,S", NULL);
    g_autofree char *third = g_build_filename (path, "new", "3.M3.host", NULL);
    g_autoptr (ModoriSource) source = NULL;
    g_autoptr (GPtrArray) messages = NULL;
    g_autoptr (GError) error = NULL;

    write_message ("moving/new/1.M1.host", 1);
    write_message ("moving/new/2.M2.host", 2);
    write_message ("moving/new/3.M3.host", 9);
    write_message ("moving/new/4.M4.host", 3);
    write_message ("moving/new/5.M5.host", 4);
    write_message ("moving/cur/5.M5.host:2,S", 4);      /* seen while it went from new to cur */
    write_message ("moving/cur/6.M6.host:2,S", 5);
    source = modori_source_open (path, NULL, NULL);
    g_assert_cmpint (g_rename (second, moved), ==, 0);
    g_assert_cmpint (g_remove (third), ==, 0);
    messages = read_rest (source, &error);
    g_assert_no_error (error);
    assert_all_messages (messages);
}

/* --- locks ---------------------------------------------------------------- */

/* Read PATH, which holds all messages in any case: is there a warning? */
static gboolean
warns (const char *path, gboolean no_lock)
{
    const ModoriSourceOptions options = { .patience = 1, .no_lock = no_lock };
    g_autoptr (ModoriSource) source = modori_source_open (path, &options, NULL);
    g_autoptr (GPtrArray) messages = read_rest (source, NULL);
    g_autofree char *warning = modori_source_warning (source);

    assert_all_messages (messages);
    return warning != NULL;
}

static void
test_dot_lock (void)
{
    g_autoptr (GString) text = mbox (), packed = gzipped (text);
    g_autofree char *path = write_text ("dotted", text->str), *lock = NULL;
    g_autofree char *packed_path = write_bytes ("dotted.gz", packed->str, packed->len);
    const struct utimbuf long_ago = { 1000000000, 1000000000 };

    g_assert_false (warns (path, FALSE));
    lock = write_text ("dotted.lock", "");
    g_free (write_text ("dotted.gz.lock", ""));
    g_assert_true (warns (path, FALSE));
    g_assert_false (warns (path, TRUE));
    g_assert_false (warns (packed_path, FALSE));
    g_assert_cmpint (utime (lock, &long_ago), ==, 0);
    g_assert_false (warns (path, FALSE));
}

/* Somebody else writes; a lock of this process would not keep it out
 * everywhere, so a child takes it. */
static void
test_fcntl_lock (void)
{
    g_autoptr (GString) text = mbox ();
    g_autofree char *path = write_text ("locked", text->str);
    int ready[2], done[2];
    char byte;

    g_assert_true (pipe (ready) == 0 && pipe (done) == 0);
    if (fork () == 0) {
        struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
        int fd = g_open (path, O_RDWR, 0);

        close (done[1]);
        byte = fcntl (fd, F_SETLK, &lock) == 0 && write (ready[1], "x", 1) == 1
               && read (done[0], &byte, 1) == 0;
        _exit (! byte);
    }
    close (ready[1]);
    g_assert_cmpint (read (ready[0], &byte, 1), ==, 1);
    g_assert_true (warns (path, FALSE));
    g_assert_false (warns (path, TRUE));
    close (done[0]);
    close (done[1]);
    g_assert_cmpint (read (ready[0], &byte, 1), ==, 0);
    g_assert_false (warns (path, FALSE));
    close (ready[0]);
}

/* --- what cannot be read -------------------------------------------------- */

static void
test_missing (void)
{
    g_autofree char *path = g_build_filename (folder, "missing", NULL);
    g_autoptr (GError) error = NULL;

    g_assert_null (modori_source_open (path, NULL, &error));
    g_assert_error (error, MODORI_ERROR, MODORI_ERROR_MISSING);
    g_assert_true (g_str_has_prefix (error->message, path));
}

static void
test_unreadable (void)
{
    g_autofree char *path = write_text ("unreadable", "Subject: x\n");
    g_autoptr (GError) error = NULL;

    if (geteuid () == 0) {
        g_test_skip ("root reads everything");
        return;
    }
    g_assert_cmpint (g_chmod (path, 0), ==, 0);
    g_assert_null (modori_source_open (path, NULL, &error));
    g_assert_error (error, MODORI_ERROR, MODORI_ERROR_IO);
}

/* One damaged file of a directory: the others are read. */
static void
test_damaged_member (void)
{
    g_autofree char *path = g_build_filename (folder, "members", NULL);
    g_autoptr (GError) error = NULL;
    g_autoptr (ModoriSource) source = NULL;
    g_autoptr (GPtrArray) before = NULL, after = NULL;

    write_message ("members/1.eml", 1);
    g_free (write_text ("members/2.gz", "\x1f\x8b\x08garbage"));
    write_message ("members/3.eml", 3);
    source = modori_source_open (path, NULL, &error);
    before = read_rest (source, &error);
    g_assert_error (error, MODORI_ERROR, MODORI_ERROR_DAMAGED);
    g_clear_error (&error);
    after = read_rest (source, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (before->len, ==, 1);
    g_assert_cmpuint (after->len, ==, 1);
}

/* Directories without mail are no error, but nobody should wonder. */
static void
test_only_directories (void)
{
    g_autofree char *path = g_build_filename (folder, "outer", NULL);
    g_autofree char *inner = g_build_filename (path, "inner", NULL);
    g_autoptr (ModoriSource) source = NULL;
    g_autofree char *warning = NULL;

    make_folder ("outer/inner");
    g_assert_cmpuint (count (inner, NULL), ==, 0);
    g_assert_cmpuint (count (path, NULL), ==, 0);
    source = modori_source_open (path, NULL, NULL);
    warning = modori_source_warning (source);
    g_assert_nonnull (warning);
    g_assert_null (modori_source_warning (source));
}

/* --- where lines begin ---------------------------------------------------- */

/* From each place of TEXT on, sixteen bytes at once find what is found one by one. */
static void
compare_starts (ModoriSpan text)
{
    const char *end = modori_span_end (text);
    ModoriStarts wide = modori_starts_of (text), plain = wide;
    const char *at;

    for (const char *from = text.at + 1; from <= end; from++) {
        g_assert_true (modori_starts_with (from, end, 'F')
                       == modori_starts_plainly_with (from, end, 'F'));
        g_assert_true (modori_starts_with_one (from, end, "fcx")
                       == modori_starts_plainly_with_one (from, end, "fcx"));
    }
    do {
        at = modori_starts_step (&wide);
        g_assert_true (at == modori_starts_step_plainly (&plain));
        g_assert_true (! at || at[-1] == '\n');
    } while (at);
}

static void
test_starts (void)
{
    static const char letters[] = "\n\n\nFfcCX\r x\xff";
    char text[300] = "";

    for (gsize len = 0; len <= sizeof text; len++) {
        g_autofree char *exact = NULL;          /* a read behind it is seen */

        for (gsize i = 0; i < len; i++)
            text[i] = letters[g_test_rand_int_range (0, sizeof letters - 1)];
        exact = g_memdup2 (text, MAX (len, 1));
        compare_starts (modori_span (exact, len));
    }
}

int
main (int argc, char **argv)
{
    static const struct { const char *name; void (*test) (void); } tests[] = {
        { "from-line", test_from_line },
        { "files", test_files },
        { "no-final-newline", test_no_final_newline },
        { "maildir", test_maildir },
        { "mh", test_mh },
        { "watch", test_watch },
        { "directory", test_directory },
        { "recursive", test_recursive },
        { "pipe", test_pipe },
        { "packed", test_packed },
        { "gzip-members", test_gzip_members },
        { "damaged", test_damaged },
        { "large-window", test_large_window },
        { "counts", test_counts },
        { "content-length", test_content_length },
        { "offsets", test_offsets },
        { "limit", test_limit },
        { "long-message", test_long_message },
        { "growing", test_growing },
        { "shrinking", test_shrinking },
        { "moving", test_moving },
        { "dot-lock", test_dot_lock },
        { "fcntl-lock", test_fcntl_lock },
        { "missing", test_missing },
        { "unreadable", test_unreadable },
        { "damaged-member", test_damaged_member },
        { "only-directories", test_only_directories },
        { "starts", test_starts },
    };
    int result;

    g_test_init (&argc, &argv, NULL);
    folder = g_dir_make_tmp ("modori-source-XXXXXX", NULL);
    for (guint i = 0; i < G_N_ELEMENTS (tests); i++) {
        g_autofree char *path = g_strconcat ("/source/", tests[i].name, NULL);

        g_test_add_func (path, tests[i].test);
    }
    result = g_test_run ();
    remove_tree (folder);
    g_free (folder);
    return result;
}
