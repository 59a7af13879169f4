package dev.cloudlet.identity;

import dev.cloudlet.mail.MailEventId;
import dev.cloudlet.mail.MailOutbox;
import java.time.Duration;

/** The mails of identity. The id of what a mail tells of names the mail, so it goes out once. */
final class Notices {
  private final MailOutbox outbox;

  Notices(MailOutbox outbox) {
    this.outbox = outbox;
  }

  /** Mails a code. */
  void code(CodePurpose purpose, String to, OneTimeCodes.Issued code) {
    String text =
        """
        Your code is %s

        It is for %s and is good for %s.
        If you did not ask for it, ignore this mail; never give the code to anybody.
        """
            .formatted(code.digits().reveal(), meaning(purpose), minutes(code.life()));
    outbox.send(
        new MailEventId("code-" + code.id()),
        to,
        "Your Cloudlet code for " + meaning(purpose),
        text);
  }

  /** Tells the owner why no code for logging in came. */
  void passwordFirst(String to, CodeId code) {
    outbox.send(
        new MailEventId("note-" + code),
        to,
        "Logging in to Cloudlet",
        """
        Somebody asked for a code to log in to your account. Your account asks for the password
        first: log in with address and password, and a code is mailed to you.
        If it was not you, ignore this mail.
        """);
  }

  /** Tells the owner that the password was changed. */
  void passwordChanged(String to, PasswordChangeId change) {
    outbox.send(
        new MailEventId("password-" + change),
        to,
        "Your Cloudlet password was changed",
        """
        The password of your account was changed and the other sessions were ended.
        If it was not you, set a new password at once with "forgot password".
        """);
  }

  private static String minutes(Duration life) {
    return life.toMinutes() == 1 ? "a minute" : life.toMinutes() + " minutes";
  }

  private static String meaning(CodePurpose purpose) {
    return switch (purpose) {
      case REGISTRATION -> "opening your account";
      case VERIFICATION -> "confirming your address";
      case PASSWORD_RESET -> "setting a new password";
      case LOGIN, SECOND_FACTOR -> "logging in";
      case ACCOUNT_DELETION -> "closing your account";
    };
  }
}
