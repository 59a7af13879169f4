package dev.cloudlet.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.util.JsonFormat;
import dev.cloudlet.api.jobs.v1.JobServiceGrpc;
import dev.cloudlet.api.jobs.v1.JobState;
import dev.cloudlet.api.jobs.v1.WatchJobRequest;
import dev.cloudlet.api.jobs.v1.WatchJobResponse;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.id.NodeId;
import dev.cloudlet.rpc.EdgeFixture;
import io.grpc.StatusRuntimeException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A watch that goes on at another server after the first one was stopped under it. */
class WatchResumeTest {
  private static final AccountId ANN = new AccountId("usr_ann");

  private final EngineHarness world = new EngineHarness();
  private final EngineHarness.Server one = world.server("one");
  private final EngineHarness.Server two = world.server("two");
  private final List<WatchJobResponse> heard = new CopyOnWriteArrayList<>();
  private volatile String token = "";

  @AfterEach
  void close() {
    one.engine.close();
    two.engine.close();
    world.close();
  }

  private enum Wire {
    GRPC,
    SSE
  }

  private static EdgeFixture edge(EngineHarness.Server server) {
    return new EdgeFixture(EdgeFixture.Choice.of(new JobService(server.engine.jobs())));
  }

  private void hear(WatchJobResponse message, String where) {
    heard.add(message);
    token = where;
  }

  /** Listens until the stream ends or breaks. */
  private void listen(Wire wire, EdgeFixture edge, Job job) {
    if (wire == Wire.SSE) {
      listenToEvents(edge, job);
      return;
    }
    try {
      Iterator<WatchJobResponse> stream =
          edge.rpc(
                  "gproto",
                  JobServiceGrpc.JobServiceBlockingStub.class,
                  "authorization",
                  "Bearer ann")
              .watchJob(
                  WatchJobRequest.newBuilder()
                      .setJobId(job.id().value())
                      .setResumeToken(token)
                      .build());
      stream.forEachRemaining(message -> hear(message, message.getResumeToken()));
    } catch (StatusRuntimeException broken) {
      assertThat(broken.getStatus().getCode().name()).isIn("UNAVAILABLE", "CANCELLED");
    }
  }

  // As a browser does: the id of the last event is all that it remembers.
  private void listenToEvents(EdgeFixture edge, Job job) {
    try {
      HttpURLConnection connection =
          (HttpURLConnection)
              URI.create("http://127.0.0.1:" + edge.port() + "/v1/jobs/" + job.id() + ":watch")
                  .toURL()
                  .openConnection();
      connection.setRequestProperty("authorization", "Bearer ann");
      if (!token.isEmpty()) {
        connection.setRequestProperty("last-event-id", token);
      }
      try (BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
        String id = "";
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          if (line.startsWith("event:")) {
            return;
          }
          if (line.startsWith("id: ")) {
            id = line.substring(4);
          } else if (line.startsWith("data: ")) {
            WatchJobResponse.Builder message = WatchJobResponse.newBuilder();
            JsonFormat.parser().merge(line.substring(6), message);
            assertThat(id).isEqualTo(message.getResumeToken());
            hear(message.build(), id);
          }
        }
      }
    } catch (IOException broken) {
      assertThat(broken).hasMessageContaining("EOF");
    }
  }

  private void workThatGoesOnWhereItsServerStops(CountDownLatch end) {
    one.handler.run =
        (job, link) -> {
          link.runsOn(new NodeId("nod_1"));
          link.progress(0.2, "working", Optional.empty());
          new CountDownLatch(1).await();
          throw new IllegalStateException("nobody opens this latch");
        };
    two.handler.attach =
        (job, link) -> {
          link.progress(0.5, "working", Optional.empty());
          end.await();
          return Optional.of(new JobHandler.Outcome.Succeeded(new byte[0]));
        };
  }

  private void listenUntilTheServerStops(Wire wire, Job job) throws Exception {
    EdgeFixture first = edge(one);
    Thread listening = Thread.ofVirtual().start(() -> listen(wire, first, job));
    await().until(() -> !heard.isEmpty());
    one.step();
    await().until(() -> heard.getLast().getJob().getProgress().getFraction() == 0.2);
    first.streams.end();
    first.close();
    one.engine.close();
    listening.join();
    world.clock.advance(Duration.ofSeconds(20));
    two.sweep();
    await().until(() -> world.now(job).progress().map(p -> p.fraction() == 0.5).orElse(false));
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void goesOnWithoutAGapAndWithoutARepetition(Wire wire) throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    workThatGoesOnWhereItsServerStops(end);
    Job job = one.submit(ANN);
    listenUntilTheServerStops(wire, job);
    int before = heard.size();
    try (EdgeFixture second = edge(two)) {
      Thread again = Thread.ofVirtual().start(() -> listen(wire, second, job));
      await().until(() -> heard.size() > before);
      end.countDown();
      again.join();
      assertThat(heard)
          .extracting(message -> message.getJob().getRevision())
          .isSorted()
          .doesNotHaveDuplicates();
      assertThat(heard.get(before).getJob().getProgress().getFraction()).isEqualTo(0.5);
      assertThat(heard.getLast().getJob().getState()).isEqualTo(JobState.JOB_STATE_SUCCEEDED);
      int whole = heard.size();
      listen(wire, second, job);
      assertThat(heard).hasSize(whole + 1);
      assertThat(heard.getLast()).isEqualTo(heard.get(whole - 1));
    }
  }
}
