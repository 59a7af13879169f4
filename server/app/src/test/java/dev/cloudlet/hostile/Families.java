package dev.cloudlet.hostile;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Message;
import dev.cloudlet.edge.RestForm;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Sends the families of the corpus that stand in place of a message or of a part of it. */
final class Families {
  private static final List<Wires> PROTO_FRAMES = List.of(Wires.GRPC, Wires.WEB, Wires.WEB_TEXT);
  private static final List<Wires> JSON =
      List.of(Wires.REST, Wires.UNFRAMED, Wires.GRPC_JSON, Wires.WEB_JSON);
  private static final List<Wires> OTHERS =
      List.of(
          Wires.WEB,
          Wires.WEB_TEXT,
          Wires.UNFRAMED,
          Wires.UNFRAMED_PROTO,
          Wires.GRPC_JSON,
          Wires.WEB_JSON);
  private static final Set<String> NUMBERS =
      Set.of("INT", "LONG", "DOUBLE", "FLOAT", "BOOLEAN", "ENUM", "TIME", "LIST");
  private static final int LARGE = 20_000;
  private static final byte[] BOMB = Bytes.gzipFrame(64 << 20);

  private final HostileServer server;
  private final Replay replay;

  Families(HostileServer server) {
    this.server = server;
    this.replay = new Replay(server);
  }

  void frames(Rpc rpc) {
    Message sample = server.sample(rpc);
    byte[] message = sample.toByteArray();
    Map<String, byte[]> known =
        Map.of("message", message, "frame", Wires.frame(message), "bomb", BOMB);
    List<Runnable> work = new ArrayList<>();
    for (Corpus.Input input : Corpus.of("frames")) {
      work.add(
          () ->
              replay.alike(
                  new Replay.Case(input, rpc, ""),
                  Extent.some(2, PROTO_FRAMES, input.id(), rpc.name()),
                  input.headerTexts(Map.of()),
                  wire -> Optional.of(wire.raw(rpc, sample, input.bytes(known)))));
    }
    server.together(work);
  }

  void bodies(Rpc rpc) {
    Message sample = server.sample(rpc);
    Map<String, byte[]> known = Map.of("json", Wires.print(sample));
    List<Runnable> work = new ArrayList<>();
    for (Corpus.Input input : Corpus.of("bodies")) {
      byte[] body = input.bytes(known);
      if (body.length < LARGE || Extent.takes(5, input.id(), rpc.name())) {
        List<Wires> wires =
            JSON.stream()
                .filter(wire -> input.fits(wire) && wire.serves(rpc))
                .filter(wire -> wire != Wires.REST || rpc.takesBody())
                .toList();
        work.add(
            () ->
                replay.alike(
                    new Replay.Case(input, rpc, ""),
                    Extent.some(2, wires, input.id(), rpc.name()),
                    wire -> Optional.of(wire.shot(rpc, sample, body))));
      }
    }
    server.together(work);
  }

  void shapes(Rpc rpc) {
    Message sample = server.sample(rpc);
    ObjectNode json = JsonText.read(Wires.print(sample));
    List<Runnable> work = new ArrayList<>();
    for (Spot spot : Spot.of(rpc.method().getInputType())) {
      List<Wires> wires = JSON.stream().filter(wire -> takes(wire, rpc, spot)).toList();
      for (Corpus.Input input : Corpus.of("shapes")) {
        if (input.fitsKind(spot.kind())) {
          byte[] body =
              JsonText.with(json, spot, input.text(Map.of())).getBytes(StandardCharsets.UTF_8);
          work.add(
              () ->
                  replay.alike(
                      new Replay.Case(input, rpc, spot.toString()),
                      Extent.some(2, wires, input.id(), rpc.name(), spot.toString()),
                      wire -> Optional.of(wire.shot(rpc, sample, body))));
        }
      }
    }
    server.together(work);
  }

  // Of a field in the path the body says nothing.
  private static boolean takes(Wires wire, Rpc rpc, Spot spot) {
    return wire.serves(rpc)
        && (wire != Wires.REST
            || rpc.takesBody()
                && !RestForm.variables(rpc.rule()).contains(spot.way().getFirst().getName()));
  }

  void texts(Rpc rpc) {
    values(rpc, "texts", 6, Set.of("STRING"), (spot, input, sample) -> input.text(Map.of()));
  }

  void numbers(Rpc rpc) {
    values(
        rpc,
        "numbers",
        1,
        NUMBERS,
        (spot, input, sample) -> spot.number(input.text(Map.of()), sample));
  }

  private interface Value {
    Object of(Spot spot, Corpus.Input input, Message sample);
  }

  private void values(Rpc rpc, String family, int share, Set<String> kinds, Value value) {
    Message sample = server.sample(rpc);
    List<Runnable> work = new ArrayList<>();
    for (Spot spot : Spot.of(rpc.method().getInputType())) {
      for (Corpus.Input input : Corpus.of(family)) {
        if (kinds.contains(spot.kind())
            && input.fitsKind(spot.kind())
            && Extent.takes(share, input.id(), rpc.name(), spot.toString())) {
          Message message = spot.put(sample, value.of(spot, input, sample));
          work.add(
              () ->
                  replay.alike(
                      new Replay.Case(input, rpc, spot.toString()),
                      wires(input, spot),
                      wire -> wire.maybe(rpc, message)));
        }
      }
    }
    server.together(work);
  }

  private static List<Wires> wires(Corpus.Input input, Spot spot) {
    List<Wires> wires = new ArrayList<>(List.of(Wires.GRPC, Wires.REST));
    wires.addAll(Extent.some(1, OTHERS, input.id(), spot.toString()));
    return wires.stream().filter(input::fits).toList();
  }

  /** Fails if anything was wrong. */
  void assertNothingWrong() {
    replay.assertNothingWrong();
  }
}
