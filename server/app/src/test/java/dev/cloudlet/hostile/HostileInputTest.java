package dev.cloudlet.hostile;

import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What stands in place of a request or of a part of it, for every rpc. */
@ExtendWith(HostileServer.Resolver.class)
class HostileInputTest {
  @Test
  void frames(HostileServer server) {
    send(server, Families::frames);
  }

  @Test
  void bodies(HostileServer server) {
    send(server, Families::bodies);
  }

  @Test
  void shapes(HostileServer server) {
    send(server, Families::shapes);
  }

  @Test
  void texts(HostileServer server) {
    send(server, Families::texts);
  }

  @Test
  void numbers(HostileServer server) {
    send(server, Families::numbers);
  }

  private static void send(HostileServer server, BiConsumer<Families, Rpc> family) {
    Families families = new Families(server);
    server.rpcs().forEach(rpc -> family.accept(families, rpc));
    families.assertNothingWrong();
  }
}
