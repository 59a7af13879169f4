package dev.cloudlet.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.app.ServerMain;
import dev.cloudlet.kernel.config.ConfigReader;
import dev.cloudlet.kernel.launch.Launcher;
import dev.cloudlet.kernel.launch.Program;
import dev.cloudlet.workers.agent.WorkerMain;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code --help} of the three programs. */
class HelpTest {
  static Stream<Program<?>> programs() {
    return Stream.of(new StandaloneMain(), new ServerMain(), new WorkerMain());
  }

  @ParameterizedTest
  @MethodSource("programs")
  void everyKeyIsThereWithTypeDefaultAndMeaning(Program<?> program) {
    Programs.Ended help = Programs.run(program, List.of("--help"));
    assertThat(help.code()).isEqualTo(Launcher.DONE);
    assertThat(help.err()).isEmpty();
    List<String> keys = keys(program);
    assertThat(keys).contains("log.format", "log.level").hasSizeGreaterThan(8);
    for (String key : keys) {
      assertThat(help.out())
          .as(key)
          .containsPattern(
              Pattern.compile("(?m)^  --" + Pattern.quote(key) + " +\\S+ {2,}\\S.* {2,}\\S.{5,}$"));
    }
  }

  private static <C extends Record> List<String> keys(Program<C> program) {
    return ConfigReader.of(program.config()).keys();
  }

  @ParameterizedTest
  @MethodSource("programs")
  void helpStartsNothingAlsoAmongOtherArguments(Program<?> program) {
    assertThat(Programs.run(program, List.of("--http.port=1", "--help")).code())
        .isEqualTo(Launcher.DONE);
  }

  @ParameterizedTest
  @MethodSource("programs")
  void aMistypedKeyIsRefusedWithTheNearestOne(Program<?> program) {
    Programs.Ended refused = Programs.run(program, List.of("--log.fromat=json"));
    assertThat(refused.code()).isEqualTo(Launcher.REFUSED);
    assertThat(refused.err()).contains("--log.fromat is not known", "log.format");
  }
}
