package dev.cloudlet.standalone.faults;

import dev.cloudlet.app.Lifecycle;
import dev.cloudlet.identity.FirstAdministrator;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.time.MovableClock;
import dev.cloudlet.testkit.TestPart;
import dev.cloudlet.testkit.fault.FaultProxy;
import dev.cloudlet.testkit.fault.Framing;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Two servers on one database, one queue and one object store. The first reaches each of them
 * through a proxy that fails as it is told; the second reaches them directly and is what an
 * observer asks. Both run on one clock.
 */
final class FaultedPlatform implements AutoCloseable {
  private static final int KEEPER_USES = 60;
  private static final Duration KEEPER_LIFE = Duration.ofMinutes(30);

  private final Lifecycle lifecycle = new Lifecycle();
  private final TestPart part;
  private final SharedParts parts;
  private final FaultProxy mongoProxy;
  private final FaultProxy redisProxy;
  private final FaultProxy objectsProxy;
  private final Replica faulted;
  private final Replica sound;
  private final MongoDocuments documents;
  private final FirstAdministrator.Credentials administrator;
  private Optional<ScriptedNode> node = Optional.empty();
  private Optional<Actor> keeper = Optional.empty();
  private int keeperUses;
  private Instant keeperEnd = Instant.MIN;
  private Optional<String> administratorToken = Optional.empty();
  private Instant administratorEnd = Instant.MIN;

  FaultedPlatform(TestPart part) {
    this(part, InstantSource.system());
  }

  /**
   * On embedded parts.
   *
   * @param beneath runs the servers' clock
   */
  FaultedPlatform(InstantSource beneath) {
    this(TestPart.EMBEDDED, beneath);
  }

  private FaultedPlatform(TestPart part, InstantSource beneath) {
    this.part = part;
    try {
      // Time is moved by half minutes to end the claims of dead servers, and nothing else.
      parts =
          lifecycle.opened(
              "parts", new SharedParts(part, beneath, Duration.ofHours(1), "--jobs.lease=1h"));
      SharedParts.Links direct = parts.direct();
      mongoProxy = proxy(direct.mongo(), Framing.MONGO);
      redisProxy = proxy(direct.redis(), Framing.PIECES);
      sound = lifecycle.opened("sound server", parts.server(direct));
      parts.startStore(sound.platform()::storage);
      objectsProxy =
          lifecycle.opened(
              "object store proxy", FaultProxy.to(parts.store().getPort(), Framing.PIECES));
      faulted =
          lifecycle.opened(
              "faulted server",
              parts.server(
                  new SharedParts.Links(
                      through(mongoProxy, direct.mongo()),
                      through(redisProxy, direct.redis()),
                      () -> URI.create("http://127.0.0.1:" + objectsProxy.port()))));
      sound.platform().start();
      faulted.platform().start();
      administrator = sound.platform().firstAdministrator().orElseThrow();
      documents = lifecycle.opened("documents", new MongoDocuments(parts.mongo()));
    } catch (RuntimeException | Error e) {
      lifecycle.close();
      throw e;
    }
  }

  private FaultProxy proxy(Secret uri, Framing framing) {
    return lifecycle.opened("proxy", FaultProxy.to(URI.create(uri.reveal()).getPort(), framing));
  }

  // Another port, the same user.
  private static Secret through(FaultProxy proxy, Secret uri) {
    String direct = uri.reveal();
    return Secret.of(direct.replace(":" + URI.create(direct).getPort(), ":" + proxy.port()));
  }

  /** Which parts it stands on. */
  TestPart part() {
    return part;
  }

  /** Whether its database is another one than with embedded parts. */
  boolean hasOtherDocuments() {
    return parts.documentsAreGiven();
  }

  /** The server behind the proxies. */
  Replica faulted() {
    return faulted;
  }

  /** The other server. */
  Replica sound() {
    return sound;
  }

  FaultProxy mongoProxy() {
    return mongoProxy;
  }

  FaultProxy redisProxy() {
    return redisProxy;
  }

  FaultProxy objectsProxy() {
    return objectsProxy;
  }

  /** Redis forgets everything. */
  void flushRedis() {
    parts.flushRedis();
  }

  MovableClock clock() {
    return parts.clock();
  }

  MongoDocuments documents() {
    return documents;
  }

  /** A customer with storage, the same one for a while. */
  synchronized Actor keeper() {
    if (keeper.isEmpty() || ++keeperUses > KEEPER_USES || keeperEnd.isBefore(clock().instant())) {
      keeper = Optional.of(Keeper.register(sound));
      keeperUses = 0;
      keeperEnd = clock().instant().plus(KEEPER_LIFE);
    }
    return keeper.get();
  }

  /** The access token of the first administrator. */
  synchronized Optional<String> administrator() {
    if (administratorEnd.isBefore(clock().instant())) {
      administratorToken =
          Actor.login(sound, administrator.email(), administrator.password().reveal()).token();
      administratorEnd = clock().instant().plus(KEEPER_LIFE);
    }
    return administratorToken;
  }

  /** The only node, in place of the one before. */
  synchronized ScriptedNode newNode() {
    node.ifPresent(ScriptedNode::close);
    ScriptedNode next = new ScriptedNode(sound, ScriptedNode.Does.NOTHING);
    node = Optional.of(next);
    return next;
  }

  @Override
  public void close() {
    node.ifPresent(ScriptedNode::close);
    lifecycle.close();
  }
}
