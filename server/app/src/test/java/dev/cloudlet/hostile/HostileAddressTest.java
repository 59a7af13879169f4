package dev.cloudlet.hostile;

import com.google.protobuf.Message;
import dev.cloudlet.edge.RestForm;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The families of the corpus that are written into the address of a route, byte by byte. */
@ExtendWith(HostileServer.Resolver.class)
class HostileAddressTest {
  private static final Duration SILENCE = Duration.ofSeconds(5);

  @Test
  void queries(HostileServer server) {
    Findings findings = new Findings();
    Map<String, byte[]> known = server.personas().forgeries();
    for (Rpc rpc : server.rpcs().stream().filter(Rpc::hasRoute).toList()) {
      String target = Wires.REST.shot(rpc, server.sample(rpc)).path();
      List<Runnable> work = new ArrayList<>();
      for (Corpus.Input input : Corpus.of("queries")) {
        String path = target + mark(target) + input.text(known);
        if (Extent.takes(2, input.id(), rpc.name())) {
          work.add(() -> shoot(server, findings, input, rpc, path));
        }
      }
      server.together(work);
    }
    findings.assertNone();
  }

  @Test
  void paths(HostileServer server) {
    Findings findings = new Findings();
    for (Rpc rpc : server.rpcs().stream().filter(Rpc::hasRoute).toList()) {
      if (!RestForm.variables(rpc.rule()).isEmpty()) {
        Map<String, byte[]> known = parts(rpc, server.sample(rpc));
        List<Runnable> work = new ArrayList<>();
        for (Corpus.Input input : Corpus.of("paths")) {
          work.add(() -> shoot(server, findings, input, rpc, input.text(known)));
        }
        server.together(work);
      }
    }
    findings.assertNone();
  }

  private static String mark(String target) {
    return target.contains("?") ? "&" : "?";
  }

  private static Map<String, byte[]> parts(Rpc rpc, Message sample) {
    String target = rpc.rest(sample).path();
    String template = RestForm.template(rpc.rule());
    String variable = RestForm.variables(rpc.rule()).getFirst();
    String value =
        RestForm.encode(
            sample.getField(sample.getDescriptorForType().findFieldByName(variable)).toString());
    int at = template.indexOf('{');
    String camel = sample.getDescriptorForType().findFieldByName(variable).getJsonName();
    Map<String, String> texts = new HashMap<>();
    texts.put("target", target);
    texts.put("before", template.substring(0, at));
    texts.put("value", value);
    texts.put("after", target.substring(at + value.length()));
    texts.put("rest", target.substring("/v1".length()));
    texts.put("mark", mark(target));
    texts.put("variable", variable);
    texts.put("camel", camel);
    texts.put("hex", Integer.toHexString(variable.charAt(0)) + variable.substring(1));
    Map<String, byte[]> bytes = new HashMap<>();
    texts.forEach((name, text) -> bytes.put(name, text.getBytes(StandardCharsets.UTF_8)));
    return bytes;
  }

  private static void shoot(
      HostileServer server, Findings findings, Corpus.Input input, Rpc rpc, String target) {
    Wires.Shot good = Wires.REST.shot(rpc, server.sample(rpc));
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    String token =
        server
            .personas()
            .token(rpc.access())
            .map(each -> "authorization: Bearer " + each + "\r\n")
            .orElse("");
    String type =
        good.contentType().isEmpty() ? "" : "content-type: " + good.contentType() + "\r\n";
    request.writeBytes(
        (good.method()
                + " "
                + target
                + " HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n"
                + token
                + type
                + "content-length: "
                + good.body().length
                + "\r\n\r\n")
            .getBytes(StandardCharsets.UTF_8));
    request.writeBytes(good.body());
    Reply reply =
        RawLine.exchange(
                server.platform().uri(),
                request.toByteArray(),
                rpc.streaming() ? Duration.ofMillis(500) : SILENCE)
            .reply();
    if (!Set.of("CLOSED").contains(reply.code())) {
      findings.judge(input.id(), rpc, Wires.REST, reply, input.reasons());
    }
  }
}
