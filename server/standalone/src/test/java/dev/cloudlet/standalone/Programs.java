package dev.cloudlet.standalone;

import dev.cloudlet.kernel.launch.Launcher;
import dev.cloudlet.kernel.launch.Program;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Runs of the real programs in this JVM that end by themselves. */
final class Programs {
  private Programs() {}

  /** What a run ended with. */
  record Ended(int code, String out, String err) {
    String all() {
      return out + err;
    }
  }

  static <C extends Record> Ended run(Program<C> program, List<String> arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code =
        new Launcher(
                Map.of(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                stop -> {})
            .run(program, arguments);
    return new Ended(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
