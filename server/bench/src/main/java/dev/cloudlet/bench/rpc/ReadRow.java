package dev.cloudlet.bench.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cloudlet.bench.harness.Cpu;
import dev.cloudlet.bench.harness.Goal;
import dev.cloudlet.bench.harness.Pair;
import dev.cloudlet.bench.harness.Result;
import dev.cloudlet.bench.harness.Row;
import dev.cloudlet.bench.harness.Sample;
import dev.cloudlet.bench.harness.Side;
import dev.cloudlet.bench.harness.Tool;
import java.net.URI;
import java.util.List;

/** b1: a signed-in read without a database, over HTTP 1.1, against Express and jsonwebtoken. */
public final class ReadRow implements Row {
  /** The row. */
  public ReadRow() {}

  @Override
  public List<String> names() {
    return List.of("b1");
  }

  @Override
  public List<Result> measure(int rounds) throws Exception {
    Load load = new Load();
    try (SignedInPlatform platform = new SignedInPlatform()) {
      String json = SignedInPlatform.read(platform.address(), platform.token());
      ProcessBuilder builder =
          new ProcessBuilder(Tool.require("node", "install Node.js").toString(), "server.mjs")
              .directory(Tool.peer("express").toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT);
      builder.environment().put("CLOUDLET_BENCH_ANSWER", json);
      Process express = builder.start();
      try {
        JsonNode told = new ObjectMapper().readTree(express.inputReader().readLine());
        URI peer = URI.create("http://127.0.0.1:" + told.path("port").asInt());
        String token = told.path("token").asText();
        Pair pair =
            Pair.measure(
                side(load, platform.address(), platform.token(), Cpu::ofThisProcess),
                side(load, peer, token, () -> Cpu.of(express.pid())),
                rounds);
        return List.of(
            new Result(
                "b1",
                "signed-in read : Express 4 + jsonwebtoken",
                pair.ratio(Sample::rate),
                Goal.atLeast(8),
                pair.details()));
      } finally {
        express.destroy();
      }
    }
  }

  private static Side side(Load load, URI server, String token, Load.Used used) {
    return () -> {
      Sample sample = load.reads(server.resolve(SignedInPlatform.PRICES), token, used);
      SignedInPlatform.read(server, token);
      return sample;
    };
  }
}
