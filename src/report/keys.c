/* keys.c - the keys of the record: their names and types.
 *
 * A file of its own, because the module that reads JSON, which knows nothing else of this
 * program, needs them as well.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "report/report.h"

#define LABEL(name) "\"" name "\": "
#define KEY(name, type) { name, sizeof name - 1, type, LABEL (name), sizeof LABEL (name) - 1 }

const ModoriKeyInfo modori_keys[MODORI_N_KEYS] = {
    [MODORI_KEY_V] = KEY ("v", MODORI_TYPE_NUMBER),
    [MODORI_KEY_ID] = KEY ("id", MODORI_TYPE_TEXT),
    [MODORI_KEY_REPORT] = KEY ("report", MODORI_TYPE_TEXT),
    [MODORI_KEY_ACTION] = KEY ("action", MODORI_TYPE_TEXT),
    [MODORI_KEY_RECIPIENT] = KEY ("recipient", MODORI_TYPE_TEXT),
    [MODORI_KEY_ORIGINAL_RECIPIENT] = KEY ("original_recipient", MODORI_TYPE_TEXT),
    [MODORI_KEY_SENDER] = KEY ("sender", MODORI_TYPE_TEXT),
    [MODORI_KEY_REASON] = KEY ("reason", MODORI_TYPE_TEXT),
    [MODORI_KEY_BOUNCE] = KEY ("bounce", MODORI_TYPE_TEXT),
    [MODORI_KEY_STATUS] = KEY ("status", MODORI_TYPE_TEXT),
    [MODORI_KEY_REPLY_CODE] = KEY ("reply_code", MODORI_TYPE_TEXT),
    [MODORI_KEY_COMMAND] = KEY ("command", MODORI_TYPE_TEXT),
    [MODORI_KEY_DIAGNOSTIC] = KEY ("diagnostic", MODORI_TYPE_TEXT),
    [MODORI_KEY_REMOTE_MTA] = KEY ("remote_mta", MODORI_TYPE_TEXT),
    [MODORI_KEY_REMOTE_IP] = KEY ("remote_ip", MODORI_TYPE_TEXT),
    [MODORI_KEY_PROVIDER] = KEY ("provider", MODORI_TYPE_TEXT),
    [MODORI_KEY_QUEUE_ID] = KEY ("queue_id", MODORI_TYPE_TEXT),
    [MODORI_KEY_RETRY_AFTER] = KEY ("retry_after", MODORI_TYPE_NUMBER),
    [MODORI_KEY_BLOCKLIST] = KEY ("blocklist", MODORI_TYPE_TEXT),
    [MODORI_KEY_REPORTING_MTA] = KEY ("reporting_mta", MODORI_TYPE_TEXT),
    [MODORI_KEY_CLIENT_IP] = KEY ("client_ip", MODORI_TYPE_TEXT),
    [MODORI_KEY_DIALECT] = KEY ("dialect", MODORI_TYPE_TEXT),
    [MODORI_KEY_RULE] = KEY ("rule", MODORI_TYPE_TEXT),
    [MODORI_KEY_SENDER_KIND] = KEY ("sender_kind", MODORI_TYPE_TEXT),
    [MODORI_KEY_ADVICE] = KEY ("advice", MODORI_TYPE_TEXT),
    [MODORI_KEY_HINT] = KEY ("hint", MODORI_TYPE_TEXT),
    [MODORI_KEY_FINDINGS] = KEY ("findings", MODORI_TYPE_LIST),
    [MODORI_KEY_FEEDBACK_TYPE] = KEY ("feedback_type", MODORI_TYPE_TEXT),
    [MODORI_KEY_MESSAGE_ID] = KEY ("message_id", MODORI_TYPE_TEXT),
    [MODORI_KEY_FROM] = KEY ("from", MODORI_TYPE_TEXT),
    [MODORI_KEY_SUBJECT] = KEY ("subject", MODORI_TYPE_TEXT),
    [MODORI_KEY_DATE] = KEY ("date", MODORI_TYPE_TEXT),
    [MODORI_KEY_LIST_ID] = KEY ("list_id", MODORI_TYPE_TEXT),
    [MODORI_KEY_ARRIVAL_DATE] = KEY ("arrival_date", MODORI_TYPE_TEXT),
    [MODORI_KEY_PATH] = KEY ("path", MODORI_TYPE_TEXT),
    [MODORI_KEY_OFFSET] = KEY ("offset", MODORI_TYPE_NUMBER),
    [MODORI_KEY_TRUNCATED] = KEY ("truncated", MODORI_TYPE_FLAG),
    [MODORI_KEY_VERP_RECIPIENT] = KEY ("verp_recipient", MODORI_TYPE_TEXT),
    [MODORI_KEY_FACTS] = KEY ("facts", MODORI_TYPE_LIST),
};
