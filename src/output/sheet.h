/* sheet.h - the style sheet of a report.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_OUTPUT_SHEET_H
#define MODORI_OUTPUT_SHEET_H

/* CSS in ASCII, below 8 KB: some mail programs drop a longer one, or one with custom properties. */
extern const char modori_sheet[];

#endif
