package dev.cloudlet.kernel.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigReaderTest {
  enum Level {
    QUIET,
    VERY_LOUD
  }

  record Http(
      @Key(value = "8080", doc = "Public port") @Bounds(min = "0", max = "65535") int port,
      @Key(value = "64MiB", doc = "Largest body") DataSize maxBody,
      @Key(value = "10s", doc = "Deadline") @Bounds(min = "1s") Duration timeout,
      @Key(value = "true", doc = "Serve the docs") boolean docs,
      @Key(value = "a.example, b.example", doc = "Allowed origins") List<String> origins) {}

  record Store(
      @Key(doc = "Folder of everything") Path folder,
      @Key(value = "redis://127.0.0.1:6379", doc = "Redis") URI redisUri,
      @Key(value = "", doc = "Password") Secret password,
      @Key(doc = "Second folder") Optional<Path> spare) {}

  record Limits(
      @Key(value = "1", doc = "Least") long least,
      @Key(value = "9", doc = "Most") long most,
      @Key(value = "0.25", doc = "Price") double price,
      @Key(value = "quiet", doc = "Log level") Level level) {
    Limits {
      if (least > most) {
        throw new IllegalArgumentException("least must not exceed most");
      }
    }
  }

  record Root(
      @Key(value = "cloudlet", doc = "Name of this installation") String name,
      @Key(doc = "The public port") Http http,
      Store store,
      Limits limits) {}

  private static final ConfigReader<Root> READER = ConfigReader.of(Root.class);

  @TempDir Path folder;

  private static Root read(Map<String, String> environment, String... arguments) {
    return READER.read(ConfigSources.of(List.of(arguments), environment));
  }

  private static List<String> problems(Map<String, String> environment, String... arguments) {
    return catchThrowableOfType(ConfigException.class, () -> read(environment, arguments))
        .problems();
  }

  private Path yaml(String text) throws IOException {
    return Files.writeString(folder.resolve("cloudlet.yaml"), text);
  }

  @Test
  void defaultsFillWhatNobodyGave() {
    Root root = read(Map.of(), "--store.folder=data");

    assertThat(root.name()).isEqualTo("cloudlet");
    assertThat(root.http())
        .isEqualTo(
            new Http(
                8080,
                DataSize.ofMebibytes(64),
                Duration.ofSeconds(10),
                true,
                List.of("a.example", "b.example")));
    assertThat(root.store())
        .isEqualTo(
            new Store(
                Path.of("data"),
                URI.create("redis://127.0.0.1:6379"),
                Secret.of(""),
                Optional.empty()));
    assertThat(root.limits()).isEqualTo(new Limits(1, 9, 0.25, Level.QUIET));
  }

  @Test
  void yamlGivesNestedDottedAndListValues() throws IOException {
    Path file =
        yaml(
            """
            name: 1.10
            http:
              port: 9000
              origins: [x.example, y.example]
            store.folder: /srv/data
            limits: {level: VERY_LOUD, price: 1.5}
            """);

    Root root = read(Map.of(), "--config", file.toString());

    assertThat(root.name()).isEqualTo("1.10");
    assertThat(root.http().port()).isEqualTo(9000);
    assertThat(root.http().origins()).containsExactly("x.example", "y.example");
    assertThat(root.store().folder()).isEqualTo(Path.of("/srv/data"));
    assertThat(root.limits().level()).isEqualTo(Level.VERY_LOUD);
    assertThat(root.limits().price()).isEqualTo(1.5);
  }

  @Test
  void flagBeatsEnvironmentBeatsFileBeatsDefault() throws IOException {
    Path file = yaml("http: {port: 1, max-body: 1B, timeout: 1s}\nstore: {folder: f}\n");
    Map<String, String> environment =
        Map.of(
            "CLOUDLET_CONFIG",
            file.toString(),
            "CLOUDLET_HTTP_PORT",
            "2",
            "CLOUDLET_HTTP_MAX_BODY",
            "2B");

    Http http = read(environment, "--http.port=3").http();

    assertThat(http.port()).isEqualTo(3);
    assertThat(http.maxBody()).isEqualTo(new DataSize(2));
    assertThat(http.timeout()).isEqualTo(Duration.ofSeconds(1));
    assertThat(http.docs()).isTrue();
  }

  @Test
  void theDefaultFileIsReadIfPresentAndMayBeAbsent() throws IOException {
    assertThat(nameWith(folder.resolve("none.yaml"))).isEqualTo("cloudlet");
    assertThat(nameWith(yaml("name: here\n"))).isEqualTo("here");
    assertThat(nameWith(yaml("# nothing\n"))).isEqualTo("cloudlet");
  }

  private static String nameWith(Path defaultFile) {
    return READER
        .read(
            new ConfigSources(
                List.of("--store.folder=d"), Map.of(), Optional.of(defaultFile), List.of()))
        .name();
  }

  @Test
  void aNamedFileMustExist() {
    assertThat(problems(Map.of(), "--store.folder=d", "--config=/absent/file.yaml"))
        .containsExactly("file /absent/file.yaml does not exist");
  }

  @Test
  void flagsComeInEveryUsualForm() {
    assertThat(read(Map.of(), "--store.folder", "x", "--no-http.docs").http().docs()).isFalse();
    assertThat(read(Map.of(), "--http.docs", "--store.folder", "x").http().docs()).isTrue();
    assertThat(read(Map.of(), "--http.docs", "false", "--store.folder", "x").http().docs())
        .isFalse();
    assertThat(read(Map.of(), "--limits.least", "-5", "--store.folder=a=b").store().folder())
        .isEqualTo(Path.of("a=b"));
  }

  @Test
  void unknownNamesAreRefusedWithTheNearestValidOne() throws IOException {
    Path file = yaml("http:\n  prot: 1\n");

    assertThat(
            problems(
                Map.of("CLOUDLET_STORE_FOLDR", "x", "CLOUDLET_TEST_S3", "y"),
                "--store.folder=d",
                "--config=" + file,
                "--htp.port=1",
                "--zzzzzzzzzzzzzzzz=1"))
        .containsExactly(
            "flag --htp.port is not known; did you mean --http.port?",
            "flag --zzzzzzzzzzzzzzzz is not known",
            "http.prot (" + file + " line 2) is not known; did you mean http.port?",
            "environment CLOUDLET_STORE_FOLDR is not known; did you mean CLOUDLET_STORE_FOLDER?",
            "environment CLOUDLET_TEST_S3 is not known");
  }

  @Test
  void allowedVariablesAreIgnored() {
    ConfigSources sources =
        new ConfigSources(
            List.of("--store.folder=d"),
            Map.of("CLOUDLET_TEST_S3", "y", "OTHER", "z"),
            Optional.empty(),
            List.of("CLOUDLET_TEST_*"));

    assertThat(READER.read(sources).name()).isEqualTo("cloudlet");
  }

  @Test
  void everyBadValueIsToldAtOnceWithFormAndExample() {
    assertThat(
            problems(
                Map.of("CLOUDLET_LIMITS_LEVEL", "loud"),
                "--http.port=70000",
                "--http.timeout=10",
                "--http.max-body=64 miles",
                "--http.docs=maybe",
                "--store.redis-uri=me:pw@host",
                "--limits.price=NaN"))
        .containsExactly(
            "http.port = 70000 (flag --http.port) is not valid: expected a whole number, 0 to 65535, for example 8080",
            "http.max-body = 64 miles (flag --http.max-body) is not valid: expected a number with B, KiB, MiB, GiB or TiB, for example 64MiB",
            "http.timeout = 10 (flag --http.timeout) is not valid: expected a number with ms, s, m, h or d, at least 1s, for example 90s",
            "http.docs = maybe (flag --http.docs) is not valid: expected true or false, for example true",
            "store.folder is required: give --store.folder=data/files or CLOUDLET_STORE_FOLDER",
            "store.redis-uri = ***@host (flag --store.redis-uri) is not valid: expected a URI like scheme://host, for example redis://127.0.0.1:6379",
            "limits.price = NaN (flag --limits.price) is not valid: expected a decimal number, for example 0.25",
            "limits.level = loud (environment CLOUDLET_LIMITS_LEVEL) is not valid: expected one of quiet|very-loud, for example quiet");
  }

  @Test
  void aRefusedCombinationNamesItsSection() {
    assertThat(problems(Map.of(), "--store.folder=d", "--limits.least=10"))
        .containsExactly("limits: least must not exceed most");
  }

  @Test
  void aFlagWithoutValueAndAStrayWordAreRefusedWithoutQuotingTheWord() {
    assertThat(problems(Map.of(), "hunter2", "--store.folder=d", "--http.port", "--name=x"))
        .containsExactly(
            "argument 1 is not an option; options look like --key=value",
            "flag --http.port needs a value: a whole number, for example --http.port=8080");
  }

  @Test
  void secretsComeFromFilesAndVariables() throws IOException {
    Path file = Files.writeString(folder.resolve("secret"), "hunter2\n");

    assertThat(
            read(Map.of(), "--store.folder=d", "--store.password=file:" + file)
                .store()
                .password()
                .reveal())
        .isEqualTo("hunter2");
    assertThat(
            read(Map.of("DB", "hunter3"), "--store.folder=d", "--store.password=env:DB")
                .store()
                .password()
                .reveal())
        .isEqualTo("hunter3");
  }

  @Test
  void aSecretThatCannotBeFetchedNamesTheKeyAndThePlace() {
    assertThat(problems(Map.of(), "--store.folder=d", "--store.password=env:NOPE"))
        .containsExactly(
            "store.password (flag --store.password): environment variable NOPE is not set;"
                + " expected text, file:/path or env:NAME, for example file:/run/secrets/key");
    assertThat(problems(Map.of(), "--store.folder=d", "--store.password=file:/absent"))
        .singleElement()
        .asString()
        .contains("store.password", "file /absent cannot be read");
  }

  @Test
  void aSecretNeverAppearsInAMessageNorInTheTree() throws IOException {
    record Vault(@Key(doc = "Key") Secret key) {
      Vault {
        if (key.reveal().length() < 32) {
          throw new IllegalArgumentException("too short: " + key.reveal());
        }
      }
    }

    record Holder(Vault vault) {}

    ConfigSources sources = ConfigSources.of(List.of("--vault.key=PLANTED-SECRET"), Map.of());
    assertThatThrownBy(() -> ConfigReader.of(Holder.class).read(sources))
        .hasMessageContaining("vault: too short: ***")
        .hasMessageNotContaining("PLANTED");
    Path broken = yaml("store:\n  password: \"PLANTED-SECRET\n");
    assertThat(
            problems(
                    Map.of(),
                    "--config=" + broken,
                    "--store.folder=d",
                    "--store.pasword=PLANTED-SECRET")
                .toString())
        .contains("is not valid YAML", "did you mean --store.password?")
        .doesNotContain("PLANTED");
    assertThat(
            problems(Map.of(), "--store.folder=d", "--limits.price=https://me:PLANTED@host")
                .toString())
        .doesNotContain("PLANTED");
    assertThat(read(Map.of(), "--store.folder=d", "--store.password=PLANTED-SECRET").toString())
        .contains("password=***")
        .doesNotContain("PLANTED");
  }

  @Test
  void yamlThatHidesSomethingIsRefused() throws IOException {
    assertThat(problems(Map.of(), "--store.folder=d", "--config=" + yaml("name: a\nname: b\n")))
        .singleElement()
        .asString()
        .contains("gives a key twice", "line 2");
    assertThat(
            problems(Map.of(), "--store.folder=d", "--config=" + yaml("name: &x a\nhttp: *x\n"))
                .toString())
        .contains("aliases are not supported");
    assertThat(problems(Map.of(), "--store.folder=d", "--config=" + yaml("http: 5\n")).toString())
        .contains("is a section");
    assertThat(
            problems(Map.of(), "--store.folder=d", "--config=" + yaml("http: {port: [1, 2]}\n"))
                .toString())
        .contains("http.port = 1,2");
    assertThat(problems(Map.of(), "--store.folder=d", "--config=" + yaml("- a\n")).toString())
        .contains("must hold a mapping");
  }

  @Test
  void aWrongDeclarationFailsAtOnce() {
    record BadDefault(@Key(value = "many", doc = "x") int number) {}

    record NoKey(int number) {}

    record BadType(@Key(doc = "x") Thread thread) {}

    assertThatThrownBy(() -> ConfigReader.of(BadDefault.class))
        .hasMessageContaining("wrong default");
    assertThatThrownBy(() -> ConfigReader.of(NoKey.class)).hasMessageContaining("has no @Key");
    assertThatThrownBy(() -> ConfigReader.of(BadType.class))
        .hasMessageContaining("unsupported type");
  }

  @Test
  void helpListsEveryKeyAligned() {
    assertThat(READER.help())
        .isEqualTo(
            """
            Options, strongest first: --key=value (or --key value, --key and --no-key for true|false),
            environment CLOUDLET_KEY (dots and dashes become _), YAML file (--config=FILE), default.
            A secret may be written file:/path or env:NAME.

            general
              --name             text             cloudlet                Name of this installation

            http: The public port
              --http.port        int              8080                    Public port (0 to 65535)
              --http.max-body    size             64MiB                   Largest body
              --http.timeout     duration         10s                     Deadline (at least 1s)
              --http.docs        true|false       true                    Serve the docs
              --http.origins     list             a.example, b.example    Allowed origins

            store
              --store.folder     path             (required)              Folder of everything
              --store.redis-uri  uri              redis://127.0.0.1:6379  Redis
              --store.password   secret           (empty)                 Password
              --store.spare      path             (none)                  Second folder

            limits
              --limits.least     long             1                       Least
              --limits.most      long             9                       Most
              --limits.price     number           0.25                    Price
              --limits.level     quiet|very-loud  quiet                   Log level
            """);
  }
}
