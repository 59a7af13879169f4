package dev.cloudlet.testkit.fault;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** One client's connection through the proxy: a thread in each direction. */
final class ProxiedLink {
  private final Socket client;
  private final Socket part;
  private final Framing framing;
  private final FaultPlan plan;
  private final Consumer<ProxiedLink> whenOver;
  private final AtomicBoolean over = new AtomicBoolean();
  private volatile boolean blackHole;
  // Guarded by this.
  private Exchange exchange = Exchange.answered();

  /** What is under way; what was sent and answered is counted in bytes. */
  private static final class Exchange {
    private final Fault fault;
    private final byte[] request;
    private int sent;
    private int answered;

    Exchange(Fault fault, byte[] request) {
      this.fault = fault;
      this.request = request;
    }

    /** One that is over: what a client sends next begins another. */
    static Exchange answered() {
      Exchange over = new Exchange(Fault.NONE, new byte[0]);
      over.answered = 1;
      return over;
    }
  }

  ProxiedLink(
      Socket client, Socket part, Framing framing, FaultPlan plan, Consumer<ProxiedLink> whenOver) {
    this.client = client;
    this.part = part;
    this.framing = framing;
    this.plan = plan;
    this.whenOver = whenOver;
  }

  void start() {
    Thread.ofVirtual().name("proxy-request").start(() -> pump(client, this::toPart));
    Thread.ofVirtual().name("proxy-answer").start(() -> pump(part, this::toClient));
  }

  boolean isInBlackHole() {
    return blackHole;
  }

  /** Both ends hear of it at once, with nothing more to read. */
  void reset() {
    if (over.getAndSet(true)) {
      return;
    }
    abort(client);
    abort(part);
    whenOver.accept(this);
  }

  private static void abort(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      // It is closed already, which is what was wanted.
    }
  }

  /** Where the pieces of one direction go. */
  private interface Direction {
    /** Whether to go on. */
    boolean pass(byte[] piece) throws IOException, InterruptedException;
  }

  private void pump(Socket from, Direction direction) {
    try {
      InputStream in = from.getInputStream();
      byte[] piece = framing.next(in);
      while (piece.length > 0 && direction.pass(piece)) {
        piece = framing.next(in);
      }
    } catch (IOException | UncheckedIOException e) {
      // One of the ends has gone; so goes the other.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      reset();
    }
  }

  private boolean toPart(byte[] piece) throws IOException, InterruptedException {
    Exchange now = begun(piece);
    return switch (now.fault) {
      case Fault.None none -> send(part, piece, piece.length);
      case Fault.CutAnswer lost -> send(part, piece, piece.length);
      case Fault.BlackHole hole -> {
        blackHole = true;
        yield true;
      }
      case Fault.Delay late -> {
        Thread.sleep(late.by());
        yield send(part, piece, piece.length);
      }
      case Fault.CutRequest cut -> {
        int some = Math.min(piece.length, cut.bytes() - now.sent);
        now.sent += some;
        yield send(part, piece, some) && now.sent < cut.bytes();
      }
      case Fault.OtherAnswer other ->
          other.performed()
              ? send(part, piece, piece.length)
              : answer(other.answer().apply(now.request));
    };
  }

  private synchronized Exchange begun(byte[] piece) {
    if (exchange.answered > 0) {
      exchange = new Exchange(plan.of(piece), piece);
    }
    return exchange;
  }

  private boolean answer(byte[] message) throws IOException {
    synchronized (this) {
      exchange.answered += message.length;
    }
    return send(client, message, message.length);
  }

  private boolean toClient(byte[] piece) throws IOException {
    Exchange now;
    synchronized (this) {
      now = exchange;
      if (!(now.fault instanceof Fault.CutAnswer)) {
        now.answered += piece.length;
      }
    }
    return switch (now.fault) {
      case Fault.None none -> send(client, piece, piece.length);
      case Fault.Delay late -> send(client, piece, piece.length);
      case Fault.CutRequest cut -> send(client, piece, piece.length);
      case Fault.BlackHole hole -> true;
      case Fault.OtherAnswer other -> {
        byte[] instead = other.answer().apply(now.request);
        yield send(client, instead, instead.length);
      }
      case Fault.CutAnswer cut -> {
        int some = Math.min(piece.length, cut.bytes() - now.answered);
        now.answered += some;
        yield send(client, piece, some) && now.answered < cut.bytes();
      }
    };
  }

  private static boolean send(Socket to, byte[] piece, int count) throws IOException {
    OutputStream out = to.getOutputStream();
    out.write(piece, 0, count);
    out.flush();
    return true;
  }
}
