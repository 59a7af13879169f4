package dev.cloudlet.dev;

import dev.cloudlet.api.dev.v1.InboxMessage;
import dev.cloudlet.api.dev.v1.InboxServiceGrpc;
import dev.cloudlet.api.dev.v1.ListMessagesRequest;
import dev.cloudlet.api.dev.v1.ListMessagesResponse;
import dev.cloudlet.kernel.mongo.PageToken;
import dev.cloudlet.kernel.rpc.CallContext;
import dev.cloudlet.kernel.rpc.Replies;
import dev.cloudlet.kernel.rpc.Timestamps;
import io.grpc.stub.StreamObserver;
import java.util.Locale;
import java.util.Optional;

/** The endpoint of {@code cloudlet.dev.v1.InboxService}. */
final class InboxService extends InboxServiceGrpc.InboxServiceImplBase {
  private final InboxStore store;
  private final DevAccess access;

  InboxService(InboxStore store, DevAccess access) {
    this.store = store;
    this.access = access;
  }

  @Override
  public void listMessages(
      ListMessagesRequest request, StreamObserver<ListMessagesResponse> observer) {
    access.require(CallContext.current().principal());
    String to = request.getTo().strip().toLowerCase(Locale.ROOT);
    PageToken.Request asked =
        PageToken.read("inbox:" + to, request.getPageSize(), request.getPageToken());
    PageToken.Page<InboxMail> page =
        asked.page(
            store.list(
                to.isEmpty() ? Optional.empty() : Optional.of(to),
                asked.after().map(InboxMailId::new),
                asked.fetchSize()),
            mail -> mail.id().value());
    Replies.send(
        observer,
        ListMessagesResponse.newBuilder()
            .addAllMessages(page.items().stream().map(InboxService::message).toList())
            .setNextPageToken(page.nextPageToken())
            .build());
  }

  private static InboxMessage message(InboxMail mail) {
    return InboxMessage.newBuilder()
        .setId(mail.id().value())
        .setTo(mail.to())
        .setSubject(mail.subject())
        .setText(mail.text())
        .setCreateTime(Timestamps.of(mail.createTime()))
        .build();
  }
}
