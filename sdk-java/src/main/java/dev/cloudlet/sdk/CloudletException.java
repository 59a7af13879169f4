package dev.cloudlet.sdk;

import dev.cloudlet.api.common.v1.ErrorReason;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A call that did not succeed, in the words of the contract. The message is the server's sentence
 * for a person. Subclasses exist for what programs handle; switch on {@link #reason()} for the
 * rest.
 */
public class CloudletException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient ErrorFacts facts;

  /**
   * A failure.
   *
   * @param message a sentence for a person
   * @param facts everything else
   * @param cause what it was found by, if anything
   */
  public CloudletException(String message, ErrorFacts facts, @Nullable Throwable cause) {
    super(message, cause);
    this.facts = facts;
  }

  /** {@return all facts of the failure} */
  public ErrorFacts facts() {
    return facts;
  }

  /**
   * {@return the stable reason; {@code UNRECOGNIZED} if this version of the client does not know
   * it}
   */
  public ErrorReason reason() {
    return facts.reason();
  }

  /** {@return the gRPC status} */
  public Status.Code code() {
    return facts.code();
  }

  /** {@return facts that go with the reason, such as {@code available_minor}} */
  public Map<String, String> metadata() {
    return facts.metadata();
  }

  /** {@return the fields that were refused; empty unless the request was invalid} */
  public List<FieldViolation> violations() {
    return facts.violations();
  }

  /** {@return when a repetition may succeed, if the server said so} */
  public Optional<Duration> retryAfter() {
    return facts.retryAfter();
  }

  /**
   * {@return the id of the call in the server's logs} For a mutation it is also the {@code
   * request_id} with which the same request can be repeated safely for 24 hours.
   */
  public String requestId() {
    return facts.requestId();
  }

  /** Reason, sentence, refused fields and request id; never a secret. */
  @Override
  public String toString() {
    StringBuilder text =
        new StringBuilder(getClass().getSimpleName())
            .append(" [")
            .append(facts.reasonName())
            .append("] ")
            .append(getMessage());
    for (FieldViolation violation : facts.violations()) {
      text.append(" (").append(violation.field()).append(": ").append(violation.message());
      text.append(')');
    }
    return text.append(" (request ").append(facts.requestId()).append(')').toString();
  }
}
