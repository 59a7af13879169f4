package dev.cloudlet.jobs;

import dev.cloudlet.kernel.id.NodeId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Worker nodes of a {@link StagedWorld}: which attempts each of them has. */
final class StagedNodes {
  static final List<NodeId> NAMES = List.of(new NodeId("nod_1"), new NodeId("nod_2"));

  private final Map<NodeId, Set<String>> attempts = new HashMap<>();

  private Set<String> of(NodeId node) {
    return attempts.computeIfAbsent(node, name -> new HashSet<>());
  }

  private static String number(Job job) {
    return job.id().value() + '/' + job.attempt();
  }

  void begin(NodeId node, Job job) {
    of(node).add(number(job));
  }

  boolean has(NodeId node, Job job) {
    return of(node).contains(number(job));
  }

  void stop(NodeId node, Job job) {
    of(node).remove(number(job));
  }

  /** A node's process dies and is there again, with nothing. */
  void crash(Random random) {
    of(NAMES.get(random.nextInt(NAMES.size()))).clear();
  }
}
