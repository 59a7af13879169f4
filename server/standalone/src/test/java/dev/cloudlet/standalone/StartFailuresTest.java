package dev.cloudlet.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cloudlet.app.ServerMain;
import dev.cloudlet.kernel.config.ConfigReader;
import dev.cloudlet.kernel.config.ConfigSources;
import dev.cloudlet.kernel.launch.Launcher;
import dev.cloudlet.standalone.embedded.DataFolder;
import dev.cloudlet.testkit.TestMongo;
import dev.cloudlet.testkit.TestPart;
import dev.cloudlet.workers.agent.WorkerMain;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an operator reads when a program can't start: one sentence that says what to do. */
class StartFailuresTest {
  private static final String PLANTED = "planted-7f3a9";

  @TempDir Path folder;

  private List<String> standalone(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--data.folder=" + folder.resolve("data"),
                "--http.port=0",
                "--s3.port=0",
                "--worker.enabled=false"));
    arguments.addAll(List.of(more));
    return arguments;
  }

  private Programs.Ended refused(String... more) {
    Programs.Ended ended = Programs.run(new StandaloneMain(), standalone(more));
    assertThat(ended.code()).isEqualTo(Launcher.REFUSED);
    assertThat(ended.err())
        .startsWith("Cloudlet can't start. ")
        .hasLineCount(1)
        .doesNotContain("\tat ");
    return ended;
  }

  private Standalone started(String... more) {
    return Standalone.start(
        ConfigReader.of(StandaloneConfig.class).read(ConfigSources.of(standalone(more), Map.of())));
  }

  @Test
  void aDatabaseThatLetsCoinsBeBookedTwiceIsRefused() {
    assumeTrue(
        TestPart.given(TestPart.MONGO_URI).isPresent(),
        "NOT RUN: no such database, set " + TestPart.MONGO_URI + " to a FerretDB 1");
    try (TestMongo mongo = TestMongo.start(TestPart.REAL)) {
      assumeTrue(mongo.isFerret(), "the given database is a better one");
      assertThat(
              refused("--mongo.uri=" + mongo.uri().reveal(), "--mongo.database=" + mongo.database())
                  .err())
          .contains("not fit to keep coins", "mongo.accept-weak-uniqueness=true");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"http.port", "s3.port", "mongo.port", "redis.port", "worker.port"})
  void aBusyPortIsToldWithTheKeyThatChoosesAnother(String key) throws IOException {
    try (ServerSocket busy = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Programs.Ended ended =
          refused("--" + key + "=" + busy.getLocalPort(), "--worker.enabled=true");
      assertThat(ended.err())
          .contains("Port " + busy.getLocalPort() + " on 127.0.0.1 is in use", "--" + key + "=");
    }
  }

  @Test
  void theFirstPasswordIsShownByTheStartThatSucceedsAfterOneThatFoundItsPortBusy()
      throws IOException {
    try (ServerSocket busy = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Programs.Ended ended = refused("--http.port=" + busy.getLocalPort());
      assertThat(ended.all()).doesNotContain("password", "Administrator");
    }
    try (Standalone good = started()) {
      assertThat(good.firstAdministrator()).isPresent();
    }
    try (Standalone again = started()) {
      assertThat(again.firstAdministrator()).as("shown once").isEmpty();
    }
  }

  @Test
  void theFirstPasswordIsNotLostToAWorkerThatCantStart() throws IOException {
    Path broken = folder.resolve("ffmpeg");
    Files.writeString(broken, "#!/bin/sh\nexit 1\n");
    broken.toFile().setExecutable(true);
    refused("--worker.enabled=true", "--worker.ffmpeg=" + broken, "--worker.ffprobe=" + broken);
    try (Standalone good = started()) {
      assertThat(good.firstAdministrator()).isPresent();
    }
  }

  @Test
  void anotherMasterKeyThanTheDatabaseWasMadeWithIsToldAndThePreviousOneStillOpens() {
    String first = Base64.getEncoder().encodeToString(new byte[32]);
    byte[] other = new byte[32];
    other[0] = 1;
    String second = Base64.getEncoder().encodeToString(other);
    started("--master-key=" + first).close();

    Programs.Ended ended = refused("--master-key=" + second);
    assertThat(ended.err()).contains("master key").doesNotContain(second);

    started("--master-key=" + second, "--master-key-previous=" + first).close();
  }

  @Test
  void aFolderThatAnotherProcessHoldsIsNamedWithItsHolder() {
    Path data = folder.resolve("data");
    try (DataFolder held = DataFolder.claim(data)) {
      Programs.Ended ended = refused();
      assertThat(ended.err())
          .contains(held.path().toString(), Long.toString(ProcessHandle.current().pid()))
          .contains("--data.folder=");
    }
  }

  @Test
  void aFolderThatCantBeMadeIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "no folder");
    assertThat(refused("--data.folder=" + file.resolve("data")).err())
        .contains(file.toString(), "--data.folder=");
  }

  @Test
  void anAddressThatThisMachineDoesNotHaveIsNamed() {
    assertThat(refused("--http.bind-address=name.invalid").err()).contains("http.bind-address");
    assertThat(refused("--http.bind-address=192.0.2.1", "--http.port=18080").err())
        .contains("192.0.2.1");
  }

  @Test
  void aPartThatDoesNotAnswerIsNamedByItsKey() throws IOException {
    assertThat(refused("--redis.uri=redis://:" + PLANTED + "@127.0.0.1:1").err())
        .contains("Redis does not answer", "redis.uri")
        .doesNotContain(PLANTED);
    assertThat(refused("--mongo.uri=mongodb://127.0.0.1:1/").err())
        .contains("MongoDB does not answer", "mongo.uri");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--redis.uri=redis://:planted-7f3a9 x@h",
        "--redis.uri=redis://:planted-7f3a9%ZZ@h",
        "--mongo.uri=mongodb://u:planted-7f3a9 x@h:port/",
        "--mongo.uri=mongodb://u:planted-7f3a9:x@h/",
        "--smtp.uri=smtp://u:planted-7f3a9 x@h",
        "--smtp.uri=smtp://u:planted-7f3a9%ZZ@h",
        "--master-key=planted-7f3a9",
        "--master-key-previous=planted-7f3a9,planted-7f3a9"
      })
  void aSecretInABadValueNeverComesOut(String argument) {
    Programs.Ended ended = refused(argument);
    assertThat(ended.all()).doesNotContain("planted", "7f3a9");
    if (argument.contains(".uri")) {
      assertThat(ended.err()).contains(argument.substring(2, argument.indexOf('=')));
    }
  }

  @Test
  void noProgramPrintsASecretThatItRefuses() {
    List<String> server =
        List.of(
            "--mongo.uri=mongodb://u:" + PLANTED + " x@h/",
            "--redis.uri=redis://:" + PLANTED + " x@h",
            "--s3.endpoint=http://h",
            "--s3.access-key=a",
            "--s3.secret-key=" + PLANTED,
            "--smtp.uri=smtp://u:" + PLANTED + " x@h",
            "--master-key=" + PLANTED,
            "--fleet.join-token=" + PLANTED);
    Programs.Ended ended = Programs.run(new ServerMain(), server);
    assertThat(ended.code()).isEqualTo(Launcher.REFUSED);
    assertThat(ended.all()).isNotEmpty().doesNotContain(PLANTED);

    Programs.Ended worker =
        Programs.run(
            new WorkerMain(),
            List.of(
                "--server=http://u:" + PLANTED + " x@h",
                "--join-token=" + PLANTED,
                "--advertise=127.0.0.1:0"));
    assertThat(worker.code()).isEqualTo(Launcher.REFUSED);
    assertThat(worker.all()).isNotEmpty().doesNotContain(PLANTED);
  }

  @Test
  void aWorkerWithABusyPortSaysWhichKeyChoosesAnother() throws IOException {
    try (ServerSocket busy = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Programs.Ended ended =
          Programs.run(
              new WorkerMain(),
              List.of(
                  "--server=http://127.0.0.1:1",
                  "--join-token=join-token-of-tests",
                  "--work-folder=" + folder.resolve("work"),
                  "--advertise=127.0.0.1:" + busy.getLocalPort()));
      assertThat(ended.code()).isEqualTo(Launcher.REFUSED);
      assertThat(ended.err()).hasLineCount(1).contains("is in use", "--advertise=");
    }
  }

  @Test
  void aFailedStartLeavesTheFolderFree() {
    refused("--redis.uri=nonsense");
    Assertions.assertThatCode(() -> DataFolder.claim(folder.resolve("data")).close())
        .doesNotThrowAnyException();
  }

  @Test
  void portsAndTimesOutsideOfTheirBoundsAreRefused() {
    for (String argument :
        List.of(
            "--http.port=99999",
            "--http.max-body=2GiB",
            "--http.max-connections=0",
            "--jobs.sweep-every=0s",
            "--jobs.renew-every=0s",
            "--fleet.token-life=10d",
            "--fleet.heartbeat-every=0s")) {
      Programs.Ended ended = Programs.run(new StandaloneMain(), standalone(argument));
      assertThat(ended.code()).as(argument).isEqualTo(Launcher.REFUSED);
      assertThat(ended.err()).contains(argument.substring(2, argument.indexOf('=')));
    }
  }
}
