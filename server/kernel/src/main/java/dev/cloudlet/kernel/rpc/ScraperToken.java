package dev.cloudlet.kernel.rpc;

import com.linecorp.armeria.server.ServiceRequestContext;
import dev.cloudlet.kernel.config.Secret;
import java.util.Optional;

/**
 * The token that opens the metrics to a scraper of another machine: {@code authorization: Bearer
 * ...}.
 *
 * @param token opens nothing if absent
 */
public record ScraperToken(Optional<Secret> token) {
  private static final String BEARER = "Bearer ";

  /** Whether the request carries it; compared in constant time. */
  public boolean sentWith(ServiceRequestContext ctx) {
    Secret given = Secret.of(ctx.request().headers().get("authorization", ""));
    return token
        .map(secret -> Secret.of(BEARER + secret.reveal()))
        .filter(given::equals)
        .isPresent();
  }
}
