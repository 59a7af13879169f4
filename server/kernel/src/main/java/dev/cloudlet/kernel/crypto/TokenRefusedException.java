package dev.cloudlet.kernel.crypto;

/** A token was not accepted; {@link #reason()} says why. The token itself is not in the message. */
public final class TokenRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient TokenRefusal reason;

  TokenRefusedException(TokenRefusal reason) {
    super("token refused: " + reason.getClass().getSimpleName());
    this.reason = reason;
  }

  /** One of a closed list of reasons. */
  public TokenRefusal reason() {
    return reason;
  }
}
