package dev.cloudlet.hostile;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Sends inputs by several wires and judges what comes back. */
final class Replay {
  private static final int ROUNDS = 3;

  private final HostileServer server;
  private final Findings findings = new Findings();

  Replay(HostileServer server) {
    this.server = server;
  }

  /**
   * One input for one rpc.
   *
   * @param spot the field that it is for; empty for the whole
   */
  record Case(Corpus.Input input, Rpc rpc, String spot) {
    String where() {
      return spot.isEmpty() ? rpc.toString() : rpc + "." + spot;
    }
  }

  /** What is sent by a wire; nothing if it can't be said there. */
  interface Shooting {
    Optional<Wires.Shot> at(Wires wire);
  }

  /** The same by every wire, which must answer alike. */
  void alike(Case now, List<Wires> wires, Shooting shooting) {
    alike(now, wires, Map.of(), shooting);
  }

  /** The same with these headers. */
  void alike(Case now, List<Wires> wires, Map<String, String> headers, Shooting shooting) {
    Map<Wires, Reply> replies = new EnumMap<>(Wires.class);
    // What the first wire does may be the reason for which the next one is refused (it is there
    // already, it is gone); repeated, they meet the same.
    for (int round = 0; round < ROUNDS && (round == 0 || Findings.differ(replies)); round++) {
      for (Wires wire : wires) {
        shooting
            .at(wire)
            .filter(shot -> wire.serves(now.rpc()))
            .ifPresent(shot -> replies.put(wire, server.send(wire, now.rpc(), shot, headers)));
      }
    }
    judge(now, replies);
  }

  /** These replies, which must be alike. */
  void judge(Case now, Map<Wires, Reply> replies) {
    replies.forEach(
        (wire, reply) ->
            findings.judge(now.input().id(), now.where(), wire, reply, now.input().reasons()));
    findings.judgeAlike(now.input().id(), now.where(), replies);
  }

  Findings findings() {
    return findings;
  }

  /** Fails if anything was wrong. */
  void assertNothingWrong() {
    findings.assertNone();
  }
}
