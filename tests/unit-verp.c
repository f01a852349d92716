/* unit-verp.c - return addresses: SRS and BATV undone, the recipient in them found.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "report/envelope.h"
#include "rules/engine.h"
#include "text/error.h"

static const char rules[] =
    "Verp: plus\nMatch: /^[^@+]+\\+(?<local>[^@]+)=(?<domain>[^@=]+\\.[^@=]+)@/\n\n"
    "Verp: stars\nMatch: /^x-(?<local>[^@*]+)\\*\\*(?<domain>[^@]+)@/\n\n";

static ModoriVerps *
verps_of (ModoriKnowledge **knowledge)
{
    GError *error = NULL;
    ModoriVerps *verps;

    *knowledge = modori_knowledge_parse ("x.rules", modori_span_of (rules), modori_all_kinds,
                                         &error);
    g_assert_no_error (error);
    verps = modori_verps_new (*knowledge, &error);
    g_assert_no_error (error);
    return verps;
}

/* --- SRS and BATV --- */

static void
test_undo (void)
{
    static const struct { const char *address, *wanted; } cases[] = {
        { "SRS0=HHHH=TT=example.com=jane@forwarder.example", "jane@example.com" },
        { "srs0=hhhh=tt=example.com=jane@forwarder.example", "jane@example.com" },
        { "SRS0+HHHH=TT=example.com=jane@forwarder.example", "jane@example.com" },
        { "SRS0-HH+H=TT=example.com=a=b@forwarder.example", "a=b@example.com" },
        { "SRS1=HHHH=forwarder.example==HHHH=TT=example.com=jane@second.example",
          "jane@example.com" },
        { "SRS1+HHHH=forwarder.example=+HHHH=TT=example.com=jane@second.example",
          "jane@example.com" },
        { "list+SRS=HHHHH=TT=example.com=jane@forwarder.example", "jane@example.com" },
        { "prvs=0123abcdef=jane@example.com", "jane@example.com" },
        { "PRVS=0123ABCDEF=jane@example.com", "jane@example.com" },
        { "prvs=jane=0123abcdef@example.com", "jane@example.com" },
        { "prvs=0456f3d1c=jane@example.com", "jane@example.com" },
        { "btv1==0123456789abcdef==jane@example.com", "jane@example.com" },
        { "msprvs1=18abcXYZ=jane@example.com", "jane@example.com" },
        { "SRS0=HHHH=TT=example.com=prvs=0123abcdef=jane@forwarder.example", "jane@example.com" },
        { "prvs=0123abcdef=SRS0=HHHH=TT=example.com=jane@forwarder.example", "jane@example.com" },
        { "prvs=0123abcdef=news+jane=example.org@example.com", "news+jane=example.org@example.com" },
        /* none of them */
        { "jane@example.com", NULL },
        { "", NULL },
        { "SRS0@example.com", NULL },
        { "SRS0=@example.com", NULL },
        { "SRS0=HHHH=TT=example.com=@forwarder.example", NULL },
        { "SRS0=HHHH=TT=nodomain=jane@forwarder.example", NULL },
        { "SRS0=HHHH=TT=.example=jane@forwarder.example", NULL },
        { "SRS0=jane=example.com@forwarder.example", NULL },
        { "SRS0xHHHH=TT=example.com=jane@forwarder.example", NULL },
        { "bounces+SRS=HHHHH=TT@example.com", NULL },
        { "prvs=jane@example.com", NULL },
        { "prvs=@example.com", NULL },
        { "prvs==@example.com", NULL },
        { "prvs=0123abcdef=@example.com", NULL },
        { "prvs=a=b@example.com", NULL },
        { "btv1==x@example.com", NULL },
        { "btv1==x==@example.com", NULL },
        { "msprvs1=@example.com", NULL },
        { "prvs=0123abcdef=jane", NULL },
        { "=@=", NULL },
    };
    g_autoptr (GString) out = g_string_new ("left over");

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        gboolean done = modori_envelope_undo (out, cases[i].address);

        g_assert_cmpstr (out->str, ==, cases[i].wanted ? cases[i].wanted : cases[i].address);
        g_assert_cmpint (done, ==, cases[i].wanted != NULL);
    }
}

/* However deep somebody nests, it ends. */
static void
test_deep (void)
{
    g_autoptr (GString) out = g_string_new (NULL);
    g_autoptr (GString) address = g_string_new (NULL);

    for (guint i = 0; i < 100; i++)
        g_string_append (address, "prvs=0123abcdef=");
    g_string_append (address, "jane@example.com");
    g_assert_true (modori_envelope_undo (out, address->str));
    g_assert_true (g_str_has_suffix (out->str, "=jane@example.com"));
}

/* --- VERP --- */

static void
test_find (void)
{
    static const struct { const char *address, *wanted; } cases[] = {
        { "news+jane=example.org@lists.example", "jane@example.org" },
        { "news+Jane.Doe=EXAMPLE.org@lists.example", "Jane.Doe@example.org" },
        { "prvs=0123abcdef=news+jane=example.org@lists.example", "jane@example.org" },
        { "SRS0=H=T=lists.example=news+jane=example.org@fwd.example", "jane@example.org" },
        { "x-jane**Example.org@lists.example", "jane@example.org" },
        { "news+jane=exam..ple.org@lists.example", "" },
        { "news+jane=.org@lists.example", "" },
        { "news+jane=example.@lists.example", "" },
        { "news+jane=exa mple.org@lists.example", "" },
        { "news+jane@example.org", "" },
        { "jane=example.org", "" },
        { "", "" },
    };
    ModoriKnowledge *knowledge;
    ModoriVerps *verps = verps_of (&knowledge);
    g_autoptr (GString) out = g_string_new (NULL);

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_assert_cmpint (modori_verps_find (verps, cases[i].address, out), ==,
                         cases[i].wanted[0] != '\0');
        g_assert_cmpstr (out->str, ==, cases[i].wanted);
    }
    modori_verps_free (verps);
    modori_knowledge_free (knowledge);
}

static void
test_add (void)
{
    static const char *const bad[] = {
        "", "bounce", "(?<local>.+)@", "/(?<local>.+)=(?<domain>.+/", "/(?<local>.+)=(?<domain>.+)/q",
        "/(?<local>[)=(?<domain>.+)@/", "^(?<local>.+)=(?<domain>.+)@", "b?(?<local>.+)=(?<domain>.+)@",
        "(?<local>.+=(?<domain>.+)@", "(?<local>.+))=(?<domain>.+)@", "(?<local>.+)=(?<domain>.+)\\@",
    };
    ModoriKnowledge *knowledge;
    ModoriVerps *verps = verps_of (&knowledge);
    g_autoptr (GString) out = g_string_new (NULL);
    GError *error = NULL;

    for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
        g_assert_false (modori_verps_add (verps, bad[i], &error));
        g_assert_error (error, MODORI_ERROR, MODORI_ERROR_PATTERN);
        g_clear_error (&error);
    }
    /* outside the groups a plus sign is one; none of the usual signs is needed; the first wins */
    g_assert_true (modori_verps_add (verps, "bounce+(?<local>.+)-at-(?<domain>.+)@", &error));
    g_assert_true (modori_verps_add (verps, "/^(?<domain>[^@]+)!(?<local>[^@]+)@/", &error));
    g_assert_true (modori_verps_find (verps, "bounce+jane-at-example.org@lists.example", out));
    g_assert_cmpstr (out->str, ==, "jane@example.org");
    g_assert_true (modori_verps_find (verps, "example.org!jane@lists.example", out));
    g_assert_cmpstr (out->str, ==, "jane@example.org");
    g_assert_true (modori_verps_find (verps, "example.com!bounce+jane-at-example.org@l.example", out));
    g_assert_cmpstr (out->str, ==, "jane@example.org");
    g_assert_true (modori_verps_find (verps, "news+jane=example.org@lists.example", out));
    g_assert_false (modori_verps_find (verps, "bouncee-jane-at-example.org@lists.example", out));
    modori_verps_free (verps);
    modori_knowledge_free (knowledge);
}

/* --- reports --- */

/* What is found for outcomes with RECIPIENTS in a report with HEADER whose mail came from SENDER. */
static void
apply (const char *header, const char *sender, const char *const *recipients,
       const char *const *wanted)
{
    ModoriKnowledge *knowledge;
    ModoriVerps *verps = verps_of (&knowledge);
    ModoriMessage *message = modori_message_new ();
    ModoriReport *report = modori_report_new ();

    modori_message_read (message, modori_span_of (header));
    modori_report_begin (report, message);
    for (guint i = 0; recipients[i]; i++) {
        ModoriOutcome *outcome = modori_report_add (report);

        modori_outcome_set (report, outcome, MODORI_KEY_RECIPIENT, modori_span_of (recipients[i]),
                            "test", 0);
        modori_outcome_set (report, outcome, MODORI_KEY_SENDER, modori_span_of (sender), "test", 0);
    }
    modori_verps_apply (verps, report);
    for (guint i = 0; recipients[i]; i++)
        g_assert_cmpstr (modori_outcome_text (modori_report_outcome (report, i),
                                              MODORI_KEY_VERP_RECIPIENT), ==, wanted[i]);
    modori_report_free (report);
    modori_message_free (message);
    modori_verps_free (verps);
    modori_knowledge_free (knowledge);
}

#define LIST(...) ((const char *const[]) { __VA_ARGS__, NULL })

static void
test_apply (void)
{
    static const char jane[] = "jane@example.org";

    apply ("X-Original-To: news+jane=example.org@l.example\nTo: other@l.example\n\n", "",
           LIST ("j@gone.example"), LIST (jane));
    apply ("Envelope-To: <news+jane=example.org@l.example>\n\n", "", LIST ("j@gone.example"),
           LIST (jane));
    /* the first delivery stands last */
    apply ("Delivered-To: news+last=example.com@l.example\n"
           "Delivered-To: news+jane=example.org@l.example\n\n", "", LIST ("x@gone.example"),
           LIST (jane));
    apply ("Delivered-To: bounces@l.example\n\n", "news+jane=example.org@l.example",
           LIST ("x@gone.example"), LIST (jane));
    apply ("To: \"=?utf-8?q?a=3D?=\" <news+jane=example.org@l.example>, b@l.example\n\n", "",
           LIST ("x@gone.example"), LIST (jane));
    /* several: only those that fit */
    apply ("X-Original-To: news+jane=example.org@l.example\n\n", "",
           LIST ("a@example.org", "b@other.example", "c@EXAMPLE.ORG"), LIST (jane, "", jane));
    apply ("To: news@l.example\n\n", "news@l.example", LIST ("a@example.org"), LIST (""));
    apply ("X-Original-To: \n\n", "", LIST (""), LIST (""));
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/envelope/undo", test_undo);
    g_test_add_func ("/envelope/deep", test_deep);
    g_test_add_func ("/verp/find", test_find);
    g_test_add_func ("/verp/add", test_add);
    g_test_add_func ("/verp/apply", test_apply);
    return g_test_run ();
}
