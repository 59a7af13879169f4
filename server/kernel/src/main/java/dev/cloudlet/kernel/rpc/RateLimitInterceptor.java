package dev.cloudlet.kernel.rpc;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.common.v1.RateClass;
import dev.cloudlet.kernel.crypto.Sha256;
import dev.cloudlet.kernel.error.PlatformException;
import io.grpc.ForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.time.Duration;
import java.util.Locale;

/** Refuses calls beyond the budget of their rate class, with RetryInfo, on every wire alike. */
public final class RateLimitInterceptor implements ServerInterceptor {
  private final RateLimiter limiter;
  private final Budgets budgets;

  /**
   * The budgets of the rate classes.
   *
   * @param standard per account, or per address without one
   * @param credentials per address
   * @param credentialsPerEmail per e-mail address that a message names
   * @param expensive per account
   */
  public record Budgets(
      RateLimiter.Budget standard,
      RateLimiter.Budget credentials,
      RateLimiter.Budget credentialsPerEmail,
      RateLimiter.Budget expensive) {}

  public RateLimitInterceptor(RateLimiter limiter, Budgets budgets) {
    this.limiter = limiter;
    this.budgets = budgets;
  }

  @Override
  public <Q, S> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, S> call, Metadata headers, ServerCallHandler<Q, S> next) {
    RateClass rateClass = MethodPolicy.of(call.getMethodDescriptor()).rateClass();
    CallContext context = CallContext.current();
    switch (rateClass) {
      case RATE_CLASS_INTERNAL -> {}
      case RATE_CLASS_CREDENTIALS -> take(budgets.credentials(), context.clientAddress());
      case RATE_CLASS_EXPENSIVE -> take(budgets.expensive(), context.principal().subject());
      case RATE_CLASS_UNSPECIFIED, UNRECOGNIZED ->
          take(budgets.standard(), context.principal().subject());
    }
    ServerCall.Listener<Q> listener = next.startCall(call, headers);
    return rateClass == RateClass.RATE_CLASS_CREDENTIALS ? new PerEmail<>(listener) : listener;
  }

  private void take(RateLimiter.Budget budget, String key) {
    limiter
        .take(budget, key)
        .ifPresent(
            wait -> {
              throw new PlatformException(
                      ErrorReason.ERROR_REASON_RATE_LIMITED,
                      "Too many calls. Wait "
                          + Math.max(1, wait.plusMillis(999).toSeconds())
                          + " seconds and try again.")
                  .retryAfter(wait.isZero() ? Duration.ofMillis(1) : wait);
            });
  }

  /**
   * Codes and passwords are guessed from many addresses, so the named account has a budget as well.
   * However an e-mail address is written, it counts in the form in which accounts are found by it.
   */
  private final class PerEmail<Q>
      extends ForwardingServerCallListener.SimpleForwardingServerCallListener<Q> {
    PerEmail(ServerCall.Listener<Q> delegate) {
      super(delegate);
    }

    @Override
    public void onMessage(Q message) {
      if (message instanceof Message proto) {
        FieldDescriptor email = proto.getDescriptorForType().findFieldByName("email");
        if (email != null && proto.getField(email) instanceof String named && !named.isEmpty()) {
          take(budgets.credentialsPerEmail(), Sha256.hex(named.strip().toLowerCase(Locale.ROOT)));
        }
      }
      super.onMessage(message);
    }
  }
}
