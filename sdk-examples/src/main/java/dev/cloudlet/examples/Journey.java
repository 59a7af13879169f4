package dev.cloudlet.examples;

import dev.cloudlet.api.jobs.v1.Job;
import dev.cloudlet.api.payments.v1.Order;
import dev.cloudlet.api.storage.v1.Storage;
import dev.cloudlet.api.video.v1.Video;
import dev.cloudlet.api.wallet.v1.Entry;
import dev.cloudlet.sdk.Balance;
import dev.cloudlet.sdk.Cloudlet;
import dev.cloudlet.sdk.Coins;
import dev.cloudlet.sdk.Conservation;
import dev.cloudlet.sdk.JobHandle;
import dev.cloudlet.sdk.Playback;
import dev.cloudlet.sdk.Statement;
import dev.cloudlet.sdk.UploadOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;

/**
 * The whole way of a customer against a running development server: sign up, pay in the sandbox,
 * upload a video, transcode it, and play it. {@code mvn -Pdemo} runs this.
 */
public final class Journey implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Coins PRICE = Coins.of(100);

  /** 30 s, 1280x720: a test picture with running digits and a tone, made with ffmpeg. */
  private static final String FILM = "journey.mp4";

  private final Cloudlet cloudlet;
  private final HttpClient browser = HttpClient.newHttpClient();
  private final String email;
  private final String password;
  private int step;

  private Journey(Cloudlet cloudlet) {
    byte[] unique = new byte[12];
    RandomGenerator.of("SecureRandom").nextBytes(unique);
    String text = HexFormat.of().formatHex(unique);
    this.cloudlet = cloudlet;
    this.email = "ada-" + text.substring(0, 8) + "@example.com";
    this.password = "pw-" + text;
  }

  /** Runs it; takes {@code --server=} and {@code --video=} (a film of its own without). */
  public static void main(String[] args) throws Exception {
    Arguments given = Arguments.read(args, Set.of("server", "video"));
    long begun = System.nanoTime();
    System.out.println("Journey at " + given.server());
    try (Cloudlet cloudlet = Cloudlet.connect(given.server());
        Journey journey = new Journey(cloudlet)) {
      journey.run(given.find("video").map(Path::of));
    }
    System.out.printf(Locale.ROOT, "%nAll of it took %.1f s.%n", seconds(begun));
  }

  private void run(Optional<Path> givenVideo) throws Exception {
    step("sign up as " + email, this::signUp);
    step("buy " + PRICE + " coins in the sandbox", this::pay);
    step("enable 1 GB of storage", this::enableStorage);
    Path file = givenVideo.isPresent() ? givenVideo.get() : ownFilm();
    String name = givenVideo.map(given -> String.valueOf(given.getFileName())).orElse(FILM);
    Video video = step("upload " + Files.size(file) + " bytes", () -> upload(file, name));
    if (givenVideo.isEmpty()) {
      Files.delete(file);
    }
    Job job = step("transcode", () -> transcode(video.getId()));
    step("look at the money", () -> showMoney(video, job));
    Playback playback = step("play", () -> play(video.getId()));
    System.out.println();
    System.out.println("Watch it here until " + playback.end() + ":");
    System.out.println("  " + playback.player());
  }

  private String signUp() throws InterruptedException {
    String registration =
        cloudlet.auth().register(email, password, "Ada Lovelace").getRegistrationId();
    String code =
        cloudlet
            .inbox()
            .awaitCode(email, LIMIT)
            .orElseThrow(() -> new IllegalStateException("no mail with a code came"));
    cloudlet.auth().verifyEmail(registration, code);
    String id = cloudlet.login(email, password).getId();
    return say("code " + code + " read from the inbox, signed in as " + id);
  }

  private String pay() throws IOException, InterruptedException {
    Order order = cloudlet.payments().createOrder(PRICE);
    CheckoutPage.open(browser, URI.create(order.getCheckoutUrl())).press(browser, "pay");
    cloudlet.payments().awaitPaid(order.getId(), LIMIT);
    Balance balance = cloudlet.wallet().balance();
    require(balance.available().equals(PRICE), "the balance is " + balance.available());
    return say(order.getId() + " paid, balance " + balance.available() + " coins");
  }

  private Storage enableStorage() {
    Storage storage = cloudlet.storage().enable(1).getStorage();
    say(storage.getQuotaBytes() + " bytes at " + storage.getEndpoint());
    return storage;
  }

  /** The film that comes with this program, as the file that an upload wants. */
  private static Path ownFilm() throws IOException {
    Path file = Files.createTempFile("journey", ".mp4");
    try (InputStream film =
        Objects.requireNonNull(Journey.class.getResourceAsStream(FILM), "bundled " + FILM)) {
      Files.copy(film, file, StandardCopyOption.REPLACE_EXISTING);
    }
    return file;
  }

  private Video upload(Path file, String name) throws IOException, InterruptedException {
    Video video =
        cloudlet
            .videos()
            .upload(
                file,
                UploadOptions.progress((done, total) -> bar((double) done / total, "uploading"))
                    .withFileName(name));
    endOfBar();
    require(video.getSourceBytes() == Files.size(file), "the server measured another size");
    say(video.getId() + ", the server measured " + video.getSourceBytes() + " bytes");
    return video;
  }

  private Job transcode(String videoId) throws InterruptedException {
    JobHandle job = cloudlet.videos().transcode(videoId);
    Job done =
        job.await(Duration.ofMinutes(30), progress -> bar(progress.fraction(), progress.stage()));
    endOfBar();
    cloudlet
        .videos()
        .get(videoId)
        .getRenditionsList()
        .forEach(
            one ->
                say(
                    "%s %dx%d, peak %d kbit/s, %s"
                        .formatted(
                            one.getName(),
                            one.getWidth(),
                            one.getHeight(),
                            one.getPeakBitsPerSecond() / 1000,
                            one.getCodecs())));
    return done;
  }

  private Conservation showMoney(Video video, Job job) {
    Coins estimate = cloudlet.pricing().estimate("video.transcode", video.getSourceBytes());
    say("charged " + Coins.of(job.getCost()) + " coins for " + video.getSourceBytes() + " bytes");
    require(Coins.of(job.getCost()).equals(estimate), "the price list says " + estimate);
    Balance balance = cloudlet.wallet().balance();
    say("balance " + balance.available() + ", held " + balance.held());
    require(balance.held().equals(Coins.ZERO), "coins are still held");
    for (Entry entry : cloudlet.wallet().entries()) {
      say(
          "  %9s -> %9s  %s"
              .formatted(
                  Coins.of(entry.getChange()),
                  Coins.of(entry.getAvailableAfter()),
                  entry.getDescription()));
    }
    Statement statement = cloudlet.wallet().statement();
    say(
        "statement: %s + %s - %s = %s in %d entries"
            .formatted(
                statement.opening(),
                statement.credited(),
                statement.debited(),
                statement.closing(),
                statement.entryCount()));
    require(statement.closing().equals(balance.available()), "the statement ends elsewhere");
    Conservation ledger = cloudlet.wallet().conservation();
    say(
        "ledger: debits %s = credits %s over %d transfers"
            .formatted(ledger.debits(), ledger.credits(), ledger.transferCount()));
    require(ledger.conserved(), "the ledger is not conserved");
    return ledger;
  }

  private Playback play(String videoId) throws IOException, InterruptedException {
    Playback playback = cloudlet.videos().playback(videoId);
    HttpResponse<String> master =
        browser.send(
            HttpRequest.newBuilder(playback.master()).timeout(LIMIT).build(),
            HttpResponse.BodyHandlers.ofString());
    require(master.statusCode() == 200, "the master playlist answers " + master.statusCode());
    require(master.body().startsWith("#EXTM3U"), "the master playlist is not one");
    long levels =
        master.body().lines().filter(line -> line.startsWith("#EXT-X-STREAM-INF")).count();
    say("master playlist 200 with " + levels + " levels");
    return playback;
  }

  private <T> T step(String title, Callable<T> work) throws Exception {
    step++;
    System.out.printf("%n%d. %s%n", step, title);
    long begun = System.nanoTime();
    T result = work.call();
    System.out.printf(Locale.ROOT, "   %.2f s%n", seconds(begun));
    return result;
  }

  private static String say(String text) {
    System.out.println("   " + text);
    return text;
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalStateException("The journey ends here: " + otherwise + ".");
    }
  }

  private static void bar(double fraction, String what) {
    int full = (int) Math.round(fraction * 40);
    System.out.printf(
        Locale.ROOT,
        "\r   [%s%s] %3.0f %% %-20s",
        "#".repeat(full),
        "-".repeat(40 - full),
        fraction * 100,
        what);
    System.out.flush();
  }

  private static void endOfBar() {
    System.out.println();
  }

  private static double seconds(long begun) {
    return (System.nanoTime() - begun) / 1e9;
  }

  @Override
  public void close() {
    browser.close();
  }
}
