# Every message stays in a mailbox, sorted by what became of the mail.
require ["vnd.dovecot.filter", "fileinto", "mailbox"];
filter "modori" ["record", "--filter"];
if header :contains "X-Modori-Bounce" "hard" {
  fileinto :create "Hard";
} elsif header :contains "X-Modori-Bounce" "soft" {
  fileinto :create "Soft";
}
