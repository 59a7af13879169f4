package dev.cloudlet.kernel.rpc;

import com.linecorp.armeria.server.ServiceRequestContext;
import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.error.PlatformException;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.net.URI;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who calls, from the authorization header or an HttpOnly cookie; never from the address
 * or the body.
 */
public final class AuthenticationInterceptor implements ServerInterceptor {
  /** Name of the cookie with the access token. */
  public static final String ACCESS_COOKIE = "cloudlet_access";

  /** Name of the cookie with the refresh token. */
  public static final String REFRESH_COOKIE = "cloudlet_refresh";

  private static final Metadata.Key<String> AUTHORIZATION = ascii("authorization");
  private static final Metadata.Key<String> COOKIE = ascii("cookie");
  private static final Metadata.Key<String> ORIGIN = ascii("origin");
  private static final Metadata.Key<String> HOST = ascii("host");
  private static final Metadata.Key<String> FETCH_SITE = ascii("sec-fetch-site");
  private static final Metadata.Key<String> CUSTOM = ascii("x-cloudlet-request");
  private static final String BEARER = "bearer";

  private final Authenticator authenticator;

  public AuthenticationInterceptor(Authenticator authenticator) {
    this.authenticator = authenticator;
  }

  private static Metadata.Key<String> ascii(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  @Override
  public <Q, S> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, S> call, Metadata headers, ServerCallHandler<Q, S> next) {
    MethodPolicy policy = MethodPolicy.of(call.getMethodDescriptor());
    CallContext context = CallContext.current();
    Principal principal =
        authenticator.authenticate(
            credentials(headers, policy.mutation(), context.clientAddress()), policy.access());
    CallInterceptor.identified(principal);
    Context identified =
        Context.current().withValue(CallContext.KEY, context.withPrincipal(principal));
    return Contexts.interceptCall(identified, call, headers, next);
  }

  /**
   * What a call carries.
   *
   * @param mutation whether it changes anything
   */
  public static Credentials credentials(Metadata headers, boolean mutation, String clientAddress) {
    return new Credentials(
        bearer(one(headers)),
        cookie(headers, ACCESS_COOKIE),
        cookie(headers, REFRESH_COOKIE),
        sameSite(headers),
        mutation,
        clientAddress);
  }

  // Of two, a proxy before us may have looked at the other one.
  private static Optional<String> one(Metadata headers) {
    Iterable<String> all = headers.getAll(AUTHORIZATION);
    if (all == null) {
      return Optional.empty();
    }
    Iterator<String> values = all.iterator();
    String first = values.next();
    if (values.hasNext()) {
      throw several();
    }
    return Optional.of(first.trim());
  }

  /** Why a request with more than one authorization header is refused. */
  public static PlatformException several() {
    return new PlatformException(
        ErrorReason.ERROR_REASON_UNAUTHENTICATED, "Send one authorization header, not several.");
  }

  // Without a token it is a bad one: some wires cut the space off and some do not.
  private static Optional<Secret> bearer(Optional<String> header) {
    return header
        .filter(
            value ->
                value.equalsIgnoreCase(BEARER)
                    || value.toLowerCase(Locale.ROOT).startsWith(BEARER + " "))
        .map(value -> Secret.of(value.substring(BEARER.length()).trim()));
  }

  private static Optional<Secret> cookie(Metadata headers, String name) {
    Iterable<String> lines = headers.getAll(COOKIE);
    if (lines == null) {
      return Optional.empty();
    }
    for (String line : lines) {
      for (String pair : line.split(";", -1)) {
        String trimmed = pair.trim();
        if (trimmed.startsWith(name + "=")) {
          return Optional.of(Secret.of(trimmed.substring(name.length() + 1)));
        }
      }
    }
    return Optional.empty();
  }

  // Every browser of today sends Sec-Fetch-Site, and Origin with a change; a request with neither
  // is not made by a browser, so nobody rides on its cookies.
  private static boolean sameSite(Metadata headers) {
    if (headers.containsKey(CUSTOM)) {
      return true;
    }
    String fetchSite = headers.get(FETCH_SITE);
    if (fetchSite != null) {
      return fetchSite.equals("same-origin") || fetchSite.equals("none");
    }
    String origin = headers.get(ORIGIN);
    return origin == null || sameHost(origin, host(headers));
  }

  // The server library keeps the host beside the headers.
  private static @Nullable String host(Metadata headers) {
    ServiceRequestContext http = ServiceRequestContext.currentOrNull();
    return http == null ? headers.get(HOST) : http.request().authority();
  }

  private static boolean sameHost(String origin, @Nullable String host) {
    try {
      String authority = URI.create(origin).getAuthority();
      return authority != null && authority.equalsIgnoreCase(host);
    } catch (IllegalArgumentException e) {
      // Not an address, so not ours.
      return false;
    }
  }
}
