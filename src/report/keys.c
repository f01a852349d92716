/* keys.c - the keys of the record: their names and types.
 *
 * A file of its own, because the module that reads JSON, which knows nothing else of this
 * program, needs them as well.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "report/report.h"

const ModoriKeyInfo modori_keys[MODORI_N_KEYS] = {
    [MODORI_KEY_V] = { "v", MODORI_TYPE_NUMBER },
    [MODORI_KEY_ID] = { "id", MODORI_TYPE_TEXT },
    [MODORI_KEY_REPORT] = { "report", MODORI_TYPE_TEXT },
    [MODORI_KEY_ACTION] = { "action", MODORI_TYPE_TEXT },
    [MODORI_KEY_RECIPIENT] = { "recipient", MODORI_TYPE_TEXT },
    [MODORI_KEY_ORIGINAL_RECIPIENT] = { "original_recipient", MODORI_TYPE_TEXT },
    [MODORI_KEY_SENDER] = { "sender", MODORI_TYPE_TEXT },
    [MODORI_KEY_REASON] = { "reason", MODORI_TYPE_TEXT },
    [MODORI_KEY_BOUNCE] = { "bounce", MODORI_TYPE_TEXT },
    [MODORI_KEY_STATUS] = { "status", MODORI_TYPE_TEXT },
    [MODORI_KEY_REPLY_CODE] = { "reply_code", MODORI_TYPE_TEXT },
    [MODORI_KEY_COMMAND] = { "command", MODORI_TYPE_TEXT },
    [MODORI_KEY_DIAGNOSTIC] = { "diagnostic", MODORI_TYPE_TEXT },
    [MODORI_KEY_REMOTE_MTA] = { "remote_mta", MODORI_TYPE_TEXT },
    [MODORI_KEY_REMOTE_IP] = { "remote_ip", MODORI_TYPE_TEXT },
    [MODORI_KEY_PROVIDER] = { "provider", MODORI_TYPE_TEXT },
    [MODORI_KEY_QUEUE_ID] = { "queue_id", MODORI_TYPE_TEXT },
    [MODORI_KEY_RETRY_AFTER] = { "retry_after", MODORI_TYPE_NUMBER },
    [MODORI_KEY_BLOCKLIST] = { "blocklist", MODORI_TYPE_TEXT },
    [MODORI_KEY_REPORTING_MTA] = { "reporting_mta", MODORI_TYPE_TEXT },
    [MODORI_KEY_CLIENT_IP] = { "client_ip", MODORI_TYPE_TEXT },
    [MODORI_KEY_DIALECT] = { "dialect", MODORI_TYPE_TEXT },
    [MODORI_KEY_RULE] = { "rule", MODORI_TYPE_TEXT },
    [MODORI_KEY_SENDER_KIND] = { "sender_kind", MODORI_TYPE_TEXT },
    [MODORI_KEY_ADVICE] = { "advice", MODORI_TYPE_TEXT },
    [MODORI_KEY_HINT] = { "hint", MODORI_TYPE_TEXT },
    [MODORI_KEY_FINDINGS] = { "findings", MODORI_TYPE_LIST },
    [MODORI_KEY_FEEDBACK_TYPE] = { "feedback_type", MODORI_TYPE_TEXT },
    [MODORI_KEY_MESSAGE_ID] = { "message_id", MODORI_TYPE_TEXT },
    [MODORI_KEY_FROM] = { "from", MODORI_TYPE_TEXT },
    [MODORI_KEY_SUBJECT] = { "subject", MODORI_TYPE_TEXT },
    [MODORI_KEY_DATE] = { "date", MODORI_TYPE_TEXT },
    [MODORI_KEY_LIST_ID] = { "list_id", MODORI_TYPE_TEXT },
    [MODORI_KEY_ARRIVAL_DATE] = { "arrival_date", MODORI_TYPE_TEXT },
    [MODORI_KEY_PATH] = { "path", MODORI_TYPE_TEXT },
    [MODORI_KEY_OFFSET] = { "offset", MODORI_TYPE_NUMBER },
    [MODORI_KEY_TRUNCATED] = { "truncated", MODORI_TYPE_FLAG },
    [MODORI_KEY_VERP_RECIPIENT] = { "verp_recipient", MODORI_TYPE_TEXT },
    [MODORI_KEY_FACTS] = { "facts", MODORI_TYPE_LIST },
};
