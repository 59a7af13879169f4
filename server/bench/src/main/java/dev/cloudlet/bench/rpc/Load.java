package dev.cloudlet.bench.rpc;

import dev.cloudlet.bench.harness.Sample;
import dev.cloudlet.bench.harness.Tool;
import dev.cloudlet.bench.harness.Unavailable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** h2load on one thread: cheap, and the same for both sides. */
final class Load {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern DONE =
      Pattern.compile("requests: \\d+ total, \\d+ started, \\d+ done, (\\d+) succeeded, (\\d+)");
  private static final Pattern TIME = Pattern.compile("finished in ([0-9.]+)(m?s),");
  private static final int SECONDS = 2;

  /** Processor time of the server so far. */
  @FunctionalInterface
  interface Used {
    double cpuSeconds() throws IOException;
  }

  private final Path h2load;

  Load() throws Unavailable {
    h2load = Tool.require("h2load", "Debian's package nghttp2-client");
  }

  /** Unary calls without a field in the request, on eight connections of sixteen streams. */
  Sample calls(URI server, String method, String token, Used used) throws Exception {
    Path frame = Files.createTempFile("frame", ".bin");
    Files.write(frame, new byte[5]);
    return run(
        List.of(
            "-d",
            frame.toString(),
            "-H",
            "content-type: application/grpc",
            "-H",
            "te: trailers",
            "-H",
            "authorization: Bearer " + token,
            server.resolve("/" + method).toString()),
        16,
        used);
  }

  /** Reads over HTTP 1.1, one at a time on each of eight connections. */
  Sample reads(URI address, String token, Used used) throws Exception {
    return run(
        List.of("--h1", "-H", "authorization: Bearer " + token, address.toString()), 1, used);
  }

  private Sample run(List<String> what, int streams, Used used) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(h2load.toString());
    command.addAll(
        List.of("-t", "1", "-c", "8", "-m", Integer.toString(streams), "-D", "" + SECONDS));
    command.addAll(what);
    double before = used.cpuSeconds();
    String said = Tool.run(Path.of(""), PATIENCE, command);
    double cpu = used.cpuSeconds() - before;
    Matcher done = DONE.matcher(said);
    Matcher time = TIME.matcher(said);
    if (!done.find() || !time.find() || Long.parseLong(done.group(2)) > 0) {
      throw new IOException("not every call was answered: " + said);
    }
    return new Sample(Long.parseLong(done.group(1)), SECONDS, cpu);
  }
}
