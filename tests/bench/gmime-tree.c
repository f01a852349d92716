/* gmime-tree.c - baseline of `make bench`: GMime building its object tree for each message of an mbox, and nothing else.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <gmime/gmime.h>
#include <stdio.h>

int
main (int argc, char **argv)
{
    int fd = argc == 2 ? open (argv[1], O_RDONLY) : -1;
    unsigned long messages = 0;
    GMimeStream *stream;
    GMimeParser *parser;

    if (fd < 0) {
        fprintf (stderr, "usage: gmime-tree MBOX\n");
        return 64;
    }
    g_mime_init ();
    stream = g_mime_stream_fs_new (fd);
    parser = g_mime_parser_new_with_stream (stream);
    g_mime_parser_set_format (parser, GMIME_FORMAT_MBOX);
    while (! g_mime_parser_eos (parser)) {
        GMimeMessage *message = g_mime_parser_construct_message (parser, NULL);

        messages += message != NULL;
        if (message)
            g_object_unref (message);
    }
    g_object_unref (parser);
    g_object_unref (stream);
    printf ("%lu\n", messages);
    return 0;
}
