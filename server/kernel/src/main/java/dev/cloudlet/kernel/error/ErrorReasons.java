package dev.cloudlet.kernel.error;

import com.google.rpc.Code;
import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.common.v1.ErrorsProto;

/** Reads what the contract says about a reason. */
public final class ErrorReasons {
  /** {@code ErrorInfo.domain} of every reason. */
  public static final String DOMAIN = "cloudlet.dev";

  private static final String PREFIX = "ERROR_REASON_";

  private ErrorReasons() {}

  /** The reason as it stands on the wire, such as {@code NOT_FOUND}. */
  public static String wireName(ErrorReason reason) {
    return reason.name().substring(PREFIX.length());
  }

  /** The reason of that wire name, or {@code UNRECOGNIZED}. */
  public static ErrorReason ofWireName(String name) {
    try {
      return ErrorReason.valueOf(PREFIX + name);
    } catch (IllegalArgumentException e) {
      return ErrorReason.UNRECOGNIZED;
    }
  }

  /** The gRPC code that the contract declares beside the reason. */
  public static Code code(ErrorReason reason) {
    if (reason == ErrorReason.UNRECOGNIZED || reason == ErrorReason.ERROR_REASON_UNSPECIFIED) {
      return Code.INTERNAL;
    }
    return reason.getValueDescriptor().getOptions().getExtension(ErrorsProto.code);
  }
}
