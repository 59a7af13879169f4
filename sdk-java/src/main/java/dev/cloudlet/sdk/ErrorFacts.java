package dev.cloudlet.sdk;

import dev.cloudlet.api.common.v1.ErrorReason;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that a failure carries besides its sentence.
 *
 * @param reasonName the reason as it stands on the wire, such as {@code NOT_FOUND}; also one that
 *     this version of the client does not know
 * @param code the gRPC status
 * @param metadata facts that go with the reason, such as {@code available_minor}
 * @param violations the fields that were refused
 * @param retryAfter when a repetition may succeed, if the server said so
 * @param requestId the id of the call in the server's logs; for a mutation also its {@code
 *     request_id}
 */
public record ErrorFacts(
    String reasonName,
    Status.Code code,
    Map<String, String> metadata,
    List<FieldViolation> violations,
    Optional<Duration> retryAfter,
    String requestId) {

  /** Copies what could change. */
  public ErrorFacts {
    metadata = Map.copyOf(metadata);
    violations = List.copyOf(violations);
  }

  /**
   * {@return a failure that this client found by itself, without a server's details}
   *
   * @param reason the reason
   * @param code the gRPC status
   * @param requestId of the call
   */
  public static ErrorFacts of(ErrorReason reason, Status.Code code, String requestId) {
    return new ErrorFacts(
        reason.name().substring("ERROR_REASON_".length()),
        code,
        Map.of(),
        List.of(),
        Optional.empty(),
        requestId);
  }

  /** {@return the reason; {@code UNRECOGNIZED} if this version of the client does not know it} */
  public ErrorReason reason() {
    try {
      return ErrorReason.valueOf("ERROR_REASON_" + reasonName);
    } catch (IllegalArgumentException newer) {
      return ErrorReason.UNRECOGNIZED;
    }
  }

  /**
   * {@return a whole number from the metadata; empty if there is none of that name}
   *
   * @param key the fact's name
   */
  public Optional<Long> number(String key) {
    try {
      return Optional.ofNullable(metadata.get(key)).map(Long::valueOf);
    } catch (NumberFormatException notOne) {
      return Optional.empty();
    }
  }
}
