package dev.cloudlet.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What {@code buf} says of the contract, by {@code buf.yaml}. The baseline is an image of what
 * clients may hold: after a release it is made anew, in {@code protos}, by {@code buf build
 * src/main/protobuf --exclude-source-info -o src/test/resources/contract-baseline.binpb}.
 */
class ContractBufTest {
  private static final Path CONTRACT = Path.of("src/main/protobuf");
  private static final Path IMPORTS = Path.of("target/contract-imports");
  private static final Pattern IMPORT = Pattern.compile("(?m)^import (?:public )?\"([^\"]+)\";");

  private record Said(int exit, String text) {}

  /** Copies what the contract imports out of the jars, the well-known types apart: buf has them. */
  @BeforeAll
  static void copyImports() throws IOException {
    Deque<String> wanted = new ArrayDeque<>();
    try (Stream<Path> files = Files.walk(CONTRACT)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".proto")).toList()) {
        wanted.addAll(imports(Files.readString(file)));
      }
    }
    Set<String> seen = new HashSet<>();
    while (!wanted.isEmpty()) {
      String name = wanted.remove();
      if (name.startsWith("google/protobuf/")
          || Files.exists(CONTRACT.resolve(name))
          || !seen.add(name)) {
        continue;
      }
      try (InputStream in = ContractBufTest.class.getResourceAsStream("/" + name)) {
        assertThat(in).as(name).isNotNull();
        String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        Files.createDirectories(IMPORTS.resolve(name).getParent());
        Files.writeString(IMPORTS.resolve(name), text);
        wanted.addAll(imports(text));
      }
    }
  }

  private static List<String> imports(String proto) {
    return IMPORT.matcher(proto).results().map(found -> found.group(1)).toList();
  }

  @Test
  void theContractIsLintFree() throws Exception {
    assertThat(buf("lint", CONTRACT.toString())).isEqualTo(new Said(0, ""));
  }

  @Test
  void noChangeBreaksWhoHoldsTheBaseline() throws Exception {
    assertThat(
            buf(
                "breaking",
                CONTRACT.toString(),
                "--against",
                "src/test/resources/contract-baseline.binpb"))
        .isEqualTo(new Said(0, ""));
  }

  private static Said buf(String... arguments) throws IOException, InterruptedException {
    Optional<Path> found =
        Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
            .map(folder -> Path.of(folder, "buf"))
            .filter(Files::isExecutable)
            .findFirst();
    if (found.isEmpty()) {
      Assumptions.abort("buf is not on the PATH: nobody asked it about the contract");
    }
    Path output = Files.createTempFile(Path.of("target"), "buf", ".txt");
    Process process =
        new ProcessBuilder(
                Stream.concat(Stream.of(found.get().toString()), Arrays.stream(arguments)).toList())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("buf ended").isTrue();
      return new Said(process.exitValue(), Files.readString(output));
    } finally {
      process.destroyForcibly();
      Files.delete(output);
    }
  }
}
