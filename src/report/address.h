/* address.h - the addresses and host names in the fields of reports.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_REPORT_ADDRESS_H
#define MODORI_REPORT_ADDRESS_H

#include "text/span.h"

/* Longer than any address (RFC 5321 4.5.3.1: 64 + 1 + 255), with room for what decoding takes
 * away. */
#define MODORI_ADDRESS_MAX 1000

/* Put the address in VALUE ("rfc822; <User@Example.COM> (comment)") into OUT, which is emptied
 * first: without type, brackets, route and comment; xtext and utf-8-addr-xtext (RFC 6533
 * section 3) decoded; the domain in lower case. TRUE when it is an address; FALSE for pipes,
 * X.400 names and other things, with OUT holding what a person would call the recipient ("nair"
 * of "unknown; nair"), or nothing. */
gboolean modori_address_read (GString *out, ModoriSpan value);

/* Append TEXT to OUT with letters beyond ASCII that are written as octal codes of their UTF-8
 * ("\303\251") as such.  What is no UTF-8 stays. */
void modori_octal_decode (GString *out, ModoriSpan text);

/* The same address, but for case? */
gboolean modori_address_same (const char *a, const char *b);

/* VALUE ("dns; mx.example.com [192.0.2.1]", "dns; mx.example.com (192.0.2.1, the server for
 * example.com)") as name and IP address; empty spans for what is not there. */
void modori_host_read (ModoriSpan value, ModoriSpan *name, ModoriSpan *ip);

/* Behind the type of VALUE ("smtp; 550 ..." gives "550 ..."); all of VALUE when it has none. */
ModoriSpan modori_type_skip (ModoriSpan value);

/* The length of the IPv4 or IPv6 address at the start of TEXT, or 0. */
gsize modori_ip_length (ModoriSpan text);

#endif
