# Every message is recorded; what cannot be stays in the inbox.
require ["vnd.dovecot.pipe"];
pipe "modori" ["record"];
