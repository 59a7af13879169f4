package dev.cloudlet.hostile;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import dev.cloudlet.api.common.v1.Access;
import dev.cloudlet.edge.EdgePlatform;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.slf4j.LoggerFactory;

/**
 * One server with every capability for all suites of hostile input, and who calls it. Apart from
 * that of the well-meaning suites, since rpcs that move time or end sessions are called too.
 */
final class HostileServer implements AutoCloseable {
  private static final int AT_ONCE = 32;
  private static final List<String> CALLS = List.of("dev.cloudlet.calls", "dev.cloudlet.http");
  private static final Set<String> NEEDS_A_NEW_TOKEN =
      Set.of("TOKEN_EXPIRED", "SESSION_REVOKED", "ACCOUNT_DISABLED");

  private final EdgePlatform platform = new EdgePlatform();
  private final List<Rpc> rpcs = Rpc.all(platform.services());
  private volatile Line line = new Line(platform.uri());
  private final Personas personas = new Personas(platform);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /** Gives a test the server. */
  static final class Resolver implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == HostileServer.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context
          .getRoot()
          .getStore(ExtensionContext.Namespace.GLOBAL)
          .computeIfAbsent(HostileServer.class);
    }
  }

  HostileServer() {
    // A line for each of so many calls would be most of the work.
    for (String calls : CALLS) {
      ((Logger) LoggerFactory.getLogger(calls)).setLevel(Level.ERROR);
    }
  }

  List<Rpc> rpcs() {
    return rpcs;
  }

  EdgePlatform platform() {
    return platform;
  }

  Personas personas() {
    return personas;
  }

  /** A request that breaks no rule and names things that are there. */
  Message sample(Rpc rpc) {
    if (rpc.streaming()) {
      // A stream of a thing that is there would go on.
      return rpc.sample();
    }
    Message.Builder sample = rpc.sample().toBuilder();
    personas
        .things()
        .forEach(
            (name, value) -> {
              FieldDescriptor field = sample.getDescriptorForType().findFieldByName(name);
              if (field != null && field.getJavaType() == FieldDescriptor.JavaType.STRING) {
                sample.setField(field, value);
              }
            });
    return sample.build();
  }

  /** Sends as somebody who may call the rpc. */
  Reply send(Wires wire, Rpc rpc, Wires.Shot shot, Map<String, String> headers) {
    Optional<String> token = personas.token(rpc.access());
    Reply reply = line.send(wire, rpc, shot, Personas.with(headers, token));
    for (int again = 0; again < 2 && reply.code().equals("UNAVAILABLE"); again++) {
      // A part was slow since the machine is busy; what an input does, it does again.
      reply = line.send(wire, rpc, shot, Personas.with(headers, token));
    }
    if (token.isPresent()
        && rpc.access() != Access.ACCESS_REFRESH
        && NEEDS_A_NEW_TOKEN.contains(reply.reason())) {
      personas.renew(rpc.access(), token.get());
      return line.send(wire, rpc, shot, Personas.with(headers, personas.token(rpc.access())));
    }
    return reply;
  }

  Reply send(Wires wire, Rpc rpc, Wires.Shot shot) {
    return send(wire, rpc, shot, Map.of());
  }

  /** Sends with nothing but these headers. */
  Reply sendAsIs(Wires wire, Rpc rpc, Wires.Shot shot, Map<String, String> headers) {
    return line.send(wire, rpc, shot, headers);
  }

  /** Sends to a route that is no rpc's, as the customer. */
  AggregatedHttpResponse sendToRoute(Wires.Shot shot) {
    return line.send(shot, Personas.with(Map.of(), personas.token(Access.ACCESS_USER)));
  }

  /** Closes every connection; the next call opens a new one. */
  void hangUp() {
    line.close();
    line = new Line(platform.uri());
  }

  /** Does all of it, several at once; ends when it is done. */
  void together(List<Runnable> work) {
    Semaphore free = new Semaphore(AT_ONCE);
    Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    for (Runnable each : work) {
      free.acquireUninterruptibly();
      threads.execute(
          () -> {
            try {
              each.run();
            } catch (RuntimeException | Error e) {
              failures.add(e);
            } finally {
              free.release();
            }
          });
    }
    free.acquireUninterruptibly(AT_ONCE);
    if (!failures.isEmpty()) {
      throw new AssertionError("the test itself fails: " + failures.peek(), failures.peek());
    }
  }

  @Override
  public void close() {
    for (String calls : CALLS) {
      ((Logger) LoggerFactory.getLogger(calls)).setLevel(null);
    }
    line.close();
    threads.close();
    platform.close();
  }
}
