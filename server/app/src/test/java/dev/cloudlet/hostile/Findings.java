package dev.cloudlet.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.kernel.error.ErrorReasons;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Judges the replies of one run and tells everything that is wrong at its end. */
final class Findings {
  private static final int SHOWN = 80;
  private static final int LONGEST_REFUSAL = 4096;

  /** What would tell a stranger how the server is built. */
  private static final Pattern INSIDES =
      Pattern.compile(
          "Exception|\\bat [a-z]+\\.[\\w.]+\\(|dev\\.cloudlet\\.|com\\.(linecorp|google\\.(gson|common|protobuf))"
              + "|io\\.(grpc|netty|lettuce)|java\\.(lang|util|io)|org\\.bson|mongo|NullPointer");

  private final Queue<Finding> wrong = new ConcurrentLinkedQueue<>();
  private final AtomicInteger seen = new AtomicInteger();

  /** Many rpcs find the same; the first of them is told, and how many there are. */
  private record Finding(String what, String where) {}

  /** How many replies were judged. */
  int seen() {
    return seen.get();
  }

  /** Judges a reply by what holds for each. */
  void judge(String input, Object rpc, Wires wire, Reply reply, Optional<Set<String>> reasons) {
    seen.incrementAndGet();
    String where = input + " " + wire;
    if (reply.isFault()) {
      add(where, "fault", rpc, reply);
    } else if (!reply.done()) {
      judgeRefusal(where, rpc, reply);
    }
    String reason = reply.done() ? "OK" : reply.reason();
    reasons
        .filter(expected -> !expected.contains(reason))
        .ifPresent(expected -> add(where, "is not " + expected, rpc, reply));
  }

  private void judgeRefusal(String where, Object rpc, Reply reply) {
    if (INSIDES.matcher(reply.text()).find()) {
      add(where, "shows its insides", rpc, reply);
    }
    if (reply.text().length() > LONGEST_REFUSAL) {
      add(where, "says " + reply.text().length() + " characters", rpc, reply);
    }
    String declared = ErrorReasons.code(ErrorReasons.ofWireName(reply.reason())).name();
    if (!declared.equals(reply.code())) {
      add(where, "carries no reason of its code", rpc, reply);
    }
  }

  /** Judges bytes by what holds for everything that the server says. */
  void judgeText(String input, String text) {
    seen.incrementAndGet();
    if (INSIDES.matcher(text).find()) {
      add(input + " shows the server's insides", text);
    }
  }

  /** Whether one wire says something else than another. */
  static boolean differ(Map<Wires, Reply> replies) {
    return replies.values().stream().map(Reply::outcome).distinct().count() > 1;
  }

  /** Every wire must say the same. */
  void judgeAlike(String input, Object rpc, Map<Wires, Reply> replies) {
    if (differ(replies)) {
      Map<Wires, String> outcomes = new TreeMap<>();
      replies.forEach((wire, reply) -> outcomes.put(wire, reply.outcome()));
      wrong.add(
          new Finding(input + " differs " + outcomes.keySet(), rpc + " " + new TreeMap<>(replies)));
    }
  }

  private void add(String where, String what, Object rpc, Reply reply) {
    wrong.add(new Finding(where + " " + what, rpc + ": " + reply));
  }

  /** Something that is wrong with no rpc in particular. */
  void add(String what, String where) {
    wrong.add(new Finding(what, where));
  }

  /** Fails if anything was wrong. */
  void assertNone() {
    Map<String, List<Finding>> all =
        wrong.stream()
            .collect(Collectors.groupingBy(Finding::what, TreeMap::new, Collectors.toList()));
    String told =
        all.entrySet().stream()
            .limit(SHOWN)
            .map(
                each ->
                    each.getValue().size()
                        + " x "
                        + each.getKey()
                        + " "
                        + each.getValue().getFirst().where())
            .collect(Collectors.joining("\n"));
    assertThat(told).as(wrong.size() + " of " + seen + " replies are wrong").isEmpty();
  }
}
