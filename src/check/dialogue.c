/* dialogue.c - one conversation with an SMTP server: greeting, EHLO, STARTTLS, handshake, QUIT.
 *
 * It ends at the first thing that goes wrong, and the probe says which and in whose words.  All
 * waiting ends at one deadline; what the server may say has the limits of smtp.c.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/dialogue.h"

#include "check/connect.h"
#include "check/smtp.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

/* Of a reply that is shown as the reason. */
#define TROUBLE_MAX 500
/* Bytes that are read at once. */
#define PACKET 4096

typedef struct {
    ModoriProbe *probe;
    const ModoriTlsTable *tls;
    const ModoriProbeOptions *options;
    const char *version;
    gint64 deadline;
    gboolean encrypted;
    ModoriSmtpReply *reply;
} Dialogue;

/* --- how it ended --- */

static gboolean
ended (Dialogue *dialogue, ModoriStage stage, const char *words)
{
    ModoriProbe *probe = dialogue->probe;

    probe->stage = stage;
    g_free (probe->trouble);
    probe->trouble = g_utf8_make_valid (words, (gssize) strnlen (words, TROUBLE_MAX));
    if (g_get_monotonic_time () >= dialogue->deadline)
        probe->timed_out = TRUE;
    return FALSE;
}

/* The server's own words: "554 5.7.1 go away". */
static gboolean
ended_by_reply (Dialogue *dialogue, ModoriStage stage)
{
    const ModoriSmtpReply *reply = dialogue->reply;
    g_autoptr (GString) words = g_string_new (NULL);

    if (reply->state == MODORI_SMTP_GARBAGE)
        dialogue->probe->garbage = TRUE;
    else {
        dialogue->probe->code = reply->code;
        g_string_printf (words, "%u", reply->code);
    }
    for (guint i = 0; i < reply->lines->len && words->len < TROUBLE_MAX; i++)
        g_string_append_printf (words, "%s%s", words->len ? " " : "",
                                (const char *) g_ptr_array_index (reply->lines, i));
    return ended (dialogue, stage, words->str);
}

/* --- bytes --- */

static gssize
receive (Dialogue *dialogue, char *buffer, ModoriStage stage)
{
    g_autoptr (GError) error = NULL;
    ModoriProbe *probe = dialogue->probe;
    gssize n;

    if (dialogue->encrypted)
        n = dialogue->tls->read (probe->session, buffer, PACKET, &error);
    else
        n = modori_connect_receive (probe->fd, buffer, PACKET, dialogue->deadline);
    if (n < 0)
        ended (dialogue, stage, error ? error->message : g_strerror (errno));
    else if (n == 0)
        ended (dialogue, stage, g_strerror (ECONNRESET));
    return n;
}

/* Wait for a whole reply with CODE. */
static gboolean
expect (Dialogue *dialogue, guint code, ModoriStage stage)
{
    ModoriSmtpReply *reply = dialogue->reply;
    char buffer[PACKET];

    modori_smtp_reply_next (reply);
    while (reply->state == MODORI_SMTP_MORE) {
        gssize n = receive (dialogue, buffer, stage);

        if (n <= 0)
            return FALSE;
        modori_smtp_reply_feed (reply, buffer, (gsize) n);
    }
    return (reply->state == MODORI_SMTP_REPLY && reply->code == code)
        || ended_by_reply (dialogue, stage);
}

static gboolean
say (Dialogue *dialogue, const char *line, ModoriStage stage)
{
    g_autoptr (GError) error = NULL;
    gsize size = strlen (line), done = 0;
    gssize n;

    if (! dialogue->encrypted) {
        if (modori_connect_send (dialogue->probe->fd, line, size, dialogue->deadline) == 0)
            return TRUE;
        return ended (dialogue, stage, g_strerror (errno));
    }
    for (; done < size; done += (gsize) n) {
        n = dialogue->tls->write (dialogue->probe->session, line + done, size - done, &error);
        if (n <= 0)
            return ended (dialogue, stage, error ? error->message : g_strerror (ECONNRESET));
    }
    return TRUE;
}

/* --- what we call ourselves --- */

/* Could NAME stand behind EHLO?  It comes from the user or the system. */
static gboolean
is_name (const char *name)
{
    return strspn (name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS ".-_:[]") == strlen (name)
        && strpbrk (name, ".:") != NULL && ! g_str_has_suffix (name, ".localdomain");
}

/* RFC 5321 section 4.1.4: a name, or where there is none, the address.  The caller frees. */
static char *
own_name (const Dialogue *dialogue)
{
    const char *name = dialogue->options->helo;
    g_autofree char *address = NULL;

    if (name && is_name (name))
        return g_strdup (name);
    name = g_get_host_name ();
    if (is_name (name))
        return g_strdup (name);
    address = modori_connect_local (dialogue->probe->fd);
    return g_strdup_printf ("[%s%s]", address && strchr (address, ':') ? "IPv6:" : "",
                            address ? address : "127.0.0.1");
}

/* --- the steps --- */

static gboolean
connect_to (Dialogue *dialogue)
{
    ModoriProbe *probe = dialogue->probe;

    probe->fd = modori_connect (probe->address, probe->port, dialogue->deadline);
    if (probe->fd >= 0)
        return TRUE;
    probe->refused = errno == ECONNREFUSED;
    probe->no_route = errno == ENETUNREACH || errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL;
    probe->timed_out = errno == ETIMEDOUT;
    return ended (dialogue, MODORI_STAGE_CONNECT, g_strerror (errno));
}

static void
set_name (Dialogue *dialogue)
{
    g_autofree char *name = modori_smtp_reply_name (dialogue->reply);

    if (! *name)
        return;
    g_free (dialogue->probe->name);
    dialogue->probe->name = g_steal_pointer (&name);
}

static gboolean
greeting (Dialogue *dialogue)
{
    if (! expect (dialogue, 220, MODORI_STAGE_GREETING))
        return FALSE;
    g_free (dialogue->probe->greeting);
    dialogue->probe->greeting = g_strdup_printf (
        "%u %s", dialogue->reply->code, (char *) g_ptr_array_index (dialogue->reply->lines, 0));
    set_name (dialogue);
    return TRUE;
}

static gboolean
ehlo (Dialogue *dialogue)
{
    g_autofree char *name = own_name (dialogue);
    g_autofree char *line = g_strdup_printf ("EHLO %s\r\n", name);

    if (! say (dialogue, line, MODORI_STAGE_EHLO) || ! expect (dialogue, 250, MODORI_STAGE_EHLO))
        return FALSE;
    set_name (dialogue);
    return TRUE;
}

static gboolean
starttls (Dialogue *dialogue)
{
    if (! say (dialogue, "STARTTLS\r\n", MODORI_STAGE_STARTTLS)
        || ! expect (dialogue, 220, MODORI_STAGE_STARTTLS))
        return FALSE;
    dialogue->probe->injected = modori_smtp_reply_has_more (dialogue->reply);
    /* What was said in the clear counts for nothing from here on. */
    modori_smtp_reply_free (dialogue->reply);
    dialogue->reply = modori_smtp_reply_new ();
    return TRUE;
}

static gboolean
handshake (Dialogue *dialogue)
{
    ModoriTlsOptions options = { dialogue->options->host, dialogue->options->ca_file,
                                 dialogue->version, dialogue->deadline };
    g_autoptr (GError) error = NULL;
    ModoriProbe *probe = dialogue->probe;

    probe->session = dialogue->tls->begin (probe->fd, &options, &error);
    if (! probe->session)
        return ended (dialogue, MODORI_STAGE_HANDSHAKE, error ? error->message : "");
    dialogue->encrypted = TRUE;
    g_free (probe->version);
    g_free (probe->cipher);
    probe->version = g_strdup (dialogue->tls->version (probe->session));
    probe->cipher = g_strdup (dialogue->tls->cipher (probe->session));
    if (! dialogue->version)
        probe->chain = dialogue->tls->chain (probe->session);
    return TRUE;
}

/* Greeting and EHLO under TLS, however it came about. */
static gboolean
talk_encrypted (Dialogue *dialogue)
{
    if ((dialogue->options->implicit && ! greeting (dialogue)) || ! ehlo (dialogue))
        return FALSE;
    dialogue->probe->auth_after = modori_smtp_reply_offers (dialogue->reply, "AUTH");
    return TRUE;
}

static gboolean
talk (Dialogue *dialogue)
{
    ModoriProbe *probe = dialogue->probe;

    if (! connect_to (dialogue))
        return FALSE;
    if (! dialogue->options->implicit) {
        if (! greeting (dialogue) || ! ehlo (dialogue))
            return FALSE;
        probe->starttls = modori_smtp_reply_offers (dialogue->reply, "STARTTLS");
        probe->auth_before = modori_smtp_reply_offers (dialogue->reply, "AUTH");
        if (! probe->starttls)
            return TRUE;
        if (! starttls (dialogue))
            return FALSE;
    }
    return handshake (dialogue) && (dialogue->version || talk_encrypted (dialogue));
}

/* The farewell is a courtesy: nobody waits for the answer, and it may fail. */
static void
hang_up (const Dialogue *dialogue, gboolean courteous)
{
    static const char quit[] = "QUIT\r\n";
    const ModoriProbe *probe = dialogue->probe;

    if (courteous && dialogue->encrypted)
        dialogue->tls->write (probe->session, quit, sizeof quit - 1, NULL);
    else if (courteous)
        modori_connect_send (probe->fd, quit, sizeof quit - 1, dialogue->deadline);
    if (probe->fd >= 0)
        shutdown (probe->fd, SHUT_RDWR);
}

void
modori_dialogue (ModoriProbe *probe, const ModoriTlsTable *tls, const ModoriProbeOptions *options,
                 const char *version, gint64 deadline)
{
    Dialogue dialogue = { probe, tls, options, version, deadline, FALSE, NULL };
    gboolean done;

    dialogue.reply = modori_smtp_reply_new ();
    done = talk (&dialogue);
    if (done)
        probe->stage = MODORI_STAGE_DONE;
    /* A server that refused with a reply still listens; one that failed does not. */
    hang_up (&dialogue, done || dialogue.reply->state == MODORI_SMTP_REPLY);
    modori_smtp_reply_free (dialogue.reply);
}
