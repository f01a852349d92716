/* unit-digest-output.c - tests of a digest as HTML page and as mail: two of them made by hand, one
 * as a good week gives it, one of nothing but hostile words.
 *
 * `unit-digest-output --write DIR LOCALES` writes what tests/html.t looks at.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "auto.h"
#include "output/digest.h"
#include "rules/advice.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <string.h>

/* Sunday, 22 November 2026, 07:00 UTC */
#define NOW 1795330800
#define DAY 86400

static gint64
ago (double days)
{
    return NOW - (gint64) (days * DAY);
}

/* --- a digest, piece by piece --- */

static ModoriDigest *
empty_digest (void)
{
    ModoriDigest *digest = g_new0 (ModoriDigest, 1);

    digest->now = digest->until = NOW;
    digest->since = ago (7);
    digest->domain = "";
    digest->repairs = g_ptr_array_new_with_free_func (g_free);
    digest->insights = g_ptr_array_new_with_free_func (g_free);
    digest->reasons = g_ptr_array_new_with_free_func (g_free);
    digest->receivers = g_ptr_array_new_with_free_func (g_free);
    digest->senders = g_ptr_array_new_with_free_func (g_free);
    digest->ips = g_ptr_array_new_with_free_func (g_free);
    digest->campaigns = g_ptr_array_new_with_free_func (g_free);
    digest->news = g_ptr_array_new_with_free_func (g_free);
    digest->undecided = g_ptr_array_new_with_free_func (g_free);
    digest->stops = g_ptr_array_new_with_free_func (g_free);
    digest->days = g_array_new (FALSE, TRUE, sizeof (ModoriDay));
    digest->days_each = 1;
    return digest;
}

static void
free_digest (ModoriDigest *digest)
{
    GPtrArray *const lists[] = {
        digest->insights, digest->reasons, digest->receivers, digest->senders, digest->ips,
        digest->campaigns, digest->news, digest->undecided, digest->stops,
    };

    for (guint i = 0; i < digest->repairs->len; i++) {
        ModoriRepair *repair = g_ptr_array_index (digest->repairs, i);

        g_array_unref (repair->steps);
        g_ptr_array_unref (repair->receivers);
    }
    g_ptr_array_unref (digest->repairs);
    for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
        g_ptr_array_unref (lists[i]);
    g_array_unref (digest->days);
    g_free (digest);
}

static void
add_share (GPtrArray *list, const char *name, const char *title, guint64 count, guint64 hard,
           guint64 before)
{
    ModoriShare *share = g_new0 (ModoriShare, 1);

    *share = (ModoriShare) { name, title, count, hard, before, ago (6), ago (0.2) };
    g_ptr_array_add (list, share);
}

static ModoriRepair *
add_repair (ModoriDigest *digest, const ModoriRepair *template)
{
    ModoriRepair *repair = g_new0 (ModoriRepair, 1);

    *repair = *template;
    repair->steps = g_array_new (FALSE, TRUE, sizeof (ModoriAdviceLine));
    repair->receivers = g_ptr_array_new_with_free_func (g_free);
    repair->first = ago (6);
    repair->last = ago (0.3);
    repair->id = "3f2a9c0d17b64e58a1c2d3e4f5061728";
    g_ptr_array_add (digest->repairs, repair);
    return repair;
}

static void
add_step (ModoriRepair *repair, int kind, const char *text)
{
    ModoriAdviceLine line = { .kind = kind, .text = (char *) text };

    g_array_append_val (repair->steps, line);
}

static void
add_day (ModoriDigest *digest, guint i, guint64 hard, guint64 soft, guint64 before)
{
    g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (ago (6 - (double) i));
    g_autofree char *date = g_date_time_format (time, "%Y-%m-%d");
    ModoriDay day = { .hard = hard, .soft = soft, .before = before };

    g_strlcpy (day.date, date, sizeof day.date);
    g_array_append_val (digest->days, day);
}

static void
add_insight (ModoriDigest *digest, const char *kind, const char *text)
{
    ModoriInsight *insight = g_new0 (ModoriInsight, 1);

    *insight = (ModoriInsight) { kind, text, "", 12, ago (3) };
    g_ptr_array_add (digest->insights, insight);
}

static void
add_undecided (ModoriDigest *digest, const char *wording, guint64 count)
{
    ModoriUndecided *undecided = g_new0 (ModoriUndecided, 1);

    *undecided = (ModoriUndecided) { wording, count, "0011223344556677" };
    g_ptr_array_add (digest->undecided, undecided);
}

static void
add_stop (ModoriDigest *digest, const char *address, const char *title, guint64 count)
{
    ModoriStop *stop = g_new0 (ModoriStop, 1);

    *stop = (ModoriStop) { address, "userunknown", title, "hard", count, ago (4), ago (1) };
    g_ptr_array_add (digest->stops, stop);
}

/* --- a week that had everything, in both languages --- */

/* One of two texts. */
static const char *
pick (gboolean ja, const char *en_text, const char *ja_text)
{
    return ja ? ja_text : en_text;
}

static void
add_authenticate (ModoriDigest *digest, gboolean ja)
{
    ModoriRepair *repair = add_repair (digest, &(ModoriRepair) {
        .advice = "authenticate", .domain = "shop.example.jp", .ours = TRUE, .count = 64,
        .before = 3, .addresses = 61,
        .title = pick (ja, "SPF, DKIM and DMARC for shop.example.jp",
                       "shop.example.jp の SPF・DKIM・DMARC を設定する"),
        .hint = pick (ja, "publish SPF and DKIM for shop.example.jp so that Google can see that "
                          "the mail is yours",
                      "shop.example.jp に SPF と DKIM を公開し、本物の差出人であることを Google が確認できるようにする"),
        .why = pick (ja, "Since February 2024 Google and Yahoo take mail only from senders that "
                         "prove who they are. Your server 192.0.2.25 is not named in the SPF "
                         "record, and the mail has no DKIM signature.",
                     "2024年2月から、Google と Yahoo は差出人を確認できるメールしか受け取りません。送信サーバー "
                     "192.0.2.25 は SPF レコードに載っておらず、DKIM 署名もありません。"),
        .recipient = "hanako.yamada@gmail.example",
        .diagnostic = "550-5.7.26 This mail has been blocked because the sender is "
                      "unauthenticated. Gmail requires all senders to authenticate with either "
                      "SPF or DKIM. DKIM = did not pass, SPF [shop.example.jp] with ip: "
                      "[192.0.2.25] = did not pass",
        .rule = "google-unauthenticated",
    });

    add_share (repair->receivers, "google", "Google", 41, 0, 3);
    add_share (repair->receivers, "yahoo-jp", pick (ja, "Yahoo! JAPAN", "Yahoo! JAPAN"), 15, 0, 0);
    add_share (repair->receivers, "docomo", pick (ja, "NTT docomo", "NTTドコモ"), 8, 0, 0);
    add_step (repair, MODORI_ADVICE_STEP,
              pick (ja, "Publish an SPF record that names the server that sends:",
                    "送信サーバーを記した SPF レコードを DNS に登録します。"));
    add_step (repair, MODORI_ADVICE_RECORD,
              "shop.example.jp | TXT | 3600 | v=spf1 ip4:192.0.2.25 include:_spf.example.net ~all");
    add_step (repair, MODORI_ADVICE_CHECK, "dig +short TXT shop.example.jp");
    add_step (repair, MODORI_ADVICE_STEP,
              pick (ja, "Make a key and sign with it (here with OpenDKIM):",
                    "鍵を作り、署名します(OpenDKIM の例)。"));
    add_step (repair, MODORI_ADVICE_COMMAND,
              "opendkim-genkey -b 2048 -d shop.example.jp -s mail2026 -D /etc/opendkim/keys/shop");
    add_step (repair, MODORI_ADVICE_RECORD,
              "mail2026._domainkey.shop.example.jp | TXT | 3600 | v=DKIM1; k=rsa; "
              "p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAy7YkG5mZ8qX1n0vR4l0pQe2t");
    g_array_index (repair->steps, ModoriAdviceLine, repair->steps->len - 1).example = TRUE;
    add_step (repair, MODORI_ADVICE_STEP,
              pick (ja, "Then say with DMARC what receivers shall do with the rest, and where to "
                        "report it:",
                    "DMARC で、認証に失敗したメールの扱いと報告の送り先を知らせます。"));
    add_step (repair, MODORI_ADVICE_RECORD,
              "_dmarc.shop.example.jp | TXT | 3600 | v=DMARC1; p=none; "
              "rua=mailto:dmarc@shop.example.jp");
    add_step (repair, MODORI_ADVICE_SEE, "https://support.google.com/mail/answer/81126");
}

static void
add_other_repairs (ModoriDigest *digest, gboolean ja)
{
    ModoriRepair *repair = add_repair (digest, &(ModoriRepair) {
        .advice = "block-list", .domain = "", .ours = TRUE, .count = 22, .addresses = 20,
        .title = pick (ja, "Take 192.0.2.25 off the block list Spamhaus XBL",
                       "192.0.2.25 を Spamhaus XBL から外してもらう"),
        .hint = pick (ja, "stop what got the server listed, then ask for removal",
                      "登録の原因を止めてから解除を申請する"),
        .why = "", .recipient = "info@partner.example.com",
        .diagnostic = "554 5.7.1 Service unavailable; Client host [192.0.2.25] blocked using "
                      "zen.spamhaus.example",
        .rule = "blocked-by-list",
    });

    add_share (repair->receivers, "", "mx.partner.example.com", 14, 0, 0);
    add_step (repair, MODORI_ADVICE_STEP,
              pick (ja, "Look for what was sent in your name:", "なりすまし送信の有無を調べます。"));
    add_step (repair, MODORI_ADVICE_COMMAND, "grep 'sasl_username' /var/log/mail.log | sort | uniq -c");
    repair = add_repair (digest, &(ModoriRepair) {
        .advice = "certificate", .domain = "example.jp", .ours = TRUE, .count = 11,
        .before = 9, .addresses = 4,
        .title = pick (ja, "A certificate that names mail.example.jp",
                       "mail.example.jp の名前を含む証明書にする"),
        .hint = pick (ja, "get a certificate for the name that the MX record has",
                      "MX レコードの名前で証明書を取り直す"),
        .why = "", .recipient = "kaikei@bank.example", .rule = "tls-name",
        .diagnostic = "454 4.7.5 Certificate validation failed: names do not match",
    });
    add_step (repair, MODORI_ADVICE_COMMAND, "certbot certonly -d mail.example.jp");
    add_repair (digest, &(ModoriRepair) {
        .advice = "clean-list", .domain = "example.jp", .count = 31, .before = 44,
        .addresses = 31,
        .title = pick (ja, "Addresses that do not exist any more", "存在しなくなった宛先"),
        .hint = pick (ja, "stop writing to them: `modori suppress`", "送信を止める: `modori suppress`"),
        .why = "", .recipient = "taro@example.net", .rule = "user-unknown",
        .diagnostic = "550 5.1.1 <taro@example.net>: Recipient address rejected: User unknown",
    });
}

static void
add_figures (ModoriDigest *digest, gboolean ja)
{
    static const guint64 days[][3] = {
        { 4, 6, 31 }, { 8, 9, 26 }, { 6, 12, 24 }, { 5, 21, 22 }, { 6, 19, 25 }, { 8, 12, 20 },
        { 4, 8, 17 },
    };

    for (guint i = 0; i < G_N_ELEMENTS (days); i++)
        add_day (digest, i, days[i][0], days[i][1], days[i][2]);
    add_share (digest->reasons, "authfailure",
               pick (ja, "Sender authentication failed (SPF, DKIM, DMARC)",
                     "送信ドメイン認証の失敗(SPF・DKIM・DMARC)"), 64, 0, 3);
    add_share (digest->reasons, "userunknown",
               pick (ja, "No such recipient", "宛先が存在しない"), 31, 31, 44);
    add_share (digest->reasons, "blocked",
               pick (ja, "The sending server is blocked", "送信サーバーがブロックされている"), 22, 0, 0);
    add_share (digest->reasons, "failedstarttls",
               pick (ja, "Encryption (TLS) failed", "暗号化(TLS)の失敗"), 11, 0, 9);
    add_share (digest->receivers, "google", "Google", 47, 6, 21);
    add_share (digest->receivers, "docomo", pick (ja, "NTT docomo", "NTTドコモ"), 29, 12, 31);
    add_share (digest->receivers, "yahoo-jp", "Yahoo! JAPAN", 15, 2, 8);
    add_share (digest->receivers, "", "mx.partner.example.com", 14, 0, 0);
    add_share (digest->senders, "shop.example.jp", "", 86, 20, 60);
    add_share (digest->senders, "example.jp", "", 42, 21, 105);
    add_share (digest->ips, "192.0.2.25", "", 22, 0, 0);
    add_share (digest->ips, "2001:db8::25", "", 3, 0, 1);
    add_share (digest->campaigns, "", pick (ja, "Your order has been shipped",
                                            "ご注文商品を発送しました【商品番号: 12345678】"), 51, 9, 12);
    add_share (digest->campaigns, "news.example.jp", pick (ja, "November news", "11月のお知らせ"),
               30, 22, 80);
    digest->counts = (ModoriDigestCounts) { 128, 41, 87, 12, 2, 5, 0 };
    digest->before = (ModoriDigestCounts) { 165, 66, 99, 20, 1, 3, 0 };
}

static ModoriDigest *
rich_digest (gboolean ja)
{
    ModoriDigest *digest = empty_digest ();

    digest->compared = TRUE;
    add_authenticate (digest, ja);
    add_other_repairs (digest, ja);
    add_figures (digest, ja);
    add_insight (digest, "receiver-blocks",
                 pick (ja, "Google has refused every mail of shop.example.jp since 18 November; "
                           "before that day it took them.",
                       "Google は11月18日から shop.example.jp のメールをすべて拒否しています。それより前は届いていました。"));
    add_insight (digest, "contact-form",
                 pick (ja, "12 unknown recipients share the subject \"Thank you for your inquiry\": "
                           "somebody abuses a contact form.",
                       "宛先不明の12件が同じ件名「お問い合わせありがとうございます」です。問い合わせフォームが悪用されています。"));
    add_share (digest->news, "", pick (ja, "Sender authentication failed, at Yahoo! JAPAN",
                                       "送信ドメイン認証の失敗(Yahoo! JAPAN)"), 15, 0, 0);
    add_share (digest->news, "", pick (ja, "The sending server is blocked, at mx.partner.example.com",
                                       "送信サーバーがブロックされている(mx.partner.example.com)"), 14, 0, 0);
    add_undecided (digest, "550 5.0.0 Odd reply number 7 from a very old appliance", 4);
    add_undecided (digest, "451 Message deferred, "
                           "see-https://errors.example.com/a-very-long-path-that-has-no-blank-in-it-"
                           "and-goes-on-and-on-until-it-would-leave-any-telephone", 1);
    add_stop (digest, "taro@example.net", pick (ja, "No such recipient", "宛先が存在しない"), 2);
    add_stop (digest, "a.very.long.local.part.of.an.address.that.somebody.chose@department."
                      "subsidiary.company.example.com",
              pick (ja, "No such recipient", "宛先が存在しない"), 1);
    digest->stops_total = 318;
    return digest;
}

/* --- nothing but hostile words --- */

#define HOSTILE                                                                                   \
    "</title></style><script>alert(1)</script><img src=x onerror=alert(1)>\" onload='x' "          \
    "=cmd|'/c calc'!A1 \x1b[31m\x07 \u202eevil\u2066\u200b\ufeff\U000e0041 &amp;&lt;x&#60; "        \
    "]]>--><!-- \r\nBcc: victim@example.org\r\n\r\n<svg/onload=alert(1)>"

/* More than any history holds. */
#define MANY G_GUINT64_CONSTANT (12345678901)

static ModoriDigest *
hostile_digest (void)
{
    ModoriDigest *digest = empty_digest ();
    ModoriRepair *repair = add_repair (digest, &(ModoriRepair) {
        .advice = HOSTILE, .domain = HOSTILE, .title = HOSTILE, .hint = HOSTILE, .why = HOSTILE,
        .count = MANY, .before = MANY, .addresses = MANY, .ours = TRUE,
        .recipient = HOSTILE, .diagnostic = HOSTILE, .rule = HOSTILE,
    });
    GPtrArray *const lists[] = {
        digest->reasons, digest->receivers, digest->senders, digest->ips, digest->campaigns,
        digest->news, repair->receivers,
    };

    digest->domain = HOSTILE;
    digest->compared = TRUE;
    repair->id = HOSTILE;
    for (guint i = 0; i < G_N_ELEMENTS (lists); i++) {
        add_share (lists[i], HOSTILE, HOSTILE, MANY, 1, 0);
        add_share (lists[i], "name" HOSTILE, "", 1, 2, MANY);
    }
    for (int kind = MODORI_ADVICE_STEP; kind <= MODORI_ADVICE_SEE; kind++)
        add_step (repair, kind, HOSTILE "|" HOSTILE "|" HOSTILE "|" HOSTILE);
    add_step (repair, MODORI_ADVICE_SEE, "https://example.com/\"onmouseover=\"alert(1)");
    add_step (repair, MODORI_ADVICE_SEE, "javascript:alert(1)");
    add_step (repair, MODORI_ADVICE_SEE, "https://example.com/?a=1&b='2'");
    for (guint i = 0; i < 7; i++)
        add_day (digest, i, i % 2 ? MANY / 4 : 0, i, i);
    g_strlcpy (g_array_index (digest->days, ModoriDay, 0).date, "<b>\"'&<x>", 11);
    add_insight (digest, HOSTILE, HOSTILE);
    add_undecided (digest, HOSTILE, 1);
    add_stop (digest, HOSTILE, HOSTILE, 1);
    digest->stops_total = MANY;
    digest->counts = (ModoriDigestCounts) { MANY, 1, 1, 1, 1, 1, 1 };
    digest->before = (ModoriDigestCounts) { 1, 1, 1, 1, 1, 1, 1 };
    return digest;
}

/* --- a reader of our own HTML, which knows no more than it may hold --- */

static const char *const elements[] = {
    "a", "b", "bdi", "blockquote", "body", "br", "code", "desc", "details", "div", "figcaption",
    "figure", "footer", "g", "h1", "h2", "head", "header", "html", "li", "line", "main",
    "meta", "ol", "p", "path", "pre", "rect", "section", "small", "span", "strong", "style",
    "summary", "svg", "table", "td", "text", "th", "title", "tr", "ul", NULL
};

static const char *const attributes[] = {
    "aria-hidden", "charset", "class", "colspan", "content", "d", "fill", "font-size", "height",
    "href", "http-equiv", "lang", "name", "open", "rel", "role", "scope", "stroke",
    "stroke-linecap", "stroke-linejoin", "stroke-width", "style", "text-anchor", "viewBox",
    "width", "x", "x1", "x2", "y", "y1", "y2", NULL
};

static const char *const styles[] = {
    "overflow-wrap:anywhere", "text-align:right", "white-space:pre-wrap", NULL
};

static const char *const empty_elements[] = { "br", "meta", NULL };

/* Read name="value" at *P, which is behind a blank. */
static void
read_attribute (const char **p, const char *element)
{
    gsize length = strspn (*p, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-0123456789");
    g_autofree char *name = g_strndup (*p, length);
    g_autofree char *value = NULL;

    g_test_message ("<%s %s", element, name);
    g_assert_true (g_strv_contains (attributes, name));
    *p += length;
    if (g_str_equal (name, "open"))
        return;
    g_assert_cmpint ((*p)[0], ==, '=');
    g_assert_cmpint ((*p)[1], ==, '"');
    *p += 2;
    length = strcspn (*p, "\"");
    value = g_strndup (*p, length);
    *p += length + 1;
    g_assert_null (strpbrk (value, "<>"));
    if (g_str_equal (name, "href"))
        g_assert_true (g_str_has_prefix (value, "https://"));
    if (g_str_equal (name, "style"))
        g_assert_true (g_strv_contains (styles, value));
}

/* Read a tag at *P; OPEN is the stack of the elements around it. */
static void
read_tag (const char **p, GPtrArray *open)
{
    gboolean closes = (*p)[1] == '/';
    const char *start = *p + 1 + closes;
    gsize length = strspn (start, "abcdefghijklmnopqrstuvwxyz0123456789");
    g_autofree char *name = g_strndup (start, length);

    g_assert_true (g_strv_contains (elements, name));
    *p = start + length;
    if (closes) {
        g_assert_cmpint (**p, ==, '>');
        g_assert_cmpuint (open->len, >, 0);
        g_assert_cmpstr (name, ==, g_ptr_array_index (open, open->len - 1));
        g_ptr_array_set_size (open, (gint) open->len - 1);
    }
    while (**p == ' ') {
        ++*p;
        read_attribute (p, name);
    }
    if (! closes && ! g_str_has_prefix (*p, "/>") && ! g_strv_contains (empty_elements, name))
        g_ptr_array_add (open, g_strdup (name));
    *p += **p == '/';
    g_assert_cmpint (**p, ==, '>');
    ++*p;
    if (g_str_equal (name, "style") && ! closes)
        *p = strstr (*p, "</style>");
}

static void
read_character (const char **p)
{
    static const char *const entities[] = {
        "&lt;", "&gt;", "&amp;", "&quot;", "&#39;", "&#183;", NULL
    };
    gunichar c = g_utf8_get_char (*p);

    if (c == '&') {
        guint i = 0;

        while (entities[i] && ! g_str_has_prefix (*p, entities[i]))
            i++;
        g_assert_nonnull (entities[i]);
    }
    g_assert_cmpint ((int) c, !=, '>');
    g_assert_true (c == '\n' || ! g_unichar_iscntrl (c));
    g_assert_false ((c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e)
                    || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || c >= 0xe0000);
    *p = g_utf8_next_char (*p);
}

static void
read_page (const char *html)
{
    g_autoptr (GPtrArray) open = g_ptr_array_new_with_free_func (g_free);

    g_assert_true (g_utf8_validate (html, -1, NULL));
    g_assert_true (g_str_has_prefix (html, "<!DOCTYPE html>\n"));
    for (const char *p = html + strlen ("<!DOCTYPE html>"); *p; ) {
        if (*p == '<')
            read_tag (&p, open);
        else
            read_character (&p);
    }
    g_assert_cmpuint (open->len, ==, 0);
}

static char *
page_of (const ModoriDigest *digest, const char *lang)
{
    GString *out = g_string_new (NULL);

    modori_digest_html (digest, out, lang);
    return g_string_free (out, FALSE);
}

/* --- tests of the page --- */

static void
test_page_rich (void)
{
    for (int ja = 0; ja < 2; ja++) {
        ModoriDigest *digest = rich_digest (ja);
        g_autofree char *html = page_of (digest, ja ? "ja" : "");

        read_page (html);
        g_assert_nonnull (strstr (html, ja ? "<html lang=\"ja\">" : "<html lang=\"en\">"));
        g_assert_nonnull (strstr (html, ">v=spf1 ip4:192.0.2.25 include:_spf.example.net "
                                        "~all</pre>"));
        g_assert_nonnull (strstr (html, "<a href=\"https://support.google.com/mail/answer/81126\""));
        free_digest (digest);
    }
}

/* Repairs, what stands out, figures, trend, news, wordings, addresses: in this order. */
static void
test_page_order (void)
{
    static const char *const order[] = {
        "<h1>", "What to repair", "dig +short TXT", "What stands out", "<ul class=\"tiles\">",
        "<svg class=\"trend\"", ">Reasons<", ">Receivers<", "New since", "Wordings that",
        "Addresses to stop", "</html>",
    };
    ModoriDigest *digest = rich_digest (FALSE);
    g_autofree char *html = page_of (digest, "");
    const char *p = html;

    for (guint i = 0; i < G_N_ELEMENTS (order); i++) {
        g_test_message ("%s", order[i]);
        p = strstr (p, order[i]);
        g_assert_nonnull (p);
    }
    free_digest (digest);
}

static void
test_page_empty (void)
{
    ModoriDigest *digest = empty_digest ();
    g_autofree char *html = page_of (digest, "");

    read_page (html);
    g_assert_nonnull (strstr (html, "Nothing came back"));
    g_assert_null (strstr (html, "<h2>"));
    g_assert_null (strstr (html, "<svg class=\"trend\""));
    free_digest (digest);
}

static void
test_page_hostile (void)
{
    ModoriDigest *digest = hostile_digest ();
    g_autofree char *html = page_of (digest, "");

    read_page (html);
    g_assert_null (strstr (html, "<script"));
    g_assert_null (strstr (html, "<img"));
    g_assert_null (strstr (html, "href=\"javascript"));
    g_assert_null (strchr (html, '\r'));
    g_assert_nonnull (strstr (html, "&lt;script&gt;alert(1)&lt;/script&gt;"));
    g_assert_nonnull (strstr (html, "\uFFFDevil"));
    g_assert_nonnull (strstr (html, "&amp;amp;&amp;lt;x&amp;#60;"));
    free_digest (digest);
}

/* Nothing is fetched: no address but those of links. */
static void
test_page_fetches_nothing (void)
{
    static const char *const never[] = {
        "url(", "@import", "@font-face", "src=", "<link", "<script", "<iframe", "<object",
        "<use", "xlink", "http://", "expression(", "var(",
    };
    ModoriDigest *digest = rich_digest (FALSE);
    g_autofree char *html = page_of (digest, "");
    const char *style = strstr (html, "<style>"), *end = strstr (html, "</style>");

    for (guint i = 0; i < G_N_ELEMENTS (never); i++) {
        g_test_message ("%s", never[i]);
        g_assert_null (strstr (html, never[i]));
    }
    g_assert_cmpint (end - style, <, 8192);     /* some mail programs drop a longer one */
    free_digest (digest);
}

/* Days and numbers of any size: drawings keep within their frame. */
static void
test_page_trends (void)
{
    static const struct { guint days; guint64 most; } cases[] = {
        { 1, 1 }, { 2, 0 }, { 14, 3 }, { 31, 999 }, { 92, 1234567 }, { 7, G_MAXUINT64 / 2 },
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        ModoriDigest *digest = empty_digest ();
        g_autofree char *html = NULL;

        digest->compared = i % 2;
        digest->counts.failed = digest->counts.hard = cases[i].most + 1;
        for (guint day = 0; day < cases[i].days; day++)
            add_day (digest, day, cases[i].most / (day + 1), cases[i].most / 3, day);
        html = page_of (digest, "");
        read_page (html);
        g_assert_nonnull (strstr (html, "<svg class=\"trend\""));
        g_assert_null (strstr (html, "nan"));
        g_assert_null (strstr (html, "inf"));
        g_assert_null (strstr (html, "y=\"-"));
        g_assert_null (strstr (html, "height=\"-"));
        free_digest (digest);
    }
}

/* --- tests of the mail --- */

/* A mail of DIGEST, or NULL where it is refused with one line. */
static char *
mail_of (const ModoriDigest *digest, const char *from, const char *to, const char *subject,
         const char *lang)
{
    const ModoriDigestMail header = { from, to, subject };
    g_autoptr (GError) error = NULL;
    GString *out = g_string_new (NULL);
    gboolean good = modori_digest_mail (digest, &header, out, lang, &error);

    g_assert_cmpint (good, ==, ! error);
    if (good)
        return g_string_free (out, FALSE);
    g_test_message ("%s", error->message);
    g_assert_cmpuint (out->len, ==, 0);
    g_string_free (out, TRUE);
    return NULL;
}

static GMimeMessage *
parse_mail (const char *mail)
{
    g_autoptr (GMimeStream) stream = g_mime_stream_mem_new_with_buffer (mail, strlen (mail));
    g_autoptr (GMimeParser) parser = g_mime_parser_new_with_stream (stream);

    return g_mime_parser_construct_message (parser, NULL);
}

/* The text of part I of MAIL, which is of type text/SUBTYPE. */
static char *
text_of (GMimeMessage *mail, int i, const char *subtype)
{
    GMimeMultipart *both = GMIME_MULTIPART (g_mime_message_get_mime_part (mail));
    GMimeObject *part = g_mime_multipart_get_part (both, i);
    GMimeContentType *type = g_mime_object_get_content_type (part);

    g_assert_true (g_mime_content_type_is_type (type, "text", subtype));
    g_assert_cmpstr (g_mime_content_type_get_parameter (type, "charset"), ==, "utf-8");
    g_assert_true (GMIME_IS_TEXT_PART (part));
    return g_mime_text_part_get_text (GMIME_TEXT_PART (part));
}

/* No byte above 127, no bare CR, no line that is too long for SMTP, a line end at the end. */
static void
check_lines (const char *mail)
{
    gsize length = 0;

    for (const char *p = mail; *p; p++) {
        g_assert_cmpint ((guchar) *p, <, 0x80);
        g_assert_cmpint (*p, !=, '\r');
        length = *p == '\n' ? 0 : length + 1;
        g_assert_cmpuint (length, <, 998);
    }
    g_assert_cmpuint (length, ==, 0);
}

/* No encoded word is longer than 75 characters (RFC 2047 section 2). */
static void
check_encoded_words (const char *mail)
{
    for (const char *p = strstr (mail, "=?UTF-8?"); p; p = strstr (p + 1, "=?UTF-8?"))
        g_assert_cmpint (strstr (p + 10, "?=") + 2 - p, <=, 75);
}

static void
test_mail_whole (void)
{
    for (int ja = 0; ja < 2; ja++) {
        ModoriDigest *digest = rich_digest (ja);
        const char *subject = ja ? "今週の不達メール: 128件、修正3件(11月15日から21日)、とても長い件名は折り返す"
                                 : "128 mails did not arrive this week";
        g_autofree char *mail = mail_of (digest, "見張り役 <modori@example.jp>",
                                         "postmaster@example.jp, \"Yamada, H.\" <h@例え.example.com>",
                                         subject, ja ? "ja" : "");
        g_autofree char *again = mail_of (digest, "見張り役 <modori@example.jp>",
                                          "postmaster@example.jp, \"Yamada, H.\" <h@例え.example.com>",
                                          subject, ja ? "ja" : "");
        g_autoptr (GMimeMessage) parsed = parse_mail (mail);
        g_autofree char *html = NULL, *text = NULL, *page = page_of (digest, ja ? "ja" : "");

        check_lines (mail);
        g_assert_cmpstr (mail, ==, again);
        g_assert_cmpstr (g_mime_message_get_subject (parsed), ==, subject);
        check_encoded_words (mail);
        g_assert_cmpint (internet_address_list_length (g_mime_message_get_to (parsed)), ==, 2);
        g_assert_nonnull (strstr (mail, "h@xn--r8jz45g.example.com"));
        g_assert_nonnull (strstr (mail, "\nAuto-Submitted: auto-generated\n"));
        g_assert_nonnull (strstr (mail, "\nMIME-Version: 1.0\n"));
        g_assert_true (g_str_has_suffix (g_mime_message_get_message_id (parsed), "@example.jp"));
        g_assert_cmpint (g_date_time_to_unix (g_mime_message_get_date (parsed)), ==, NOW);
        text = text_of (parsed, 0, "plain");
        html = text_of (parsed, 1, "html");
        g_assert_nonnull (strstr (text, "shop.example.jp"));
        g_assert_cmpstr (html, ==, page);
        free_digest (digest);
    }
}

/* Without From the server that takes the mail fills it in. */
static void
test_mail_defaults (void)
{
    ModoriDigest *digest = rich_digest (FALSE);
    g_autofree char *mail = mail_of (digest, NULL, "root", NULL, "");
    g_autoptr (GMimeMessage) parsed = parse_mail (mail);

    check_lines (mail);
    g_assert_null (strstr (mail, "\nFrom:"));
    g_assert_false (g_str_has_prefix (mail, "From:"));
    g_assert_nonnull (strstr (mail, "To: root\n"));
    g_assert_cmpstr (g_mime_message_get_subject (parsed), ==,
                     "modori: 128 not delivered, 3 repairs (2026-11-15 to 11-22)");
    free_digest (digest);
}

static void
test_mail_refused (void)
{
    static const struct { const char *from, *to, *subject; } cases[] = {
        { NULL, NULL, NULL },
        { NULL, "", NULL },
        { NULL, "a@example.com\nBcc: victim@example.org", NULL },
        { NULL, "a@example.com\r\nBcc: victim@example.org", NULL },
        { NULL, "\"a\nBcc: victim@example.org\" <a@example.com>", NULL },
        { NULL, "a b@example.com", NULL },
        { NULL, "@example.com", NULL },
        { NULL, "a@", NULL },
        { NULL, "a@exa mple.com", NULL },
        { NULL, "a@[192.0.2.1", NULL },
        { NULL, "friends: a@example.com, b@example.com;", NULL },
        { NULL, "undisclosed-recipients:;", NULL },
        { NULL, "-oQ/tmp a@b@example.com", NULL },
        { NULL, "\xff@example.com", NULL },
        { NULL, "花子@example.com", NULL },
        { NULL, "a@example.com b@example.com", NULL },
        { NULL, "a@example.com; b@example.com", NULL },
        { NULL, "a@example.com,", NULL },
        { NULL, "a@example.com <b@example.com> c", NULL },
        { NULL, "\"a <a@example.com>", NULL },
        { NULL, "<a@example.com> <b@example.com>", NULL },
        { NULL, "-f@example.com", NULL },
        { "a@example.com, b@example.com", "root", NULL },
        { "a@example.com\n", "root", NULL },
        { "", "root", NULL },
        { NULL, "root", "two\nlines" },
        { NULL, "root", "one\rline" },
        { NULL, "root", "a\x7f" },
        { NULL, "root", "a\xc2\x85" },
        { NULL, "root", "\xe3\x81" },
    };
    ModoriDigest *digest = rich_digest (FALSE);

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree char *mail = NULL;

        g_test_message ("%s / %s / %s", cases[i].from, cases[i].to, cases[i].subject);
        mail = mail_of (digest, cases[i].from, cases[i].to, cases[i].subject, "");
        g_assert_null (mail);
    }
    free_digest (digest);
}

/* A domain with a line end in it does not get into the subject. */
static void
test_mail_hostile (void)
{
    ModoriDigest *digest = hostile_digest ();
    g_autofree char *refused = mail_of (digest, NULL, "root", NULL, "");
    g_autofree char *mail = mail_of (digest, "\"<script>, x\" <a@example.com>", "root",
                                     "<script> =?utf-8?q?=0ABcc:_x?= \u202e =cmd", "");
    g_autoptr (GMimeMessage) parsed = NULL;

    g_assert_null (refused);
    g_assert_nonnull (mail);
    check_lines (mail);
    parsed = parse_mail (mail);
    g_assert_null (strstr (mail, "\nBcc"));
    g_assert_cmpint (g_mime_header_list_get_count (
                         g_mime_object_get_header_list (GMIME_OBJECT (parsed))), ==, 7);
    g_assert_cmpint (internet_address_list_length (g_mime_message_get_from (parsed)), ==, 1);
    free_digest (digest);
}

/* --- for tests/html.t --- */

static gboolean
write_file (const char *dir, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename (dir, name, NULL);

    return g_file_set_contents (path, text, -1, NULL);
}

/* Page and mail of DIGEST, which is freed, as DIR/NAME-LANG.html and .eml. */
static gboolean
write_both (const char *dir, const char *name, const char *lang, ModoriDigest *digest)
{
    const char *suffix = *lang ? lang : "en";
    g_autofree char *html = page_of (digest, lang);
    g_autofree char *mail = mail_of (digest, "modori@example.jp", "postmaster@example.jp",
                                     g_str_equal (name, "hostile") ? "=cmd" : NULL, lang);
    g_autofree char *page_name = g_strdup_printf ("%s-%s.html", name, suffix);
    g_autofree char *mail_name = g_strdup_printf ("%s-%s.eml", name, suffix);

    free_digest (digest);
    return write_file (dir, page_name, html) && mail && write_file (dir, mail_name, mail);
}

static int
write_all (const char *dir, const char *locales)
{
    gboolean good = TRUE;

    setlocale (LC_MESSAGES, "C.UTF-8");
    bindtextdomain (GETTEXT_PACKAGE, locales);
    bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
    textdomain (GETTEXT_PACKAGE);
    for (int ja = 0; ja < 2; ja++) {
        const char *lang = ja ? "ja" : "";

        g_setenv ("LANGUAGE", ja ? "ja" : "en", TRUE);
        bindtextdomain (GETTEXT_PACKAGE, locales);      /* the language is looked up anew */
        good = write_both (dir, "rich", lang, rich_digest (ja)) && good;
        good = write_both (dir, "empty", lang, empty_digest ()) && good;
        good = write_both (dir, "hostile", lang, hostile_digest ()) && good;
    }
    return ! good;
}

int
main (int argc, char **argv)
{
    g_setenv ("TZ", "UTC", TRUE);
    g_mime_init ();
    if (argc == 4 && g_str_equal (argv[1], "--write"))
        return write_all (argv[2], argv[3]);
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/digest-output/page/rich", test_page_rich);
    g_test_add_func ("/digest-output/page/order", test_page_order);
    g_test_add_func ("/digest-output/page/empty", test_page_empty);
    g_test_add_func ("/digest-output/page/hostile", test_page_hostile);
    g_test_add_func ("/digest-output/page/fetches-nothing", test_page_fetches_nothing);
    g_test_add_func ("/digest-output/page/trends", test_page_trends);
    g_test_add_func ("/digest-output/mail/whole", test_mail_whole);
    g_test_add_func ("/digest-output/mail/defaults", test_mail_defaults);
    g_test_add_func ("/digest-output/mail/refused", test_mail_refused);
    g_test_add_func ("/digest-output/mail/hostile", test_mail_hostile);
    return g_test_run ();
}
