package dev.cloudlet.dev;

import com.linecorp.armeria.server.ServerBuilder;
import dev.cloudlet.capability.Capability;
import dev.cloudlet.capability.Foundation;
import dev.cloudlet.kernel.mail.MailSender;
import dev.cloudlet.kernel.time.MovableClock;
import io.grpc.BindableService;
import java.time.Duration;
import java.util.List;

/** The development aids, wired; made only in standalone. */
public final class DevModule implements Capability {
  private static final Duration TRIM = Duration.ofMinutes(1);

  private final InboxService inboxService;
  private final ClockService clockService;
  private final InboxMailSender sender;
  private final DevAccess access;

  private DevModule(
      InboxService inboxService,
      ClockService clockService,
      InboxMailSender sender,
      DevAccess access) {
    this.inboxService = inboxService;
    this.clockService = clockService;
    this.sender = sender;
    this.access = access;
  }

  /**
   * Wires the aids and moves {@code clock} to where it was at the last stop; call it before
   * anything reads the time.
   *
   * @param clock the one that everything in this process runs on
   * @param access who may read the inbox and the clock
   */
  public static DevModule create(Foundation foundation, MovableClock clock, DevAccess access) {
    InboxStore inbox = new MongoInboxStore(foundation.mongo());
    InboxMailSender sender = new InboxMailSender(inbox, clock, foundation.ids());
    foundation.background().every("trim-inbox", TRIM, sender::trim);
    return new DevModule(
        new InboxService(inbox, access),
        new ClockService(clock, new MongoClockStore(foundation.mongo()), access),
        sender,
        access);
  }

  /** The way out for mail where no mail server is configured. */
  public MailSender mailSender() {
    return sender;
  }

  @Override
  public List<BindableService> services() {
    return List.of(inboxService, clockService);
  }

  @Override
  public void routes(ServerBuilder server) {
    InboxPage.route(server, access);
  }
}
