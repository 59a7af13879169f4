package dev.cloudlet.hostile;

import com.google.protobuf.Message;
import dev.cloudlet.api.common.v1.Access;
import dev.cloudlet.kernel.rpc.MethodPolicy;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The families of the corpus that come beside a good request: headers and tokens. */
@ExtendWith(HostileServer.Resolver.class)
class HostileCallerTest {
  private static final List<Wires> WIRES =
      List.of(Wires.GRPC, Wires.WEB, Wires.WEB_TEXT, Wires.REST, Wires.UNFRAMED);
  private static final List<Wires> TOKEN_WIRES = List.of(Wires.GRPC, Wires.WEB, Wires.REST);

  @Test
  void headers(HostileServer server) {
    Replay replay = new Replay(server);
    for (Rpc rpc : server.rpcs()) {
      Message sample = server.sample(rpc);
      List<Runnable> work = new ArrayList<>();
      for (Corpus.Input input : Corpus.of("headers")) {
        Map<String, String> headers = input.headerTexts(Map.of());
        if (Extent.takes(3, input.id(), rpc.name())) {
          work.add(
              () -> {
                List<Wires> fitting =
                    WIRES.stream()
                        .filter(wire -> input.fits(wire) && wire.says(rpc, sample))
                        .toList();
                for (Wires wire : Extent.some(2, fitting, input.id(), rpc.name())) {
                  Reply reply = server.send(wire, rpc, wire.shot(rpc, sample), headers);
                  replay.findings().judge(input.id(), rpc, wire, reply, input.reasons());
                }
              });
        }
      }
      server.together(work);
    }
    replay.assertNothingWrong();
  }

  @Test
  void tokens(HostileServer server) {
    Replay replay = new Replay(server);
    Map<String, byte[]> known = server.personas().forgeries();
    for (Rpc rpc : server.rpcs()) {
      Message sample = server.sample(rpc);
      List<Runnable> work = new ArrayList<>();
      for (Corpus.Input input : Corpus.of("tokens")) {
        work.add(() -> token(server, replay, new Replay.Case(input, rpc, ""), sample, known));
      }
      server.together(work);
    }
    replay.assertNothingWrong();
  }

  private static void token(
      HostileServer server,
      Replay replay,
      Replay.Case now,
      Message sample,
      Map<String, byte[]> known) {
    Map<String, String> headers = now.input().headerTexts(known);
    Map<Wires, Reply> replies = new EnumMap<>(Wires.class);
    for (int round = 0; round < 3 && (round == 0 || Findings.differ(replies)); round++) {
      for (Wires wire : Extent.some(2, TOKEN_WIRES, now.input().id(), now.rpc().name())) {
        if (wire.says(now.rpc(), sample)) {
          replies.put(
              wire, server.sendAsIs(wire, now.rpc(), wire.shot(now.rpc(), sample), headers));
        }
      }
    }
    Optional<Set<String>> reasons = expected(now.input(), now.rpc());
    replies.forEach(
        (wire, reply) ->
            replay.findings().judge(now.input().id(), now.where(), wire, reply, reasons));
    replay.findings().judgeAlike(now.input().id(), now.where(), replies);
  }

  // The corpus says what an rpc answers that asks for an account.
  private static Optional<Set<String>> expected(Corpus.Input input, Rpc rpc) {
    Access access = rpc.access();
    boolean crossSite = input.reasons().orElseThrow().contains("CROSS_SITE_REQUEST");
    if (access == Access.ACCESS_PUBLIC || crossSite && !MethodPolicy.of(rpc.method()).mutation()) {
      return Optional.empty();
    }
    if (access == Access.ACCESS_REFRESH) {
      return Optional.of(Set.of("UNAUTHENTICATED", "SESSION_REVOKED", "OK"));
    }
    if (access == Access.ACCESS_NODE && input.id().equals("node-token")) {
      return Optional.empty();
    }
    return input.reasons();
  }
}
