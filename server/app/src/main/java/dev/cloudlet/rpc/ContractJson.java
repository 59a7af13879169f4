package dev.cloudlet.rpc;

import com.google.common.io.ByteStreams;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import com.linecorp.armeria.common.grpc.GrpcJsonMarshaller;
import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.error.PlatformException;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Proto JSON as the contract means it: lowerCamel names out, both spellings in, defaults printed so
 * that a client need not know them, and anything that is not in the contract refused with a
 * sentence that names it. Armeria's default marshaller ignores unknown fields, and answers 500 to a
 * word where a number belongs.
 */
final class ContractJson implements GrpcJsonMarshaller {
  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer().alwaysPrintFieldsWithNoPresence().omittingInsignificantWhitespace();
  private static final Pattern CLASS_NAME =
      Pattern.compile("\\b[a-z]+(\\.\\w+)+(Exception|Error): ");
  private static final JsonFormat.Parser PARSER = JsonFormat.parser();

  @Override
  public <T> void serializeMessage(Marshaller<T> marshaller, T message, OutputStream output)
      throws IOException {
    output.write(print((Message) message).getBytes(StandardCharsets.UTF_8));
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> T deserializeMessage(Marshaller<T> marshaller, InputStream input) throws IOException {
    Message prototype = (Message) prototype(marshaller);
    String json =
        JsonGrammar.check(ByteStreams.toByteArray(input), prototype.getDescriptorForType());
    return (T) parse(json, prototype);
  }

  private static <T> T prototype(Marshaller<T> marshaller) {
    if (marshaller instanceof PrototypeMarshaller<T> known) {
      T message = known.getMessagePrototype();
      if (message != null) {
        return message;
      }
    }
    throw new IllegalStateException("not a protobuf method: " + marshaller.getClass());
  }

  static String print(Message message) {
    try {
      return PRINTER.print(message);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(
          "can't print " + message.getDescriptorForType().getFullName(), e);
    }
  }

  static Message parse(String json, Message prototype) {
    Message.Builder builder = prototype.newBuilderForType();
    try {
      PARSER.merge(json, builder);
      return builder.build();
    } catch (InvalidProtocolBufferException | RuntimeException e) {
      // Also numbers and nesting that the parser reports in its own ways: all of it is the caller's
      // input.
      throw malformed(
          "The body does not fit "
              + prototype.getDescriptorForType().getName()
              + ": "
              + sentence(e),
          e);
    }
  }

  static PlatformException malformed(String sentence, @Nullable Throwable cause) {
    return new PlatformException(ErrorReason.ERROR_REASON_MALFORMED_REQUEST, sentence, cause);
  }

  private static String sentence(Exception e) {
    String message = String.valueOf(e.getMessage());
    int end = message.indexOf('\n');
    // Some carry the name of the exception beneath.
    String line = CLASS_NAME.matcher(end < 0 ? message : message.substring(0, end)).replaceAll("");
    return line.length() > 200 ? line.substring(0, 200) + "…" : line;
  }
}
