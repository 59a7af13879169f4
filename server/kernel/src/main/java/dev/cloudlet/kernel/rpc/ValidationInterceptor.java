package dev.cloudlet.kernel.rpc;

import build.buf.protovalidate.ValidationResult;
import build.buf.protovalidate.Validator;
import build.buf.protovalidate.ValidatorFactory;
import build.buf.protovalidate.exceptions.ValidationException;
import build.buf.validate.FieldPath;
import build.buf.validate.FieldPathElement;
import com.google.protobuf.Message;
import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.error.PlatformException;
import io.grpc.ForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.List;

/**
 * Checks each message against the bounds that its proto declares, before anything else looks at it.
 */
public final class ValidationInterceptor implements ServerInterceptor {
  private static final int MAX_VIOLATIONS = 20;

  private final Validator validator = ValidatorFactory.newBuilder().build();

  @Override
  public <Q, S> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, S> call, Metadata headers, ServerCallHandler<Q, S> next) {
    return new ForwardingServerCallListener.SimpleForwardingServerCallListener<>(
        next.startCall(call, headers)) {
      @Override
      public void onMessage(Q message) {
        if (message instanceof Message proto) {
          validate(proto);
        }
        super.onMessage(message);
      }
    };
  }

  /**
   * Throws INVALID_FIELD with every violation (at most 20) if {@code message} breaks a declared
   * rule.
   */
  public void validate(Message message) {
    TimeRanges.check(message);
    ValidationResult result;
    try {
      result = validator.validate(message);
    } catch (ValidationException e) {
      throw new IllegalStateException(
          "the rules of " + message.getDescriptorForType().getFullName() + " can't be evaluated",
          e);
    }
    if (result.isSuccess()) {
      return;
    }
    List<PlatformException.Violation> violations =
        result.getViolations().stream()
            .limit(MAX_VIOLATIONS)
            .map(found -> found.toProto())
            .map(
                found ->
                    new PlatformException.Violation(
                        path(found.getField()), found.getRuleId(), found.getMessage()))
            .toList();
    PlatformException.Violation first = violations.getFirst();
    String where = first.field().isEmpty() ? "" : first.field() + ": ";
    throw new PlatformException(ErrorReason.ERROR_REASON_INVALID_FIELD, where + first.message())
        .violations(violations);
  }

  private static String path(FieldPath path) {
    StringBuilder text = new StringBuilder();
    for (FieldPathElement element : path.getElementsList()) {
      if (!text.isEmpty()) {
        text.append('.');
      }
      text.append(element.getFieldName());
      switch (element.getSubscriptCase()) {
        case INDEX -> text.append('[').append(element.getIndex()).append(']');
        case STRING_KEY -> text.append("[\"").append(element.getStringKey()).append("\"]");
        case BOOL_KEY -> text.append('[').append(element.getBoolKey()).append(']');
        case INT_KEY -> text.append('[').append(element.getIntKey()).append(']');
        case UINT_KEY -> text.append('[').append(element.getUintKey()).append(']');
        case SUBSCRIPT_NOT_SET -> {}
      }
    }
    return text.toString();
  }
}
