package dev.cloudlet.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.api.identity.v1.AuthServiceGrpc.AuthServiceImplBase;
import dev.cloudlet.api.jobs.v1.JobServiceGrpc.JobServiceImplBase;
import dev.cloudlet.rpc.EdgeFixture;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Who never comes to the end of what he says. */
class HostileSlowTest {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  @Test
  void everySlowConnectionEnds() throws Exception {
    EdgeFixture.Choice choice =
        EdgeFixture.Choice.of(new AuthServiceImplBase() {}, new JobServiceImplBase() {})
            .config(EdgeFixture.config(Duration.ofSeconds(1), List.of(), Optional.empty()));
    try (EdgeFixture edge = new EdgeFixture(choice);
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      URI server = URI.create("http://127.0.0.1:" + edge.port());
      List<Callable<String>> slow = new ArrayList<>();
      for (Corpus.Input input : Corpus.of("slow")) {
        slow.add(() -> wrong(input, server));
      }
      List<String> found = new ArrayList<>();
      for (Future<String> each : clients.invokeAll(slow)) {
        found.add(each.get());
      }
      assertThat(found).filteredOn(each -> !each.isEmpty()).isEmpty();
      assertThat(edge.get("/health/live").status()).isEqualTo(200);
    }
  }

  private static String wrong(Corpus.Input input, URI server) {
    RawLine.Heard heard = RawLine.trickle(server, input.bytes(Map.of()), PATIENCE);
    Set<Integer> expected = input.status().orElse(Set.of(0));
    return expected.contains(heard.status()) && (heard.closed() || heard.status() > 0)
        ? ""
        : input.id() + " is not " + expected + ": " + heard;
  }
}
