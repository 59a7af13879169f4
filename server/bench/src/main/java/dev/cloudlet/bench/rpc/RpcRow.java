package dev.cloudlet.bench.rpc;

import com.google.protobuf.util.JsonFormat;
import com.linecorp.armeria.client.grpc.GrpcClients;
import dev.cloudlet.api.dev.v1.ClockServiceGrpc;
import dev.cloudlet.api.dev.v1.GetTimeRequest;
import dev.cloudlet.api.wallet.v1.ListPricesRequest;
import dev.cloudlet.api.wallet.v1.ListPricesResponse;
import dev.cloudlet.api.wallet.v1.PricingServiceGrpc;
import dev.cloudlet.bench.harness.Cpu;
import dev.cloudlet.bench.harness.Goal;
import dev.cloudlet.bench.harness.Pair;
import dev.cloudlet.bench.harness.Result;
import dev.cloudlet.bench.harness.Row;
import dev.cloudlet.bench.harness.Sample;
import dev.cloudlet.bench.harness.Side;
import java.net.URI;
import java.util.List;

/**
 * a1-a3: one call through the whole chain of the platform (identity, rate limit, permission,
 * validation, metrics, log) against the same answer with nothing before it. The prices are answered
 * on the event loop; the time of a1b, as most calls, on a thread of its own. Both servers are in
 * this process, which does nothing else; the load comes from another one.
 */
public final class RpcRow implements Row {
  private static final String PRICES = PricingServiceGrpc.getListPricesMethod().getFullMethodName();
  private static final String TIME = ClockServiceGrpc.getGetTimeMethod().getFullMethodName();

  /** The rows. */
  public RpcRow() {}

  @Override
  public List<String> names() {
    return List.of("a1", "a1b", "a2", "a3");
  }

  private static ListPricesResponse prices(URI server) {
    return GrpcClients.builder("gproto+" + server)
        .build(PricingServiceGrpc.PricingServiceBlockingStub.class)
        .listPrices(ListPricesRequest.getDefaultInstance());
  }

  private static Side calls(Load load, URI server, String token, ListPricesResponse expected) {
    return () -> {
      Sample sample = load.calls(server, PRICES, token, Cpu::ofThisProcess);
      if (!prices(server).equals(expected)) {
        throw new IllegalStateException(server + " answers something else");
      }
      return sample;
    };
  }

  private static Side ordinary(Load load, URI server, String token) {
    return () -> {
      Sample sample = load.calls(server, TIME, token, Cpu::ofThisProcess);
      ClockServiceGrpc.ClockServiceBlockingStub clock =
          GrpcClients.newClient(
              "gproto+" + server, ClockServiceGrpc.ClockServiceBlockingStub.class);
      if (clock.getTime(GetTimeRequest.getDefaultInstance()).getTime().getSeconds() == 0) {
        throw new IllegalStateException(server + " does not know the time");
      }
      return sample;
    };
  }

  @Override
  public List<Result> measure(int rounds) throws Exception {
    Load load = new Load();
    try (SignedInPlatform platform = new SignedInPlatform()) {
      ListPricesResponse answer = prices(platform.address());
      String json = JsonFormat.printer().omittingInsignificantWhitespace().print(answer);
      try (BareServers bare = new BareServers(answer, json)) {
        Side ours = calls(load, platform.address(), platform.token(), answer);
        Pair armeria =
            Pair.measure(ours, calls(load, bare.armeria(), platform.token(), answer), rounds);
        Pair thread =
            Pair.measure(
                ordinary(load, platform.address(), platform.token()),
                ordinary(load, bare.armeria(), platform.token()),
                rounds);
        Pair netty =
            Pair.measure(ours, calls(load, bare.netty(), platform.token(), answer), rounds);
        Pair transcoded =
            Pair.measure(
                reads(load, platform.address(), platform.token()),
                reads(load, bare.armeria(), platform.token()),
                rounds);
        return List.of(
            rate("a1", "unary, whole chain : bare Armeria", armeria, 0.8),
            rate("a1b", "the same, ordinary call on its own thread", thread, 0.5),
            rate("a2", "unary, whole chain : grpc-java, direct", netty, 0.5),
            new Result(
                "a3",
                "JSON, whole chain : handler by hand, processor time",
                transcoded.ratio(Sample::cpuMicros),
                Goal.atMost(1.5),
                transcoded.details()));
      }
    }
  }

  private static Side reads(Load load, URI server, String token) {
    return () -> {
      Sample sample =
          load.reads(server.resolve(SignedInPlatform.PRICES), token, Cpu::ofThisProcess);
      SignedInPlatform.read(server, token);
      return sample;
    };
  }

  private static Result rate(String row, String what, Pair pair, double goal) {
    return new Result(row, what, pair.ratio(Sample::rate), Goal.atLeast(goal), pair.details());
  }
}
