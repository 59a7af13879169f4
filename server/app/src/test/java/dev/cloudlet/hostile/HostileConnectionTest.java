package dev.cloudlet.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The families of the corpus that are whole connections. */
@ExtendWith(HostileServer.Resolver.class)
class HostileConnectionTest {
  private static final Duration SILENCE = Duration.ofMillis(700);

  @Test
  void http1(HostileServer server) {
    Findings findings = new Findings();
    Map<String, byte[]> known = server.personas().forgeries();
    List<Runnable> work = new ArrayList<>();
    for (Corpus.Input input : Corpus.of("http1")) {
      work.add(
          () -> {
            RawLine.Heard heard =
                RawLine.exchange(server.platform().uri(), input.bytes(known), SILENCE);
            Set<Integer> expected = input.status().orElseThrow();
            // It may also wait for the rest of what it takes for a head.
            int status = heard.status() == 0 && !heard.closed() ? -1 : heard.status();
            if (!expected.contains(status)) {
              findings.add(input.id() + " is not " + expected, heard.toString());
            }
            if (heard.status() >= 400) {
              findings.judgeText(input.id(), heard.bytes());
            }
          });
    }
    server.together(work);
    findings.assertNone();
  }

  @Test
  void http2(HostileServer server) {
    Findings findings = new Findings();
    Map<String, byte[]> known = Bytes.http2();
    List<Runnable> work = new ArrayList<>();
    for (Corpus.Input input : Corpus.of("http2")) {
      work.add(
          () -> {
            RawLine.Heard heard =
                RawLine.exchange(server.platform().uri(), input.bytes(known), SILENCE);
            findings.judgeText(input.id(), heard.bytes());
          });
    }
    server.together(work);
    findings.assertNone();
    Rpc any = server.rpcs().getFirst();
    assertThat(server.send(Wires.GRPC, any, Wires.GRPC.shot(any, server.sample(any))).isFault())
        .isFalse();
    assertThat(Optional.of(any)).isPresent();
  }
}
