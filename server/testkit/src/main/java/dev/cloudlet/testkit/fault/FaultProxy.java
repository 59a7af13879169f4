package dev.cloudlet.testkit.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Listens on a free port of the loopback address and passes everything on to a part, but for what
 * its {@link FaultPlan} says. An exchange is what a client sends until the part answers, and the
 * answer: one command of MongoDB, one request of HTTP 1.1, one burst of Redis commands.
 */
public final class FaultProxy implements AutoCloseable {
  private static final int FIRST_PORT = 20_000;
  private static final int LAST_PORT = 32_000;
  private static final int TRIES = 250;

  private volatile InetSocketAddress part;
  private final Framing framing;
  private final int port;
  // One entry per open connection.
  private final Set<ProxiedLink> links = ConcurrentHashMap.newKeySet();
  private final AtomicLong accepted = new AtomicLong();
  private Optional<ServerSocket> listener = Optional.empty();
  private volatile FaultPlan plan = FaultPlan.NONE;

  private FaultProxy(InetSocketAddress part, Framing framing) {
    this.part = part;
    this.framing = framing;
    this.port = listenSomewhere();
  }

  /** A proxy of the part on that port of this machine. */
  public static FaultProxy to(int port, Framing framing) {
    return new FaultProxy(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), framing);
  }

  /** The port on 127.0.0.1 that stands for the part. */
  public int port() {
    return port;
  }

  /** New connections go to the part on another port of this machine from now on. */
  public void turn(int other) {
    part = new InetSocketAddress(InetAddress.getLoopbackAddress(), other);
  }

  /** From now on exchanges that begin go as {@code next} says. */
  public void plan(FaultPlan next) {
    plan = next;
  }

  /** Everything passes again. Connections in a black hole break, so that their clients notice. */
  public void heal() {
    plan = FaultPlan.NONE;
    links.stream().filter(ProxiedLink::isInBlackHole).forEach(ProxiedLink::reset);
  }

  /** The part is gone: connections break and new ones are refused. */
  public synchronized void down() {
    listener.ifPresent(FaultProxy::close);
    listener = Optional.empty();
    links.forEach(ProxiedLink::reset);
  }

  /** The part is there again, on the same port. */
  public synchronized void up() {
    for (int tries = 1; listener.isEmpty(); tries++) {
      try {
        listen(port);
      } catch (BindException e) {
        // The listener before may still be about to end in its thread.
        if (tries == TRIES) {
          throw new UncheckedIOException("the proxy can't listen again", e);
        }
        LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
      }
    }
  }

  /** How many connections were ever opened. */
  public long accepted() {
    return accepted.get();
  }

  // Not a port that the system gives to connections: while the proxy is down one of them could take
  // it, even that of a client which tries to reach the proxy and then talks to itself.
  private int listenSomewhere() {
    for (int tries = 1; ; tries++) {
      int wanted = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
      try {
        listen(wanted);
        return wanted;
      } catch (BindException e) {
        if (tries == TRIES) {
          throw new UncheckedIOException("the proxy finds no free port", e);
        }
      }
    }
  }

  private synchronized void listen(int wanted) throws BindException {
    try {
      ServerSocket socket = new ServerSocket();
      socket.setReuseAddress(true);
      try {
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted), 128);
      } catch (BindException e) {
        close(socket);
        throw e;
      }
      listener = Optional.of(socket);
      Thread.ofVirtual().name("proxy-of-" + part.getPort()).start(() -> accept(socket));
    } catch (BindException e) {
      throw e;
    } catch (IOException e) {
      throw new UncheckedIOException("the proxy can't listen", e);
    }
  }

  private void accept(ServerSocket socket) {
    while (!socket.isClosed()) {
      try {
        open(socket.accept());
      } catch (IOException e) {
        // The listener was closed, or the client has gone already.
      }
    }
  }

  private void open(Socket client) throws IOException {
    accepted.incrementAndGet();
    client.setTcpNoDelay(true);
    Socket server = new Socket();
    try {
      server.setTcpNoDelay(true);
      server.connect(part, 5000);
    } catch (IOException e) {
      // As the part itself would refuse.
      client.setSoLinger(true, 0);
      client.close();
      throw e;
    }
    ProxiedLink link = new ProxiedLink(client, server, framing, this::decide, links::remove);
    links.add(link);
    link.start();
  }

  private synchronized Fault decide(byte[] first) {
    return plan.of(first);
  }

  private static void close(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    down();
  }
}
