package dev.cloudlet.kernel.launch;

import java.net.BindException;
import org.jspecify.annotations.Nullable;

/**
 * The program can't start until its operator changes something. The message is a sentence that says
 * what, and is printed as it stands.
 */
public class StartFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StartFailedException(String sentence) {
    this(sentence, null);
  }

  public StartFailedException(String sentence, @Nullable Throwable cause) {
    super(sentence, cause);
  }

  /**
   * What opening a port ended with.
   *
   * @param address where it was to listen
   * @param port the port
   * @param key the configuration key that chooses the port
   * @param failure what the library threw
   */
  public static StartFailedException ofPort(
      String address, int port, String key, Throwable failure) {
    String reason = reasons(failure);
    String advice;
    if (reason.contains("in use")) {
      advice =
          " is in use: stop what listens there, or choose another port with --%s=..."
              .formatted(key);
    } else if (reason.contains("denied")) {
      advice =
          " may not be opened by this user: choose one above 1023 with --%s=...".formatted(key);
    } else if (reason.contains("assign")) {
      advice = " can't be opened, because this machine does not have that address.";
    } else {
      advice = " can't be opened: choose another one with --%s=...".formatted(key);
    }
    return new StartFailedException("Port " + port + " on " + address + advice, failure);
  }

  /** Whether {@code failure} came from opening a port. */
  public static boolean isOfPort(Throwable failure) {
    String reasons = reasons(failure);
    return reasons.contains("bind") || reasons.contains("cannot listen on");
  }

  // The transports throw different classes; all keep the words of the operating system.
  private static String reasons(Throwable failure) {
    StringBuilder all = new StringBuilder();
    int depth = 0;
    for (Throwable at = failure; at != null && depth < 10; at = at.getCause()) {
      all.append(at instanceof BindException ? "bind: " : "").append(at.getMessage()).append('\n');
      depth++;
    }
    return all.toString();
  }
}
