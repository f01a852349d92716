/* unit-spf.c - SPF read, mended, counted, evaluated, and what `check domain` says of it.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "zone-fixture.h"

#include "check/spf.h"
#include "check/zone.h"

#include <stdio.h>

/* --- reading --- */

/* The first fault of each, as "NAME" or "NAME > what was meant"; in brackets: no permerror. */
static void
test_faults (void)
{
    static const struct { const char *record, *want; } cases[] = {
        { "v=spf1", "" },
        { "v=spf1 -all", "" },
        { "V=SPF1 IP4:192.0.2.1 A MX INCLUDE:Example.NET -ALL", "" },
        { "v=spf1   a  mx/24 a:example.net/24//64 mx//96 ptr ptr:example.net ~all ", "" },
        { "v=spf1 ip4:192.0.2.0/0 ip6:2001:db8::/32 ip6:::ffff:192.0.2.1 ?all", "" },
        { "v=spf1 exists:%{ir}.%{v}._spf.%{d2} redirect=_spf.%{d}", "" },
        { "v=spf1 a:%{l1r+-/_=}.example.net exists:%%.%_.%-.%{S}.example.net. -all", "" },
        { "v=spf1 include:_spf.example.net a:xn--p8j.example -all exp=why.%{d}", "" },
        { "v=spf1 a:example.museum-1 mx -all", "" },
        { "v=spf1 moo=value some.thing-else_1= -all", "" },
        { "v=spf1 foo:bar -all", "spf-unknown-term" },
        { "v=spf1 a:example.net:8080 -all", "spf-bad-domain" },
        { "v=spf1 a:localhost -all", "spf-bad-domain" },
        { "v=spf1 include:example.-net -all", "spf-bad-domain" },
        { "v=spf1 a:%{x}.example.net -all", "spf-bad-macro" },
        { "v=spf1 a:%{d0}.example.net -all", "spf-bad-macro" },
        { "v=spf1 a:%(d).example.net -all", "spf-bad-macro" },
        { "v=spf1 exists:%{c}.example.net -all", "spf-bad-macro" },
        { "v=spf1 moo=%{x} -all", "spf-bad-macro" },
        { "v=spf1 a: -all", "spf-no-value" },
        { "v=spf1 include: -all", "spf-no-value" },
        { "v=spf1 include -all", "spf-no-value" },
        { "v=spf1 redirect= ", "spf-no-value" },
        { "v=spf1 ip4:300.0.2.1 -all", "spf-bad-address" },
        { "v=spf1 ip4:192.0.2 -all", "spf-bad-address" },
        { "v=spf1 ip4:192.0.02.1 -all", "spf-bad-address" },
        { "v=spf1 ip4:192.0.2.0/33 -all", "spf-bad-prefix" },
        { "v=spf1 ip4:192.0.2.0/024 -all", "spf-bad-prefix" },
        { "v=spf1 ip6:2001:db8::/129 -all", "spf-bad-prefix" },
        { "v=spf1 a:example.net/33 -all", "spf-bad-prefix" },
        { "v=spf1 mx//129 -all", "spf-bad-prefix" },
        { "v=spf1 -all:x.example", "spf-all-value" },
        { "v=spf1 redirect=a.example redirect=b.example", "spf-modifier-twice" },
        { "v=spf1 exp=a.example exp=b.example", "spf-modifier-twice" },
        { "v=spf1 include example.net -all", "spf-split > include:example.net" },
        { "v=spf1 ip4: 192.0.2.1 -all", "spf-split > ip4:192.0.2.1" },
        { "v=spf1 mx ~ all", "spf-split > ~all" },
        { "v=spf1 \"mx\" -all", "spf-quotes > mx" },
        { "v=spf1 mx -all\"", "spf-quotes > -all" },
        { "v=spf1 mx “-all”", "spf-quotes > -all" },
        { "v=spf1 mx –all", "spf-dash > -all" },
        { "v=spf1 mx ～all", "spf-dash > ~all" },
        { "v=spf1 mx　-all", "spf-blank > mx -all" },
        { "v=spf1 mx\t-all", "spf-blank > mx -all" },
        { "v=spf1 ip4:192.0.2.1,ip4:192.0.2.2 -all", "spf-comma > ip4:192.0.2.1 ip4:192.0.2.2" },
        { "v=spf1 mx; -all", "spf-comma > mx" },
        { "v=spf1 ip4:192.0.2.1,192.0.2.2 -all", "spf-comma > ip4:192.0.2.1 ip4:192.0.2.2" },
        { "v=spf1 mx -all.", "spf-stop > -all" },
        { "v=spf1 ipv4:192.0.2.1 -all", "spf-wrong-name > ip4:192.0.2.1" },
        { "v=spf1 ip:192.0.2.1/24 -all", "spf-wrong-name > ip4:192.0.2.1/24" },
        { "v=spf1 -ip:2001:db8::1 ~all", "spf-wrong-name > -ip6:2001:db8::1" },
        { "v=spf1 ip4:2001:db8::1 -all", "spf-wrong-family > ip6:2001:db8::1" },
        { "v=spf1 ip6:192.0.2.1 -all", "spf-wrong-family > ip4:192.0.2.1" },
        { "v=spf1 192.0.2.1 -all", "spf-bare-address > ip4:192.0.2.1" },
        { "v=spf1 2001:db8::1 -all", "spf-bare-address > ip6:2001:db8::1" },
        { "v=spf1 a:192.0.2.1 -all", "spf-named-address > ip4:192.0.2.1" },
        { "v=spf1 include:ip4:192.0.2.1 -all", "spf-named-address > ip4:192.0.2.1" },
        { "v=spf1 ip4:mail.example.net -all", "spf-address-name > a:mail.example.net" },
        { "v=spf1 a:http://www.example.net/ -all", "spf-url > a:www.example.net" },
        { "v=spf1 https://www.example.net -all", "spf-url > a:www.example.net" },
        { "v=spf1 redirect:_spf.example.net", "spf-modifier-form > redirect=_spf.example.net" },
        { "v=spf1 ~include=example.net", "spf-modifier-form > ~include:example.net" },
        { "v=spf1 mail.example.net -all", "spf-bare-name > a:mail.example.net" },
        { "v=spf1 _spf.example.net -all", "spf-bare-name > include:_spf.example.net" },
        { "v=spf1 include=example.net -all", "(spf-equals > include:example.net)" },
        { "v=spf1 mx v=spf1 -all", "(spf-version-twice > )" },
        { "v=spf1 -all mx", "(spf-behind-all)" },
        { "v=spf1 mx -all ~all", "(spf-all-twice)" },
        { "v=spf1 mx -all redirect=example.net", "(spf-redirect-unused)" },
        { "v=spf1 m\xff -all", "spf-unknown-term" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (ModoriSpf) spf = modori_spf_parse (cases[i].record);
        const ModoriSpfFault *fault = spf->faults->len
            ? &g_array_index (spf->faults, ModoriSpfFault, 0) : NULL;
        g_autofree char *got = ! fault ? g_strdup ("")
            : g_strconcat (fault->fatal ? "" : "(", fault->what, fault->fix ? " > " : "",
                           fault->fix ? fault->fix : "", fault->fatal ? "" : ")", NULL);

        g_test_message ("\"%s\"", cases[i].record);
        g_assert_cmpstr (got, ==, cases[i].want);
        g_assert_true (spf->bad == (fault && fault->fatal));
    }
}

static void
test_terms (void)
{
    g_autoptr (ModoriSpf) spf =
        modori_spf_parse ("v=spf1 ~a:h.example/24//64 mx//48 -ip4:192.0.2.0/29 all");
    const ModoriSpfTerm *terms = &g_array_index (spf->terms, ModoriSpfTerm, 0);

    g_assert_cmpuint (spf->terms->len, ==, 4);
    g_assert_cmpint (terms[0].qualifier, ==, '~');
    g_assert_true (modori_span_is (terms[0].domain, "h.example"));
    g_assert_cmpuint (terms[0].prefix4, ==, 24);
    g_assert_cmpuint (terms[0].prefix6, ==, 64);
    g_assert_cmpuint (terms[1].prefix4, ==, 32);
    g_assert_cmpuint (terms[1].prefix6, ==, 48);
    g_assert_cmpuint (terms[1].domain.len, ==, 0);
    g_assert_cmpuint (terms[2].prefix4, ==, 29);
    g_assert_cmpint (terms[3].qualifier, ==, '+');
    g_assert_true (spf->has_all);
}

static void
test_meant (void)
{
    static const struct { const char *text, *want; } cases[] = {
        { "v=spf1", NULL }, { "v=spf1 -all", NULL }, { "hello", NULL }, { "spf2.0/pra -all", NULL },
        { "v=spf10 -all", NULL }, { "v=DMARC1; p=none", NULL }, { "", NULL },
        { "\"v=spf1 mx -all\"", "v=spf1 mx -all" }, { " v=spf1 mx -all", "v=spf1 mx -all" },
        { "v=spf1;mx -all", "v=spf1 mx -all" },
        { "v=spf1include:a.example", "v=spf1 include:a.example" },
        { "spf1 mx ~all", "v=spf1 mx ~all" }, { "v= spf1 mx", "v=spf1 mx" },
        { "v=spf mx ~all", "v=spf1 mx ~all" }, { "“v=spf1 mx ~all”", "v=spf1 mx ~all" },
        { "\357\273\277v=spf1 mx ~all", "v=spf1 mx ~all" }, { "v=spf1\tmx ~all", "v=spf1 mx ~all" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree char *meant = modori_spf_meant (cases[i].text);

        g_test_message ("\"%s\"", cases[i].text);
        g_assert_cmpstr (meant, ==, cases[i].want);
    }
}

/* --- writing --- */

static void
test_propose (void)
{
    static const struct { const char *record, *add, *want; } cases[] = {
        { "v=spf1 mx ~all", "ip4:192.0.2.1", "v=spf1 mx ip4:192.0.2.1 ~all" },
        { "v=spf1 mx ip4:192.0.2.1 -all", "ip4:192.0.2.1", "v=spf1 mx ip4:192.0.2.1 -all" },
        { "v=spf1 redirect=a.example", "ip4:192.0.2.1", "v=spf1 ip4:192.0.2.1 redirect=a.example" },
        { "v=spf1 mx +all", NULL, "v=spf1 mx ~all" },
        { "v=spf1 mx ?all", NULL, "v=spf1 mx ~all" },
        { "v=spf1 mx", NULL, "v=spf1 mx ~all" },
        { "v=spf1 ~all a mx", NULL, "v=spf1 a mx ~all" },
        { "v=spf1 a A +a mx -all", NULL, "v=spf1 a mx -all" },
        { "v=spf1 mx -all redirect=a.example", NULL, "v=spf1 mx -all" },
        { "v=spf1 ipv4:192.0.2.1; mx, -all.", NULL, "v=spf1 ip4:192.0.2.1 mx -all" },
        { "v=spf1 include a.example include=b.example v=spf1 –all", NULL,
          "v=spf1 include:a.example include:b.example -all" },
        { "v=spf1 foo:bar -all", NULL, NULL },
        { "v=spf1 -all exp=why.example", "a", "v=spf1 a -all exp=why.example" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (ModoriSpf) spf = modori_spf_parse (cases[i].record);
        ModoriSpfWishes wishes = { cases[i].add, NULL, FALSE };
        g_autofree char *got = modori_spf_propose (spf, &wishes);

        g_test_message ("\"%s\"", cases[i].record);
        g_assert_cmpstr (got, ==, cases[i].want);
    }
}

/* --- macros: the examples of RFC 7208 section 7.4, with names of our own --- */

static void
test_macros (void)
{
    static const struct { const char *text, *want; } cases[] = {
        { "%{s}", "big-cat@zoo.example.com" }, { "%{o}", "zoo.example.com" },
        { "%{d}", "zoo.example.com" }, { "%{d4}", "zoo.example.com" },
        { "%{d3}", "zoo.example.com" }, { "%{d2}", "example.com" }, { "%{d1}", "com" },
        { "%{dr}", "com.example.zoo" }, { "%{d2r}", "example.zoo" }, { "%{l}", "big-cat" },
        { "%{l-}", "big.cat" }, { "%{lr}", "big-cat" }, { "%{lr-}", "cat.big" },
        { "%{l1r-}", "big" }, { "%{h}", "mx.example.net" }, { "%{p}", "unknown" },
        { "%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com" },
        { "%{lr-}.lp._spf.%{d2}", "cat.big.lp._spf.example.com" },
        { "%{lr-}.lp.%{ir}.%{v}._spf.%{d2}",
          "cat.big.lp.3.2.0.192.in-addr._spf.example.com" },
        { "%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net" },
        { "%{S}", "big-cat%40zoo.example.com" }, { "a%%b%_c%-d", "a%b c%20d" },
        { "%{t}", "1000000000" }, { "%{c} %{r}", "192.0.2.3 unknown" },
    };
    ModoriSpfMacros macros = {
        .local = "big-cat", .sender_domain = "zoo.example.com", .domain = "zoo.example.com",
        .helo = "mx.example.net", .validated = "unknown", .now = 1000000000
    };

    g_assert_true (modori_spf_address_read ("192.0.2.3", &macros.ip));
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree char *got = modori_spf_expand (modori_span_of (cases[i].text), &macros);

        g_assert_cmpstr (got, ==, cases[i].want);
    }
    g_assert_true (modori_spf_address_read ("2001:db8::cb01", &macros.ip));
    {
        g_autofree char *got = modori_spf_expand (modori_span_of ("%{ir}.%{v}._spf.%{d2}"),
                                                  &macros);

        g_assert_cmpstr (got, ==, "1.0.B.C.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.B.D.0.1.0.0.2"
                         ".ip6._spf.example.com");
    }
}

static void
test_long_names (void)
{
    g_autoptr (GString) text = g_string_new (NULL);
    ModoriSpfMacros macros = { .local = "x", .sender_domain = "a.example", .domain = "a.example",
                               .helo = "unknown", .validated = "unknown" };
    g_autofree char *name = NULL, *all = NULL;

    for (guint i = 0; i < 6000; i++)
        g_string_append (text, "%{d}.");
    name = modori_spf_expand_name (modori_span_of (text->str), &macros);
    g_assert_cmpuint (strlen (name), <=, 253);
    g_assert_true (g_str_has_suffix (name, "a.example"));
    all = modori_spf_expand (modori_span_of (text->str), &macros);
    g_assert_cmpuint (strlen (all), <=, 8192);
}

/* --- evaluating --- */

static const char zone[] =
    "plain.example TXT v=spf1 ip4:192.0.2.0/24 ip6:2001:db8:1::/48 -all\n"
    "soft.example TXT v=spf1 a mx ~all\n"
    "soft.example A 192.0.2.10\n"
    "soft.example MX 10 mx.soft.example\n"
    "mx.soft.example A 192.0.2.11\n"
    "mx.soft.example AAAA 2001:db8::11\n"
    "dual.example TXT v=spf1 a:soft.example/28//64 mx:soft.example/32//32 -all\n"
    "soft.example AAAA 2001:db8:0:7::1\n"
    "open.example TXT v=spf1 ?all\n"
    "silent.example TXT v=spf1 ip4:192.0.2.1\n"
    "two.example TXT v=spf1 mx -all\n"
    "two.example TXT v=spf1 a -all\n"
    "glued.example TXT v=spf1mx -all\n"
    "text.example TXT something else\n"
    "inc.example TXT v=spf1 include:plain.example include:soft.example -all\n"
    "qinc.example TXT v=spf1 ?include:plain.example -all\n"
    "nested.example TXT v=spf1 include:inc.example ~all\n"
    "gone.example TXT v=spf1 include:nobody.example ip4:192.0.2.1 -all\n"
    "late.example TXT v=spf1 ip4:192.0.2.1 include:nobody.example -all\n"
    "twoinc.example TXT v=spf1 include:two.example -all\n"
    "self.example TXT v=spf1 include:self.example -all\n"
    "ring.example TXT v=spf1 include:ring2.example -all\n"
    "ring2.example TXT v=spf1 redirect=ring.example\n"
    "redir.example TXT v=spf1 redirect=plain.example\n"
    "redirnone.example TXT v=spf1 redirect=nobody.example\n"
    "redirall.example TXT v=spf1 ?all redirect=plain.example\n"
    "bad.example TXT v=spf1 ip4:192.0.2.1 foo:bar -all\n"
    "fail.example TXT !SERVFAIL\n"
    "incfail.example TXT v=spf1 include:fail.example -all\n"
    "incslow.example TXT v=spf1 ip4:192.0.2.1 a:slow.example -all\n"
    "slow.example A !TIMEOUT\n"
    "exists.example TXT v=spf1 exists:%{ir}.list.example -all\n"
    "1.2.0.192.list.example A 127.0.0.2\n"
    "ptr.example TXT v=spf1 ptr -all\n"
    "1.2.0.192.in-addr.arpa PTR mail.ptr.example\n"
    "2.2.0.192.in-addr.arpa PTR fake.ptr.example\n"
    "mail.ptr.example A 192.0.2.1\n"
    "fake.ptr.example A 192.0.2.99\n"
    "void2.example TXT v=spf1 a:v1.example a:v2.example ip4:192.0.2.1 -all\n"
    "void3.example TXT v=spf1 a:v1.example a:v2.example mx:v3.example ip4:192.0.2.1 -all\n"
    "ten.example TXT v=spf1 a:s.example a:s.example a:s.example a:s.example a:s.example a:s.example"
    " a:s.example a:s.example a:s.example a:s.example ip4:192.0.2.1 -all\n"
    "eleven.example TXT v=spf1 a:s.example a:s.example a:s.example a:s.example a:s.example"
    " a:s.example a:s.example a:s.example a:s.example include:ten.example ip4:192.0.2.1 -all\n"
    "many.example TXT v=spf1 a:s.example a:s.example a:s.example a:s.example a:s.example"
    " a:s.example a:s.example a:s.example a:s.example a:s.example a:S.example -all\n"
    "s.example A 198.51.100.1\n"
    "why.example TXT v=spf1 -all exp=text.why.example\n"
    "text.why.example TXT %{i} may not send for %{d}\n"
    "elsewhere.example TXT v=spf1 include:void2.example -all\n"
    "host.example TXT v=spf1 a -all\n"
    "host.example A 192.0.2.25\n"
    "crowd.example TXT v=spf1 mx -all\n"
    "crowd.example MX 1 s.example\ncrowd.example MX 2 s.example\ncrowd.example MX 3 s.example\n"
    "crowd.example MX 4 s.example\ncrowd.example MX 5 s.example\ncrowd.example MX 6 s.example\n"
    "crowd.example MX 7 s.example\ncrowd.example MX 8 s.example\ncrowd.example MX 9 s.example\n"
    "crowd.example MX 10 s.example\ncrowd.example MX 11 s.example\n"
    "nullmx.example TXT v=spf1 mx -all\n"
    "nullmx.example MX 0 .\n"
    "alias.example CNAME plain.example\n"
    "wide.example TXT v=spf1 ip4:10.0.0.0/8 ip4:10.1.0.0/16 ip4:192.0.2.0/24 ~all\n"
    "all.example TXT v=spf1 include:world.example -all\n"
    "world.example TXT v=spf1 +all\n"
    "xn--n8jub.example TXT v=spf1 ip4:192.0.2.1 -all\n";

static void
test_evaluate (void)
{
    static const struct { const char *ip, *sender, *want, *term; } cases[] = {
        { "192.0.2.1", "plain.example", "pass", "ip4:192.0.2.0/24" },
        { "192.0.3.1", "u@plain.example", "fail", "-all" },
        { "192.0.2.1", "u@PLAIN.Example.", "pass", "ip4:192.0.2.0/24" },
        { "::ffff:192.0.2.1", "plain.example", "pass", "ip4:192.0.2.0/24" },
        { "2001:db8:1::5", "plain.example", "pass", "ip6:2001:db8:1::/48" },
        { "2001:db8:2::5", "plain.example", "fail", "-all" },
        { "192.0.2.10", "soft.example", "pass", "a" },
        { "192.0.2.11", "soft.example", "pass", "mx" },
        { "2001:db8::11", "soft.example", "pass", "mx" },
        { "192.0.2.12", "soft.example", "softfail", "~all" },
        { "192.0.2.1", "dual.example", "pass", "a:soft.example/28//64" },
        { "2001:db8:0:7::9", "dual.example", "pass", "a:soft.example/28//64" },
        { "2001:db8:9::1", "dual.example", "pass", "mx:soft.example/32//32" },
        { "192.0.2.17", "dual.example", "fail", "-all" },
        { "192.0.2.1", "open.example", "neutral", "?all" },
        { "192.0.2.2", "silent.example", "neutral", "" },
        { "192.0.2.1", "two.example", "permerror", "" },
        { "192.0.2.1", "glued.example", "none", "" },
        { "192.0.2.1", "text.example", "none", "" },
        { "192.0.2.1", "nobody.example", "none", "" },
        { "192.0.2.1", "localhost", "none", "" },
        { "192.0.2.1", "a..example", "none", "" },
        { "192.0.2.1", "inc.example", "pass", "include:plain.example → ip4:192.0.2.0/24" },
        { "198.51.100.9", "inc.example", "fail", "-all" },
        { "192.0.2.1", "qinc.example", "neutral", "?include:plain.example → ip4:192.0.2.0/24" },
        { "192.0.2.9", "nested.example", "pass",
          "include:inc.example → include:plain.example → ip4:192.0.2.0/24" },
        { "198.51.100.9", "nested.example", "softfail", "~all" },
        { "192.0.2.1", "gone.example", "permerror", "include:nobody.example" },
        { "192.0.2.1", "late.example", "pass", "ip4:192.0.2.1" },
        { "192.0.2.2", "late.example", "permerror", "include:nobody.example" },
        { "192.0.2.1", "twoinc.example", "permerror", "include:two.example" },
        { "192.0.2.1", "self.example", "permerror", NULL },
        { "192.0.2.1", "ring.example", "permerror", NULL },
        { "192.0.2.1", "redir.example", "pass", "redirect=plain.example → ip4:192.0.2.0/24" },
        { "198.51.100.1", "redir.example", "fail", "redirect=plain.example → -all" },
        { "192.0.2.1", "redirnone.example", "permerror", "redirect=nobody.example" },
        { "192.0.2.1", "redirall.example", "neutral", "?all" },
        { "192.0.2.1", "bad.example", "permerror", "" },
        { "192.0.2.1", "fail.example", "temperror", "" },
        { "192.0.2.1", "incfail.example", "temperror", "include:fail.example" },
        { "192.0.2.1", "incslow.example", "pass", "ip4:192.0.2.1" },
        { "192.0.2.2", "incslow.example", "temperror", "a:slow.example" },
        { "192.0.2.1", "exists.example", "pass", "exists:%{ir}.list.example" },
        { "192.0.2.2", "exists.example", "fail", "-all" },
        { "192.0.2.1", "ptr.example", "pass", "ptr" },
        { "192.0.2.2", "ptr.example", "fail", "-all" },
        { "192.0.2.3", "ptr.example", "fail", "-all" },
        { "192.0.2.1", "void2.example", "pass", "ip4:192.0.2.1" },
        { "192.0.2.1", "void3.example", "permerror", "mx:v3.example" },
        { "192.0.2.1", "ten.example", "pass", "ip4:192.0.2.1" },
        { "192.0.2.1", "eleven.example", "permerror", "include:ten.example → a:s.example" },
        { "192.0.2.1", "crowd.example", "permerror", "mx" },
        { "192.0.2.1", "nullmx.example", "fail", "-all" },
        { "192.0.2.1", "alias.example", "pass", "ip4:192.0.2.0/24" },
        { "192.0.2.25", "", "pass", "a" },
        { "192.0.2.26", NULL, "fail", "-all" },
        { "192.0.2.1", "u@ほげ.example", "none", "" },
        { "nonsense", "plain.example", "none", "" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (ModoriResolver) resolver = zone_fixture (zone);
        g_autoptr (ModoriSpfVerdict) verdict =
            modori_spf_evaluate (resolver, cases[i].ip, cases[i].sender, "host.example");

        g_test_message ("%s from %s: %s (%s)", cases[i].sender, cases[i].ip, verdict->term,
                        verdict->trouble);
        g_assert_cmpstr (modori_spf_result_name (verdict->result), ==, cases[i].want);
        if (cases[i].term)
            g_assert_cmpstr (verdict->term, ==, cases[i].term);
        g_assert_true ((verdict->result >= MODORI_SPF_TEMPERROR) == (*verdict->trouble != '\0'));
    }
}

static void
test_explanation (void)
{
    g_autoptr (ModoriResolver) resolver = zone_fixture (zone);
    g_autoptr (ModoriSpfVerdict) verdict =
        modori_spf_evaluate (resolver, "192.0.2.1", "why.example", NULL);

    g_assert_cmpstr (verdict->explanation, ==, "192.0.2.1 may not send for why.example");
    g_assert_cmpuint (verdict->lookups, ==, 0);
}

/* --- counting --- */

static void
test_cost (void)
{
    static const struct {
        const char *domain;
        guint lookups, voids;
        guint64 addresses;
        const char *tree, *troubles;
    } cases[] = {
        { "plain.example", 0, 0, 256, "", "" },
        { "inc.example", 4, 0, 256,
          "include:plain.example  1|include:soft.example  3|  a  1|  mx  1", "" },
        { "nobody.example", 0, 0, 0, "", "" },
        { "gone.example", 1, 0, 1, "include:nobody.example  1", "spf-include-missing" },
        { "twoinc.example", 1, 0, 0, "include:two.example  1", "spf-include-several" },
        { "self.example", 1, 0, 0, "include:self.example  1", "spf-include-loop" },
        { "ring.example", 2, 0, 0, "include:ring2.example  2|  redirect=ring.example  1",
          "spf-include-loop" },
        { "redirall.example", 0, 0, 0, "", "" },
        { "incfail.example", 1, 0, 0, "include:fail.example  1", "spf-include-unanswered" },
        { "void3.example", 3, 3, 1, "a:v1.example  1|a:v2.example  1|mx:v3.example  1",
          "spf-dead-name spf-dead-name spf-dead-name" },
        { "exists.example", 1, 0, 0, "exists:%{ir}.list.example  1", "" },
        { "crowd.example", 1, 0, 1, "mx  1", "spf-mx-crowded" },
        { "eleven.example", 20, 0, 2, NULL, "" },
        { "wide.example", 0, 0, (1 << 24) + 256, "", "" },
        { "all.example", 1, 0, G_GUINT64_CONSTANT (1) << 32, "include:world.example  1", "" },
        { "qinc.example", 1, 0, 0, "?include:plain.example  1", "" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (ModoriResolver) resolver = zone_fixture (zone);
        g_autoptr (ModoriSpfCost) cost = modori_spf_cost (resolver, cases[i].domain, NULL);
        g_autoptr (GString) troubles = g_string_new (NULL), tree = g_string_new (NULL);

        for (guint k = 0; k < cost->troubles->len; k++)
            g_string_append_printf (troubles, "%s%s", k ? " " : "",
                                    ((ModoriSpfTrouble *) cost->troubles->pdata[k])->what);
        for (guint k = 0; k < cost->tree->len; k++)
            g_string_append_printf (tree, "%s%s", k ? "|" : "", (char *) cost->tree->pdata[k]);
        g_test_message ("%s: %s", cases[i].domain, tree->str);
        g_assert_cmpuint (cost->lookups, ==, cases[i].lookups);
        g_assert_cmpuint (cost->voids, ==, cases[i].voids);
        g_assert_cmpuint (cost->addresses, ==, cases[i].addresses);
        g_assert_cmpstr (troubles->str, ==, cases[i].troubles);
        if (cases[i].tree)
            g_assert_cmpstr (tree->str, ==, cases[i].tree);
        g_assert_false (cost->cut);
    }
}

/* --- hostile --- */

/* Each of 40 records includes the next one twice: 2^40 includes. */
static void
test_exponential (void)
{
    g_autoptr (GString) text = g_string_new (NULL);

    for (guint i = 0; i < 40; i++)
        g_string_append_printf (text, "n%u.example TXT v=spf1 include:n%u.example "
                                "include:n%u.example ~all\n", i, i + 1, i + 1);
    {
        g_autoptr (ModoriResolver) resolver = zone_fixture (text->str);
        g_autoptr (ModoriSpfCost) cost = modori_spf_cost (resolver, "n0.example", NULL);
        g_autoptr (ModoriSpfVerdict) verdict =
            modori_spf_evaluate (resolver, "192.0.2.1", "n0.example", NULL);

        g_assert_true (cost->cut);
        g_assert_cmpuint (cost->lookups, <=, 100);
        g_assert_cmpuint (zone_fixture_questions (), <, 60);
        g_assert_cmpstr (modori_spf_result_name (verdict->result), ==, "permerror");
    }
}

/* One record with very many includes. */
static void
test_flat (void)
{
    g_autoptr (GString) text = g_string_new ("flat.example TXT v=spf1");

    for (guint i = 0; i < 3000; i++)
        g_string_append_printf (text, " include:n%u.example", i);
    g_string_append (text, " ~all\n");
    {
        g_autoptr (ModoriResolver) resolver = zone_fixture (text->str);
        g_autoptr (ModoriSpfCost) cost = modori_spf_cost (resolver, "flat.example", NULL);

        g_assert_true (cost->cut);
        g_assert_cmpuint (zone_fixture_questions (), <=, 102);
    }
}

static void
test_long_records (void)
{
    static const char *const pieces[] = {
        " ", " a", " ip4:192.0.2.1", " ip", " \"", " ~", " include", ":", "=", "%{", " –", "\xff",
        " all", ",", "/"
    };

    for (guint i = 0; i < G_N_ELEMENTS (pieces); i++) {
        g_autoptr (GString) text = g_string_new ("v=spf1");
        ModoriSpfWishes wishes = { "ip4:192.0.2.1", NULL, TRUE };

        while (text->len < 65536)
            g_string_append (text, pieces[i]);
        {
            g_autoptr (ModoriSpf) spf = modori_spf_parse (text->str);
            g_autofree char *proposed G_GNUC_UNUSED = modori_spf_propose (spf, &wishes);
            g_autofree char *meant G_GNUC_UNUSED = modori_spf_meant (text->str);

            g_assert_cmpuint (spf->terms->len, <=, 5000);
            g_assert_cmpuint (spf->faults->len, <=, 100);
        }
    }
}

/* Whatever is proposed is a good record, and proposing again changes nothing. */
static void
test_any (void)
{
    static const char *const words[] = {
        "a", "mx", "ip4", "ip6", "include", ":", "=", "192.0.2.1", "2001:db8::1", "/24", "/",
        " ", " ", " ", "all", "-", "~", "+", "\"", "“", "–", ",", ";", "example.net", ".",
        "%{d}", "%", "redirect", "exp", "v=spf1", "ipv4:", "http://", "ptr", "exists", "\t", "x"
    };
    g_autoptr (GRand) rand = g_rand_new_with_seed (7208);
    guint proposals = 0;

    for (guint n = 0; n < 20000; n++) {
        g_autoptr (GString) text = g_string_new ("v=spf1 ");
        g_autoptr (ModoriSpf) spf = NULL;
        g_autofree char *proposed = NULL;
        ModoriSpfWishes wishes = { NULL, NULL, FALSE };

        for (int i = g_rand_int_range (rand, 1, 12); i > 0; i--)
            g_string_append (text, words[g_rand_int_range (rand, 0, G_N_ELEMENTS (words))]);
        spf = modori_spf_parse (text->str);
        proposed = modori_spf_propose (spf, &wishes);
        if (proposed) {
            g_autoptr (ModoriSpf) good = modori_spf_parse (proposed);
            g_autofree char *again = modori_spf_propose (good, &wishes);

            g_test_message ("%s | %s", text->str, proposed);
            g_assert_true (modori_spf_is (proposed));
            g_assert_cmpuint (good->faults->len, ==, 0);
            g_assert_cmpstr (again, ==, proposed);
            proposals++;
        }
    }
    g_assert_cmpuint (proposals, >, 1000);
}

/* --- what check domain says --- */

/* The names that were seen, in their order, and the proposal. */
static char *
look (const char *domain, const char *ip, const char *envelope, const char *helo, ModoriZone *out)
{
    ModoriDomainCheck options = { .domain = domain, .ip = ip, .helo = helo };
    g_autoptr (ModoriResolver) resolver = zone_fixture (zone);
    g_autoptr (ModoriCheckup) checkup = modori_checkup_new ("domain", domain);
    ModoriZone look_at = {
        .options = &options, .checkup = checkup, .resolver = resolver,
        .domain = (char *) domain, .organisation = (char *) domain,
        .envelope = (char *) (envelope ? envelope : domain), .helo = (char *) helo
    };
    GString *text = g_string_new (NULL);
    const char *proposed = NULL;

    modori_zone_spf (&look_at);
    for (guint i = 0; i < checkup->sections->len; i++) {
        const ModoriSection *section = checkup->sections->pdata[i];

        for (guint k = 0; k < section->seen->len; k++) {
            const ModoriSeen *seen = section->seen->pdata[k];
            const char *value = modori_seen_value (seen, "proposed");

            g_string_append_printf (text, "%s%s", text->len ? " " : "", seen->observation + 4);
            proposed = proposed ? proposed : value;
        }
    }
    if (proposed)
        g_string_append_printf (text, " > %s", proposed);
    *out = look_at;
    return g_string_free (text, FALSE);
}

static void
test_domain (void)
{
    static const struct { const char *domain, *ip, *envelope, *helo, *want; } cases[] = {
        { "plain.example", NULL, NULL, NULL, "record lookups" },
        { "plain.example", "192.0.2.1", NULL, NULL, "record pass lookups" },
        { "plain.example", "198.51.100.7", NULL, NULL, "record fail lookups > "
          "v=spf1 ip4:192.0.2.0/24 ip6:2001:db8:1::/48 ip4:198.51.100.7 -all" },
        { "soft.example", "2001:db8::77", NULL, NULL, "record softfail lookups > "
          "v=spf1 a mx ip6:2001:db8::77 ~all" },
        { "soft.example", "::ffff:198.51.100.7", NULL, NULL, "record softfail lookups > "
          "v=spf1 a mx ip4:198.51.100.7 ~all" },
        { "nobody.example", "192.0.2.1", NULL, NULL, "missing > v=spf1 ip4:192.0.2.1 ~all" },
        { "nobody.example", NULL, NULL, NULL, "missing" },
        { "two.example", "192.0.2.1", NULL, NULL, "several > v=spf1 mx a ip4:192.0.2.1 -all" },
        { "glued.example", NULL, NULL, NULL, "misspelt > v=spf1 mx -all" },
        { "fail.example", NULL, NULL, NULL, "unanswered" },
        { "open.example", NULL, NULL, NULL, "record neutral-all lookups > v=spf1 ~all" },
        { "silent.example", "192.0.2.2", NULL, NULL, "record neutral no-all lookups > "
          "v=spf1 ip4:192.0.2.1 ip4:192.0.2.2 ~all" },
        { "world.example", NULL, NULL, NULL, "record plus-all lookups > v=spf1 ~all" },
        { "all.example", NULL, NULL, NULL, "record many-addresses lookups" },
        { "wide.example", NULL, NULL, NULL, "record many-addresses lookups" },
        { "gone.example", "192.0.2.1", NULL, NULL, "record permerror lookups include-missing > "
          "v=spf1 ip4:192.0.2.1 -all" },
        { "void3.example", NULL, NULL, NULL, "record lookups too-many-voids dead-name dead-name "
          "dead-name > v=spf1 mx:v3.example ip4:192.0.2.1 -all" },
        { "eleven.example", NULL, NULL, NULL, "record too-many-lookups" },
        { "many.example", NULL, NULL, NULL, "record too-many-lookups > "
          "v=spf1 a:s.example -all" },
        { "bad.example", "192.0.2.1", NULL, NULL, "record permerror unknown-term lookups" },
        { "ptr.example", "192.0.2.1", NULL, NULL, "record pass ptr lookups > "
          "v=spf1 ip4:192.0.2.1 -all" },
        { "soft.example", "192.0.2.1", "plain.example", NULL,
          "record pass lookups record from-softfail lookups > v=spf1 a mx ip4:192.0.2.1 ~all" },
        { "nobody.example", "192.0.2.1", "plain.example", NULL,
          "record pass lookups from-missing > v=spf1 ip4:192.0.2.1 ~all" },
        { "plain.example", "192.0.2.25", NULL, "host.example", "record pass lookups helo-pass" },
        { "plain.example", "192.0.2.1", NULL, "host.example", "record pass lookups helo-fail > "
          "v=spf1 a ip4:192.0.2.1 -all" },
        { "plain.example", "192.0.2.1", NULL, "s.example", "record pass lookups helo-missing" },
        { "plain.example", "192.0.2.1", NULL, "localhost", "record pass lookups" },
        { "plain.example", "192.0.2.1", NULL, "no-address.example", "record pass lookups" },
        { "plain.example", "192.0.2.1", NULL, "web01.local", "record pass lookups" },
        { "plain.example", "192.168.1.5", NULL, "host.example", "record lookups" },
        { "nobody.example", "10.0.0.1", NULL, NULL, "missing" },
        { "elsewhere.example", NULL, NULL, NULL, "record lookups dead-name-elsewhere "
          "dead-name-elsewhere" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        ModoriZone seen;
        g_autofree char *got = look (cases[i].domain, cases[i].ip, cases[i].envelope,
                                     cases[i].helo, &seen);

        g_test_message ("%s %s", cases[i].domain, cases[i].ip);
        g_assert_cmpstr (got, ==, cases[i].want);
        g_assert_true (seen.spf_pass == g_str_has_prefix (got, "record pass"));
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/spf/faults", test_faults);
    g_test_add_func ("/spf/terms", test_terms);
    g_test_add_func ("/spf/meant", test_meant);
    g_test_add_func ("/spf/propose", test_propose);
    g_test_add_func ("/spf/macros", test_macros);
    g_test_add_func ("/spf/long-names", test_long_names);
    g_test_add_func ("/spf/evaluate", test_evaluate);
    g_test_add_func ("/spf/explanation", test_explanation);
    g_test_add_func ("/spf/cost", test_cost);
    g_test_add_func ("/spf/exponential", test_exponential);
    g_test_add_func ("/spf/flat", test_flat);
    g_test_add_func ("/spf/long-records", test_long_records);
    g_test_add_func ("/spf/any", test_any);
    g_test_add_func ("/spf/domain", test_domain);
    return g_test_run ();
}
