package dev.cloudlet.standalone.observed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.standalone.PlatformExtension.Answer;
import java.net.http.HttpRequest;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/** What {@code /metrics} of a running platform shows, held against the page that explains it. */
@Isolated
class MetricsTest {
  private static final String GET_JOB = "cloudlet.jobs.v1.JobService/GetJob";
  private static final String WATCH_JOB = "cloudlet.jobs.v1.JobService/WatchJob";
  private static final String GET_BALANCE = "cloudlet.wallet.v1.WalletService/GetBalance";

  /** Ids, addresses, mail and network addresses, tokens. */
  private static final Pattern FROM_INPUT =
      Pattern.compile(".*([a-z]{3}_[0-9a-z]{20}|@|\\d+\\.\\d+\\.\\d+\\.\\d+|eyJ|%[0-9A-F]{2}).*");

  @RegisterExtension static final Observed OBSERVED = new Observed();

  @Test
  void everyMetricThatThePageNamesIsThereWithItsLabelsAndNoOther() {
    refuseOnce();
    Map<String, Set<String>> shown = new TreeMap<>(Scrape.ofServer(OBSERVED.run()).ours());
    shown.putAll(Scrape.ofWorker(OBSERVED.run()).ours());
    assertThat(shown).isEqualTo(OperationsPage.read().metrics());
  }

  private static void refuseOnce() {
    Answer answer = OBSERVED.run().platform.call("GET", "/v1/wallet", "");
    assertThat(answer.status()).isEqualTo(401);
  }

  @Test
  void noLabelHasAnythingThatACallerWrote() {
    for (Scrape scrape :
        new Scrape[] {Scrape.ofServer(OBSERVED.run()), Scrape.ofWorker(OBSERVED.run())}) {
      assertThat(scrape.samples())
          .allSatisfy(
              sample ->
                  assertThat(sample.labels().values())
                      .as(sample.name())
                      .noneMatch(value -> FROM_INPUT.matcher(value).matches()));
    }
  }

  @Test
  void whateverIsCalledThereAreOnlySoManySeries() {
    callNonsense("first");
    Set<String> before = series();
    for (int i = 0; i < 20; i++) {
      callNonsense("n" + i);
    }
    Set<String> more = series();
    more.removeAll(before);
    assertThat(more).as("of a hundred calls, each to another address").hasSizeLessThan(50);
  }

  private static void callNonsense(String name) {
    for (String path :
        new String[] {
          "/" + name,
          "/v1/jobs/" + name,
          "/v1/videos/" + name + ":watch",
          "/playback/" + name + "/" + name + "?token=" + name,
          "/api/" + name
        }) {
      OBSERVED.run().platform.call("GET", path, "");
    }
  }

  private static Set<String> series() {
    Set<String> series = new LinkedHashSet<>();
    Scrape.ofServer(OBSERVED.run())
        .samples()
        .forEach(sample -> series.add(sample.name() + sample.labels()));
    return series;
  }

  @Test
  void aCallIsCountedOnceHoweverItCameIn() {
    String job = OBSERVED.run().journey.job();
    counted(GET_JOB, "/v1/jobs/" + job);
    counted(WATCH_JOB, "/v1/jobs/" + job + ":watch");
    counted(GET_BALANCE, "/api/credits");
  }

  private static void counted(String method, String path) {
    Scrape before = Scrape.ofServer(OBSERVED.run());
    HttpRequest.Builder request =
        OBSERVED
            .run()
            .platform
            .request("GET", path, "")
            .header("authorization", "Bearer " + OBSERVED.run().journey.token());
    assertThat(OBSERVED.run().platform.send(request).status()).as(path).isEqualTo(200);
    Map<String, String> rpc = Map.of("method", method, "status", "OK");
    Map<String, String> got = Map.of("method", "GET", "status", "200");
    Map<String, String> looked = Map.of("route", "/metrics");
    Awaitility.await(path)
        .untilAsserted(
            () -> {
              Scrape after = Scrape.ofServer(OBSERVED.run());
              assertThat(grown(before, after, "cloudlet_rpc_seconds_count", rpc)).isEqualTo(1);
              // Those of workers, which come by themselves, are no GETs.
              assertThat(
                      grown(before, after, "cloudlet_http_seconds_count", got)
                          - grown(before, after, "cloudlet_http_seconds_count", looked))
                  .isEqualTo(1);
            });
  }

  private static double grown(
      Scrape before, Scrape after, String name, Map<String, String> labels) {
    return after.sum(name, labels) - before.sum(name, labels);
  }

  @Test
  void theJourneyCanBeReadOffTheMetrics() {
    Map<String, String> transcodes = Map.of("kind", "video.transcode");
    Scrape server =
        Awaitility.await("the settlement")
            .until(
                () -> Scrape.ofServer(OBSERVED.run()),
                scrape -> scrape.sum("cloudlet_jobs_ended_total", transcodes) == 1);
    assertThat(server.sum("cloudlet_jobs_attempt_seconds_count", Map.of("outcome", "succeeded")))
        .isEqualTo(1);
    assertThat(server.sum("cloudlet_part_up", Map.of())).isEqualTo(3);
    assertThat(server.sum("cloudlet_ready", Map.of())).isEqualTo(1);
    assertThat(server.sum("cloudlet_ledger_imbalance_minor", Map.of())).isZero();
    assertThat(server.sum("cloudlet_ledger_debits_minor", Map.of())).isGreaterThanOrEqualTo(10_000);
    assertThat(server.sum("cloudlet_embedded_database_bytes", Map.of())).isPositive();
    assertThat(server.sum("cloudlet_embedded_objects_bytes", Map.of())).isGreaterThan(5_000);
    assertThat(server.sum("cloudlet_fleet_nodes", Map.of("state", "online"))).isEqualTo(1);
    assertThat(server.sum("cloudlet_mail_total", Map.of("outcome", "sent"))).isPositive();
    Scrape worker = Scrape.ofWorker(OBSERVED.run());
    for (String stage : new String[] {"fetch", "probe", "transcode", "upload"}) {
      assertThat(worker.sum("cloudlet_worker_stage_seconds_count", Map.of("stage", stage)))
          .as(stage)
          .isEqualTo(1);
    }
  }
}
