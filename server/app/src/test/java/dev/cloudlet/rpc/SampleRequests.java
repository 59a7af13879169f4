package dev.cloudlet.rpc;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Message;

/** For tests elsewhere: the examples that the documentation page offers. */
public final class SampleRequests {
  private static final ExampleRequests EXAMPLES = new ExampleRequests();

  private SampleRequests() {}

  /** A request that breaks no declared rule. */
  public static Message of(Descriptor request) {
    return EXAMPLES.message(request);
  }
}
