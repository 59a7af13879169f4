package dev.cloudlet.sdk;

import dev.cloudlet.api.dev.v1.InboxMessage;
import dev.cloudlet.api.dev.v1.InboxServiceGrpc;
import dev.cloudlet.api.dev.v1.ListMessagesRequest;
import dev.cloudlet.api.dev.v1.ListMessagesResponse;
import dev.cloudlet.sdk.internal.Caller;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Mail that would have been sent: development servers only. Elsewhere every call is refused. */
public final class InboxClient {
  private static final int PAGE_SIZE = 100;
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Pattern CODE = Pattern.compile("(?<![0-9])[0-9]{6}(?![0-9])");

  private final Caller caller;

  InboxClient(Caller caller) {
    this.caller = caller;
  }

  /**
   * {@return mail to one address, newest first}
   *
   * @param to the address
   */
  public Paged<InboxMessage> messages(String to) {
    return new Paged<>(
        token -> {
          ListMessagesResponse answer =
              caller.call(
                  InboxServiceGrpc.getListMessagesMethod(),
                  ListMessagesRequest.newBuilder()
                      .setTo(to)
                      .setPageSize(PAGE_SIZE)
                      .setPageToken(token)
                      .build());
          return new Paged.Page<>(answer.getMessagesList(), answer.getNextPageToken());
        });
  }

  /**
   * The six digits in the newest mail that has some; waits for such a mail.
   *
   * @param to the address
   * @param limit how long to wait at most
   * @return empty if none came in time
   * @throws InterruptedException if the thread is interrupted meanwhile
   */
  public Optional<String> awaitCode(String to, Duration limit) throws InterruptedException {
    long begun = caller.time().nanos();
    while (true) {
      Optional<String> code =
          messages(to).page("").items().stream()
              .map(mail -> CODE.matcher(mail.getText()))
              .filter(Matcher::find)
              .map(Matcher::group)
              .findFirst();
      if (code.isPresent() || caller.time().nanos() - begun >= limit.toNanos()) {
        return code;
      }
      caller.time().pause(POLL);
    }
  }
}
