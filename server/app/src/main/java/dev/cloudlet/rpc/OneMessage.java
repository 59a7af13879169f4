package dev.cloudlet.rpc;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpObject;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.grpc.GrpcSerializationFormats;
import com.linecorp.armeria.common.grpc.protocol.GrpcHeaderNames;
import com.linecorp.armeria.common.stream.StreamMessage;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.HttpStatusException;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.error.PlatformException;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Checks that what follows the headers of a gRPC or gRPC-Web call is one frame with one message,
 * for every method that takes one. The server library would answer INTERNAL to a frame that is cut
 * or has unknown flags, and not look at what comes behind the first one. A body that is read whole
 * before its call begins costs nothing here: the library collects those of unary calls anyhow.
 */
final class OneMessage {
  private static final int PREFIX = 5;
  private static final String IDENTITY = "identity";
  private static final String GZIP = "gzip";

  private final Map<String, MethodDescriptor<?, ?>> methods;
  private final long longest;

  /**
   * @param services whose methods are checked
   * @param longest message, in bytes
   */
  OneMessage(List<BindableService> services, long longest) {
    this.longest = longest;
    this.methods =
        services.stream()
            .flatMap(service -> service.bindService().getMethods().stream())
            .map(ServerMethodDefinition::getMethodDescriptor)
            .filter(method -> method.getType().clientSendsOneMessage())
            .collect(
                Collectors.toUnmodifiableMap(
                    method -> "/" + method.getFullMethodName(), Function.identity()));
  }

  Function<? super HttpService, SimpleDecoratingHttpService> decorator() {
    return delegate ->
        new SimpleDecoratingHttpService(delegate) {
          @Override
          public HttpResponse serve(ServiceRequestContext ctx, HttpRequest request)
              throws Exception {
            MethodDescriptor<?, ?> method = methods.get(ctx.path());
            if (method == null) {
              return unwrap().serve(ctx, request);
            }
            MediaType type = request.contentType();
            if (type == null || !isFramed(type)) {
              requireUnframed(method, type);
              return unwrap().serve(ctx, request);
            }
            boolean text = type.subtype().startsWith("grpc-web-text");
            // Not aggregated, which would write the headers anew, twice.
            return HttpResponse.of(
                request
                    .collect(ctx.eventLoop())
                    .thenApply(
                        parts -> {
                          check(request.headers(), content(parts), text);
                          return Whole.served(
                              (HttpService) unwrap(),
                              ctx,
                              HttpRequest.of(
                                  request.headers(),
                                  StreamMessage.of(parts.toArray(HttpObject[]::new))));
                        }));
          }
        };
  }

  // The library refuses the others in a form of its own.
  private static void requireUnframed(MethodDescriptor<?, ?> method, @Nullable MediaType type) {
    boolean known = type != null && (type.isProtobuf() || type.is(MediaType.JSON));
    if (!known || method.getType() != MethodDescriptor.MethodType.UNARY) {
      throw HttpStatusException.of(HttpStatus.UNSUPPORTED_MEDIA_TYPE);
    }
  }

  private static byte[] content(List<HttpObject> parts) {
    List<HttpData> data =
        parts.stream().filter(HttpData.class::isInstance).map(HttpData.class::cast).toList();
    if (data.size() == 1) {
      return data.getFirst().array();
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    data.forEach(part -> all.writeBytes(part.array()));
    return all.toByteArray();
  }

  private void check(RequestHeaders headers, byte[] bytes, boolean text) {
    ByteBuffer body = ByteBuffer.wrap(text ? decoded(bytes) : bytes);
    if (body.remaining() < PREFIX) {
      throw malformed("The body must be one frame: five bytes before the message.");
    }
    int flags = body.get();
    long length = body.getInt() & 0xffff_ffffL;
    if (length > longest) {
      throw tooLarge();
    }
    if (length != body.remaining()) {
      throw malformed("The body must be one frame, as long as its prefix says.");
    }
    if (flags == 1) {
      checkCompressed(headers.get(GrpcHeaderNames.GRPC_ENCODING, IDENTITY), body);
    } else if (flags != 0) {
      throw malformed("The frame has flags that mean nothing here.");
    }
  }

  private void checkCompressed(String codec, ByteBuffer message) {
    if (codec.equals(IDENTITY)) {
      throw malformed("The frame is compressed, and no header says how.");
    }
    if (!codec.equals(GZIP)) {
      throw new PlatformException(
          ErrorReason.ERROR_REASON_NO_SUCH_METHOD,
          "Messages are taken as they are or compressed by gzip.");
    }
    byte[] packed = new byte[message.remaining()];
    message.get(packed);
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      byte[] buffer = new byte[8192];
      long unpacked = 0;
      int count = in.read(buffer);
      while (count >= 0) {
        unpacked += count;
        if (unpacked > longest) {
          throw tooLarge();
        }
        count = in.read(buffer);
      }
    } catch (IOException e) {
      throw malformed("The frame is not what gzip makes.");
    }
  }

  private static PlatformException tooLarge() {
    return new PlatformException(
        ErrorReason.ERROR_REASON_TOO_LARGE,
        "The message is too large. Send files straight to the object store by an upload ticket.");
  }

  /** The form of a call that has frames and is known here. */
  private static boolean isFramed(MediaType type) {
    return GrpcSerializationFormats.values().stream().anyMatch(each -> each.isAccepted(type));
  }

  // Each frame may have been encoded, and padded, by itself.
  private static byte[] decoded(byte[] text) {
    ByteBuffer decoded = ByteBuffer.allocate(text.length / 4 * 3);
    if (text.length % 4 != 0) {
      throw malformed("The body is not base64.");
    }
    try {
      int from = 0;
      for (int at = 4; at <= text.length; at += 4) {
        if (at == text.length || text[at - 1] == '=') {
          decoded.put(Base64.getDecoder().decode(ByteBuffer.wrap(text, from, at - from)));
          from = at;
        }
      }
    } catch (IllegalArgumentException e) {
      throw malformed("The body is not base64.");
    }
    byte[] bytes = new byte[decoded.position()];
    decoded.flip().get(bytes);
    return bytes;
  }

  private static PlatformException malformed(String sentence) {
    return new PlatformException(ErrorReason.ERROR_REASON_MALFORMED_REQUEST, sentence);
  }
}
