package dev.cloudlet.kernel.mail;

/** A mail was not handed over, or nobody knows. */
public abstract sealed class MailNotSentException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private MailNotSentException(String message, Throwable cause) {
    super(message, cause);
  }

  /** The server will never take this mail, for example because the address does not exist. */
  public static final class Refused extends MailNotSentException {
    private static final long serialVersionUID = 1L;

    Refused(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * No connection, no login, a temporary refusal or a lost answer: it may even have been sent.
   * Repeat later.
   */
  public static final class Unavailable extends MailNotSentException {
    private static final long serialVersionUID = 1L;

    Unavailable(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
