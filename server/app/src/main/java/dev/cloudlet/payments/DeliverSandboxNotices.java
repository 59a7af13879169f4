package dev.cloudlet.payments;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the sandbox's notifications to the merchant by HTTP, at least once each, with growing
 * pauses between tries. Runs on every server; a notification that two of them send is taken once.
 */
final class DeliverSandboxNotices {
  static final String WEBHOOK_PATH = "/v1/payments/webhooks/sandbox";

  private static final Logger log = LoggerFactory.getLogger(DeliverSandboxNotices.class);
  private static final int AT_ONCE = 50;
  private static final int MAX_TRIES = 15;
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Duration UNDECIDED = Duration.ofMinutes(1);
  private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

  private final SandboxStore store;
  private final SandboxCheckouts checkouts;
  private final SandboxSignature signature;
  private final Supplier<URI> merchantUrl;
  private final InstantSource clock;

  DeliverSandboxNotices(
      SandboxStore store,
      SandboxCheckouts checkouts,
      SandboxSignature signature,
      Supplier<URI> merchantUrl,
      InstantSource clock) {
    this.store = store;
    this.checkouts = checkouts;
    this.signature = signature;
    this.merchantUrl = merchantUrl;
    this.clock = clock;
  }

  /** The loop; goes on until interrupted. */
  void run() throws InterruptedException {
    try (HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build()) {
      try {
        while (true) {
          deliverDue(client);
          checkouts.awaitNews(POLL);
        }
      } finally {
        client.shutdownNow();
      }
    }
  }

  /** Sends what is due, once each. */
  void deliverDue(HttpClient client) throws InterruptedException {
    List<SandboxNotice> due = store.listDue(clock.instant(), AT_ONCE);
    for (SandboxNotice notice : due) {
      try {
        deliverIfDecided(client, notice);
      } catch (RuntimeException fault) {
        if (Thread.currentThread().isInterrupted()) {
          throw fault;
        }
        // It must not hold up the others.
        failed(notice, fault.toString());
      }
    }
  }

  private void deliverIfDecided(HttpClient client, SandboxNotice notice)
      throws InterruptedException {
    if (isDecided(notice)) {
      deliver(client, notice);
    } else if (notice.createTime().plus(UNDECIDED).isBefore(clock.instant())) {
      // The server that wrote it died, or lost the race, before the checkout was decided.
      store.remove(notice.id());
    }
  }

  private boolean isDecided(SandboxNotice notice) {
    return store
        .find(notice.checkoutId())
        .map(checkout -> checkout.outcomes().contains(notice.id()))
        .orElse(false);
  }

  private void deliver(HttpClient client, SandboxNotice notice) throws InterruptedException {
    Optional<String> failure = send(client, notice);
    if (failure.isEmpty()) {
      store.remove(notice.id());
    } else {
      failed(notice, failure.get());
    }
  }

  private void failed(SandboxNotice notice, String failure) {
    if (notice.tries() + 1 >= MAX_TRIES) {
      log.atWarn()
          .addKeyValue("notice", notice.id())
          .addKeyValue("failure", failure)
          .log("a sandbox notification was given up; verification still finds the payment");
      store.remove(notice.id());
    } else {
      Duration pause = Duration.ofSeconds(1L << Math.min(notice.tries(), 12));
      Instant next =
          clock
              .instant()
              .plus(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE)
              .truncatedTo(ChronoUnit.MILLIS);
      store.postpone(notice, next);
    }
  }

  private Optional<String> send(HttpClient client, SandboxNotice notice)
      throws InterruptedException {
    byte[] body = notice.body().getBytes(StandardCharsets.UTF_8);
    HttpRequest request =
        HttpRequest.newBuilder(merchantUrl.get().resolve(WEBHOOK_PATH))
            .timeout(TIMEOUT)
            .header("content-type", "application/json")
            .header(SandboxSignature.HEADER, signature.header(clock.instant(), body))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    try {
      int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
      return status / 100 == 2 ? Optional.empty() : Optional.of("HTTP " + status);
    } catch (IOException e) {
      return Optional.of(e.toString());
    }
  }
}
