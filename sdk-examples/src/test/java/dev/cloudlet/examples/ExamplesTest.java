package dev.cloudlet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.sdk.Cloudlet;
import dev.cloudlet.sdk.Coins;
import dev.cloudlet.sdk.JobHandle;
import dev.cloudlet.sdk.testing.FakeCloudlet;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each small program in a JVM of its own, as its reader would run it, and what it prints. */
class ExamplesTest {
  private static final String EMAIL = "ada@example.com";
  private static final String PASSWORD = "correct horse battery";
  private static final Pattern ADDRESS = Pattern.compile("(?m)^(http://\\S+)$");

  private final FakeCloudlet fake = FakeCloudlet.start();

  @AfterEach
  void close() {
    fake.close();
  }

  @Test
  void handleErrorsSaysWhatIsMissingAndOrdersOneBasketOnce() throws Exception {
    fake.openAccount(EMAIL, PASSWORD, Coins.ZERO);

    String first = run(HandleErrors.class, "--basket=17");
    assertThat(first).contains("Buy 15.00 coins first.");
    String address = address(first);
    fake.pay(address.substring(address.lastIndexOf('/') + 1));
    String second = run(HandleErrors.class, "--basket=17");
    String third = run(HandleErrors.class, "--basket=18");

    assertThat(address(second)).isEqualTo(address);
    assertThat(address(third)).isNotEqualTo(address);
    assertThat(second).doesNotContain("first.");
    assertThat(third).contains("Storage is enabled.");
  }

  @Test
  void handleErrorsSaysThatNothingHappened() throws Exception {
    fake.openAccount(EMAIL, PASSWORD, Coins.of(100));
    for (int i = 0; i < 8; i++) {
      fake.failNext(
          "cloudlet.payments.v1.PaymentService/CreateOrder",
          ErrorReason.ERROR_REASON_GATEWAY_UNAVAILABLE);
    }

    assertThat(run(HandleErrors.class)).contains("Nothing happened.");
  }

  @Test
  void handleErrorsSaysWhoCouldNotLogIn() throws Exception {
    assertThat(run(HandleErrors.class))
        .contains("Log in: Address and password do not belong together.");
  }

  @Test
  void storageUploadPrintsAnAddressThatGivesTheFileBack(@TempDir Path folder) throws Exception {
    try (Cloudlet ada = fake.signedIn(EMAIL, Coins.of(100));
        HttpClient browser = HttpClient.newHttpClient()) {
      ada.storage().enable(1);
      Path file = Files.writeString(folder.resolve("note.txt"), "a note of mine");

      String printed = run(StorageUpload.class, "--bucket=notes", "--file=" + file);

      assertThat(printed).contains("14 of 14 bytes", "note.txt (14 bytes)");
      assertThat(Programs.get(browser, URI.create(address(printed)), 200).body())
          .isEqualTo("a note of mine");
      assertThat(run(StorageUpload.class, "--bucket=notes", "--file=" + file))
          .contains("using the bucket notes");
      assertThat(ada.storage().objects("notes", "")).hasSize(2);
    }
  }

  @Test
  void walletHistoryPrintsBalanceAndEntries() throws Exception {
    try (Cloudlet ada = fake.signedIn(EMAIL, Coins.of(100))) {
      ada.storage().enable(1);

      assertThat(run(WalletHistory.class).lines().toList())
          .containsExactly(
              "available 85.00, held 0.00",
              "    -15.00       85.00  charge",
              "    100.00      100.00  top_up");
    }
  }

  @Test
  void watchJobFollowsAJobThatAnotherProgramStarted(@TempDir Path folder) throws Exception {
    try (Cloudlet ada = fake.signedIn(EMAIL, Coins.of(100))) {
      JobHandle job = job(ada, folder);

      String printed = run(WatchJob.class, "--job=" + job.id());

      assertThat(printed).contains("100 %  done, attempt 1").endsWith("done\n");
    }
  }

  @Test
  void watchJobPrintsWhyAJobFailed(@TempDir Path folder) throws Exception {
    try (Cloudlet ada = fake.signedIn(EMAIL, Coins.of(100))) {
      fake.failNextJob(ErrorReason.ERROR_REASON_MEDIA_CORRUPT, "Damaged at byte 17.");
      JobHandle job = job(ada, folder);

      assertThat(run(WatchJob.class, "--job=" + job.id()))
          .contains("failed: ERROR_REASON_MEDIA_CORRUPT", "Damaged at byte 17.");
    }
  }

  private static JobHandle job(Cloudlet ada, Path folder) throws Exception {
    ada.storage().enable(1);
    Path film = Files.write(folder.resolve("film.mp4"), new byte[1000]);
    return ada.videos().transcode(ada.videos().upload(film).getId());
  }

  private static String address(String printed) {
    Matcher address = ADDRESS.matcher(printed);
    assertThat(address.find()).as(printed).isTrue();
    return address.group(1);
  }

  private String run(Class<?> example, String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--server=" + fake.listen());
    String printed =
        Programs.run(
            Map.of("CLOUDLET_EMAIL", EMAIL, "CLOUDLET_PASSWORD", PASSWORD),
            Programs.java(example, all));
    System.out.println(example.getSimpleName() + ":\n" + printed);
    return printed;
  }
}
