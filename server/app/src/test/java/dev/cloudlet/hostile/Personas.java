package dev.cloudlet.hostile;

import dev.cloudlet.api.common.v1.Access;
import dev.cloudlet.api.identity.v1.LoginResponse;
import dev.cloudlet.api.identity.v1.Session;
import dev.cloudlet.edge.Answer;
import dev.cloudlet.edge.Caller;
import dev.cloudlet.edge.EdgePlatform;
import dev.cloudlet.edge.OwnedThings;
import dev.cloudlet.edge.Wire;
import dev.cloudlet.kernel.id.AccountId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Who calls: for each kind of access somebody who has it, and a customer who has some things. */
final class Personas {
  private final EdgePlatform platform;
  private final Map<Access, String> tokens = new ConcurrentHashMap<>();
  private String customer = "";
  private Map<String, String> things = Map.of();

  Personas(EdgePlatform platform) {
    this.platform = platform;
    newCustomer();
  }

  private Session newCustomer() {
    customer = platform.register();
    Session session = platform.session(customer);
    Caller owner =
        new Caller(
            platform.uri(),
            Wire.GRPC,
            Optional.of(session.getAccessToken()),
            new AccountId(session.getUser().getId()));
    things = OwnedThings.plant(platform, owner);
    return session;
  }

  /** Tokens by the names that the corpus has for them, made now. */
  Map<String, byte[]> forgeries() {
    return Forgeries.of(platform, platform.register());
  }

  /** What the customer has, by the name of the field that names it. */
  synchronized Map<String, String> things() {
    return things;
  }

  /** A good token of somebody with that access; empty where none is asked for. */
  Optional<String> token(Access access) {
    return switch (access) {
      case ACCESS_USER, ACCESS_ADMINISTRATOR, ACCESS_NODE ->
          Optional.of(tokens.computeIfAbsent(access, this::fresh));
      case ACCESS_REFRESH -> Optional.of(session().getRefreshToken());
      default -> Optional.empty();
    };
  }

  private String fresh(Access access) {
    return switch (access) {
      case ACCESS_USER -> session().getAccessToken();
      case ACCESS_ADMINISTRATOR -> platform.administrator(Wire.GRPC).token().orElseThrow();
      default -> platform.node(Wire.GRPC).token().orElseThrow();
    };
  }

  // An input may have asked for a second factor, or for another password.
  private synchronized Session session() {
    return platform.login(customer) instanceof Answer.Done<LoginResponse> done
        ? done.message().getSession()
        : newCustomer();
  }

  /** The token is good no more. */
  void renew(Access access, String old) {
    tokens.remove(access, old);
  }

  /** These headers with the token, unless they have one. */
  static Map<String, String> with(Map<String, String> headers, Optional<String> token) {
    if (token.isEmpty() || headers.containsKey("authorization")) {
      return headers;
    }
    Map<String, String> all = new HashMap<>(headers);
    all.put("authorization", "Bearer " + token.get());
    return all;
  }
}
