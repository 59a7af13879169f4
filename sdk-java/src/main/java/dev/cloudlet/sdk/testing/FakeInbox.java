package dev.cloudlet.sdk.testing;

import dev.cloudlet.api.dev.v1.InboxMessage;
import dev.cloudlet.api.dev.v1.InboxServiceGrpc;
import dev.cloudlet.api.dev.v1.ListMessagesRequest;
import dev.cloudlet.api.dev.v1.ListMessagesResponse;
import java.util.ArrayList;
import java.util.List;

/** Mail that would have been sent. Guarded by the monitor of {@link FakeWorld}. */
final class FakeInbox {
  private final FakeWorld world;
  private final List<InboxMessage> mails = new ArrayList<>();

  FakeInbox(FakeWorld world) {
    this.world = world;
  }

  List<FakeMethod<?, ?>> methods() {
    return List.of(
        new FakeMethod<>(InboxServiceGrpc.getListMessagesMethod(), (call, q) -> list(q)));
  }

  void send(String to, String subject, String text) {
    mails.add(
        InboxMessage.newBuilder()
            .setId(world.newId("mai"))
            .setTo(to)
            .setSubject(subject)
            .setText(text)
            .setCreateTime(world.now())
            .build());
  }

  private ListMessagesResponse list(ListMessagesRequest q) {
    List<InboxMessage> found =
        FakeWorld.newestFirst(mails).stream()
            .filter(mail -> q.getTo().isEmpty() || mail.getTo().equalsIgnoreCase(q.getTo()))
            .toList();
    return FakeWorld.page(
        found,
        q.getPageSize(),
        q.getPageToken(),
        (items, next) ->
            ListMessagesResponse.newBuilder().addAllMessages(items).setNextPageToken(next).build());
  }
}
