package dev.cloudlet.fleet;

import dev.cloudlet.capability.Capability;
import dev.cloudlet.capability.Foundation;
import dev.cloudlet.jobs.JobsApi;
import io.grpc.BindableService;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Wires the fleet. {@link #close} ends the channels to the nodes. */
public final class FleetModule implements Capability, AutoCloseable {
  private static final Duration SWEEP = Duration.ofSeconds(5);

  private final Fleet fleet;
  private final NodeChannels channels;
  private final List<BindableService> services;
  private final Map<String, TaskFiles> files;

  private FleetModule(
      Fleet fleet,
      NodeChannels channels,
      List<BindableService> services,
      Map<String, TaskFiles> files) {
    this.fleet = fleet;
    this.channels = channels;
    this.services = services;
    this.files = files;
  }

  /** The fleet on MongoDB; nodes that fall silent are swept in the background. */
  public static FleetModule create(
      Foundation foundation, FleetConfig config, NodeTokens tokens, JobsApi jobs) {
    Nodes nodes = new Nodes(new MongoNodeStore(foundation.mongo()), foundation.clock(), config);
    NodeChannels channels = new NodeChannels(tokens, config.authorities());
    Map<String, TaskFiles> files = new ConcurrentHashMap<>();
    NodeService nodeService =
        new NodeService(nodes, tokens, channels, foundation.signals(), foundation.clock(), config);
    FleetCensus census = new FleetCensus();
    census.register(foundation.meters());
    foundation
        .background()
        // Only one server marks or forgets a node, and each has its own channels: so every sweep
        // keeps those of the nodes that are there.
        .every("fleet-silent", SWEEP, () -> sweep(nodes, channels, census));
    return new FleetModule(
        new Fleet(nodes, channels, foundation.signals(), foundation.clock()),
        channels,
        List.of(nodeService, new TaskService(jobs, files)),
        files);
  }

  private static void sweep(Nodes nodes, NodeChannels channels, FleetCensus census) {
    Nodes.Swept swept = nodes.sweepSilent();
    channels.retain(swept.there());
    census.count(swept.seen());
  }

  /** Says who signs for attempts of this kind of job; before the server starts. */
  public void register(String kind, TaskFiles signer) {
    if (files.putIfAbsent(kind, signer) != null) {
      throw new IllegalStateException("two signers for " + kind);
    }
  }

  /** For other capabilities. */
  public FleetApi api() {
    return fleet;
  }

  @Override
  public List<BindableService> services() {
    return services;
  }

  @Override
  public void close() {
    channels.close();
  }
}
