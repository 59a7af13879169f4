package dev.cloudlet.rpc;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.linecorp.armeria.common.Cookie;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.cloudlet.api.identity.v1.AuthServiceGrpc;
import dev.cloudlet.api.identity.v1.Session;
import dev.cloudlet.kernel.rpc.AuthenticationInterceptor;
import dev.cloudlet.kernel.rpc.CallContext;
import dev.cloudlet.kernel.rpc.Credentials;
import dev.cloudlet.kernel.rpc.Principal;
import io.grpc.ForwardingServerCall;
import io.grpc.ForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Turns the tokens of a session into HttpOnly cookies, on every wire alike, and takes them out of
 * the message: for browsers that ask for it ({@code cookies = true}), and always if the refresh
 * token came by cookie, since a script of the page must never see what the cookie hides. A logout
 * takes the cookies away. Decides on the decoded message and the proved caller, never on content
 * type or path. Stands outside the idempotency, so that a repetition sets the same cookies again.
 */
final class SessionCookies implements ServerInterceptor {
  private static final Metadata.Key<String> SET_COOKIE =
      Metadata.Key.of("set-cookie", Metadata.ASCII_STRING_MARSHALLER);
  private static final String WISH = "cookies";
  private static final String SESSION = "session";
  private static final String LOGOUT = AuthServiceGrpc.getLogoutMethod().getFullMethodName();

  private final InstantSource clock;

  SessionCookies(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public <Q, S> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, S> call, Metadata headers, ServerCallHandler<Q, S> next) {
    boolean logout = call.getMethodDescriptor().getFullMethodName().equals(LOGOUT);
    if (!logout && session(call.getMethodDescriptor()).isEmpty()) {
      return next.startCall(call, headers);
    }
    Credentials carried = AuthenticationInterceptor.credentials(headers, true, "");
    boolean hasCookies = carried.accessCookie().isPresent() || carried.refreshCookie().isPresent();
    Carrying<Q, S> carrying = new Carrying<>(call, logout && hasCookies, secure());
    return new ForwardingServerCallListener.SimpleForwardingServerCallListener<>(
        next.startCall(carrying, headers)) {
      @Override
      public void onMessage(Q message) {
        carrying.asked = message instanceof Message request && asksForCookies(request);
        super.onMessage(message);
      }
    };
  }

  private static Optional<FieldDescriptor> session(MethodDescriptor<?, ?> method) {
    return method.getResponseMarshaller() instanceof MethodDescriptor.PrototypeMarshaller<?> known
            && known.getMessagePrototype() instanceof Message response
        ? session(response.getDescriptorForType())
        : Optional.empty();
  }

  private static Optional<FieldDescriptor> session(Descriptor response) {
    return Optional.ofNullable(response.findFieldByName(SESSION))
        .filter(field -> field.getJavaType() == FieldDescriptor.JavaType.MESSAGE)
        .filter(field -> field.getMessageType().equals(Session.getDescriptor()));
  }

  private static boolean asksForCookies(Message request) {
    FieldDescriptor wish = request.getDescriptorForType().findFieldByName(WISH);
    return wish != null && Boolean.TRUE.equals(request.getField(wish));
  }

  // A header that lies about TLS only keeps the liar's own cookie from being sent in the clear.
  private static boolean secure() {
    ServiceRequestContext http = ServiceRequestContext.currentOrNull();
    return http != null
        && (http.sessionProtocol().isTls()
            || "https".equals(http.request().headers().get("x-forwarded-proto")));
  }

  /** Holds the headers until the message tells which cookies go with it. */
  private final class Carrying<Q, S> extends ForwardingServerCall.SimpleForwardingServerCall<Q, S> {
    private final boolean ending;
    private final boolean secure;
    private Optional<Metadata> held = Optional.empty();
    private volatile boolean asked;

    Carrying(ServerCall<Q, S> call, boolean ending, boolean secure) {
      super(call);
      this.ending = ending;
      this.secure = secure;
    }

    @Override
    public void sendHeaders(Metadata headers) {
      held = Optional.of(headers);
    }

    @Override
    @SuppressWarnings("unchecked")
    public void sendMessage(S message) {
      Metadata headers = held.orElseGet(Metadata::new);
      held = Optional.empty();
      S sent = message;
      if (ending) {
        add(headers, AuthenticationInterceptor.ACCESS_COOKIE, "", 0);
        add(headers, AuthenticationInterceptor.REFRESH_COOKIE, "", 0);
      } else if (asked || cameByCookie()) {
        sent = (S) moved((Message) message, headers);
      }
      super.sendHeaders(headers);
      super.sendMessage(sent);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      held.ifPresent(super::sendHeaders);
      held = Optional.empty();
      super.close(status, trailers);
    }

    private boolean cameByCookie() {
      return CallContext.current().principal() instanceof Principal.Refresh refresh
          && refresh.fromCookie();
    }

    private Message moved(Message response, Metadata headers) {
      FieldDescriptor field = session(response.getDescriptorForType()).orElseThrow();
      if (!response.hasField(field)) {
        return response;
      }
      Session session = (Session) response.getField(field);
      add(
          headers,
          AuthenticationInterceptor.ACCESS_COOKIE,
          session.getAccessToken(),
          secondsUntil(session.getAccessTokenExpireTime()));
      add(
          headers,
          AuthenticationInterceptor.REFRESH_COOKIE,
          session.getRefreshToken(),
          secondsUntil(session.getRefreshTokenExpireTime()));
      return response.toBuilder()
          .setField(field, session.toBuilder().clearAccessToken().clearRefreshToken().build())
          .build();
    }

    private long secondsUntil(Timestamp end) {
      return Math.max(0, end.getSeconds() - clock.instant().getEpochSecond());
    }

    private void add(Metadata headers, String name, String value, long seconds) {
      headers.put(
          SET_COOKIE,
          Cookie.secureBuilder(name, value)
              .path("/")
              .maxAge(seconds)
              .httpOnly(true)
              .secure(secure)
              .sameSite("Lax")
              .build()
              .toSetCookieHeader());
    }
  }
}
