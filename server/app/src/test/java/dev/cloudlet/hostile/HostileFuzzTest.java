package dev.cloudlet.hostile;

import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterContainer;
import org.jspecify.annotations.Nullable;

/**
 * Requests made up field by field from the descriptors, by several wires: none of them is a fault,
 * and all wires answer alike. What this finds becomes an input of the family {@code found}.
 */
class HostileFuzzTest {
  private static final List<Wires> WIRES =
      List.of(Wires.GRPC, Wires.REST, Wires.WEB_TEXT, Wires.GRPC_JSON, Wires.UNFRAMED_PROTO);
  private static final int AT_ONCE = 20;
  private static @Nullable HostileServer server;

  /** A request that nobody meant. */
  record Made(Rpc rpc, Message message) {
    @Override
    public String toString() {
      return rpc + " " + message;
    }
  }

  private static synchronized HostileServer server() {
    if (server == null) {
      server = new HostileServer();
    }
    return server;
  }

  @AfterContainer
  static synchronized void close() {
    if (server != null) {
      server.close();
      server = null;
    }
  }

  @Provide
  Arbitrary<List<Made>> requests() {
    return Arbitraries.oneOf(
            server().rpcs().stream()
                .filter(rpc -> !rpc.movesTime())
                .map(
                    rpc ->
                        MadeRequests.of(server().sample(rpc))
                            .map(message -> new Made(rpc, message)))
                .toList())
        .list()
        .ofMinSize(1)
        .ofMaxSize(AT_ONCE);
  }

  @Property(
      tries = 40,
      seed = "20261126",
      edgeCases = EdgeCasesMode.NONE,
      shrinking = ShrinkingMode.BOUNDED)
  void aFewRequests(@ForAll("requests") List<Made> made) {
    send(made);
  }

  @Tag("long")
  @Property(tries = 5_000, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.BOUNDED)
  void manyRequests(@ForAll("requests") List<Made> made) {
    send(made);
  }

  private static void send(List<Made> all) {
    Replay replay = new Replay(server());
    List<Runnable> work = new ArrayList<>();
    for (Made made : all) {
      work.add(
          () ->
              replay.alike(
                  new Replay.Case(Corpus.Input.named("made"), made.rpc(), ""),
                  WIRES,
                  wire -> wire.maybe(made.rpc(), made.message())));
    }
    server().together(work);
    replay.assertNothingWrong();
  }

  @Property(tries = 1)
  void whatWasFoundBeforeIsGood() {
    Replay replay = new Replay(server());
    for (Corpus.Input input : Corpus.of("found")) {
      String name = input.rpc().orElseThrow();
      Rpc rpc =
          server().rpcs().stream()
              .filter(each -> each.name().equals(name))
              .findFirst()
              .orElseThrow(() -> new IllegalStateException("there is no rpc " + name));
      Message message = rpc.parse(input.text(Map.of()));
      replay.alike(new Replay.Case(input, rpc, ""), WIRES, wire -> wire.maybe(rpc, message));
    }
    replay.assertNothingWrong();
  }
}
