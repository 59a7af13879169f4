package dev.cloudlet.kernel.error;

import dev.cloudlet.api.common.v1.ErrorReason;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A failure in the words of the contract. The message goes to the caller as it stands, so it names
 * what is wrong and what to do next, and never a secret or an inner detail.
 */
public class PlatformException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorReason reason;
  private final transient Map<String, String> metadata = new LinkedHashMap<>();
  private transient List<Violation> violations = List.of();
  private transient Optional<Duration> retryAfter = Optional.empty();

  /**
   * A refused field.
   *
   * @param field path such as {@code ladder[1].height}
   * @param rule stable name such as {@code string.email}
   * @param message sentence for a person
   */
  public record Violation(String field, String rule, String message) {}

  public PlatformException(ErrorReason reason, String message) {
    this(reason, message, null);
  }

  public PlatformException(ErrorReason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = Objects.requireNonNull(reason, "reason");
  }

  /** No such thing, or not the caller's. */
  public static PlatformException notFound(String what, String id) {
    return new PlatformException(
        ErrorReason.ERROR_REASON_NOT_FOUND,
        "There is no " + what + " '" + id + "' in your account.");
  }

  /** One field that breaks a rule which the proto could not state. */
  public static PlatformException invalidField(String field, String rule, String message) {
    return new PlatformException(ErrorReason.ERROR_REASON_INVALID_FIELD, message)
        .violations(List.of(new Violation(field, rule, message)));
  }

  /** Adds a fact that goes with the reason. */
  public PlatformException with(String key, String value) {
    metadata.put(key, value);
    return this;
  }

  /** Adds a number that goes with the reason. */
  public PlatformException with(String key, long value) {
    return with(key, Long.toString(value));
  }

  /** Says that a repetition may succeed after {@code delay}. */
  public PlatformException retryAfter(Duration delay) {
    retryAfter = Optional.of(delay);
    return this;
  }

  /** Names the refused fields. */
  public PlatformException violations(List<Violation> refused) {
    violations = List.copyOf(refused);
    return this;
  }

  public ErrorReason reason() {
    return reason;
  }

  public Map<String, String> metadata() {
    return Map.copyOf(metadata);
  }

  public List<Violation> violations() {
    return violations;
  }

  public Optional<Duration> retryAfter() {
    return retryAfter;
  }

  /** The sentence for the caller. */
  public String sentence() {
    return Objects.requireNonNullElse(getMessage(), reason.name());
  }
}
