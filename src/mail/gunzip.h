/* gunzip.h - undo gzip, with the functions of archive.h.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_MAIL_GUNZIP_H
#define MODORI_MAIL_GUNZIP_H

#include "mail/archive.h"

extern const ModoriArchive modori_gunzip;

#endif
