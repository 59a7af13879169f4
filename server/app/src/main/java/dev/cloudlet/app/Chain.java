package dev.cloudlet.app;

import dev.cloudlet.kernel.rpc.AuthenticationInterceptor;
import dev.cloudlet.kernel.rpc.CallInterceptor;
import dev.cloudlet.kernel.rpc.DeadlineInterceptor;
import dev.cloudlet.kernel.rpc.ErrorInterceptor;
import dev.cloudlet.kernel.rpc.IdempotencyInterceptor;
import dev.cloudlet.kernel.rpc.OpenStreams;
import dev.cloudlet.kernel.rpc.PermissionInterceptor;
import dev.cloudlet.kernel.rpc.RateLimitInterceptor;
import dev.cloudlet.kernel.rpc.ValidationInterceptor;
import io.grpc.ServerInterceptor;
import java.util.List;

/** The chain that every call passes, in the order in which it passes: DESIGN section 7. */
public final class Chain {
  private Chain() {}

  public static List<ServerInterceptor> of(
      CallInterceptor call,
      OpenStreams streams,
      DeadlineInterceptor deadline,
      AuthenticationInterceptor authentication,
      RateLimitInterceptor rateLimit,
      ValidationInterceptor validation,
      IdempotencyInterceptor idempotency) {
    return List.of(
        call,
        new ErrorInterceptor(),
        streams,
        deadline,
        authentication,
        rateLimit,
        new PermissionInterceptor(),
        validation,
        idempotency);
  }
}
