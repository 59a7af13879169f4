package dev.cloudlet.standalone.faults;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A mutation of the contract and how to bring it about.
 *
 * @param method of the contract
 * @param prepare makes everything new that one run of it wants
 * @param answersAgain whether a repetition is answered with the first response; not the end of a
 *     session, whose repetition comes from nobody
 */
record Mutation<Q extends Message, S extends Message>(
    MethodDescriptor<Q, S> method,
    Function<FaultedPlatform, Ready<Q>> prepare,
    boolean answersAgain) {

  Mutation(MethodDescriptor<Q, S> method, Function<FaultedPlatform, Ready<Q>> prepare) {
    this(method, prepare, true);
  }

  /**
   * One run, ready to be made.
   *
   * @param request without a request_id
   * @param token of who makes it
   * @param effect what it has brought about so far: the same text after one run as after one run
   *     that was repeated, and another one after two runs
   */
  record Ready<Q>(Q request, Optional<String> token, Supplier<String> effect) {}

  String name() {
    return method.getFullMethodName();
  }

  @Override
  public String toString() {
    return name();
  }

  /** The request under an id. */
  @SuppressWarnings("unchecked") // A builder of Q builds a Q.
  static <Q extends Message> Q identified(Q request, String requestId) {
    return (Q)
        request.toBuilder()
            .setField(request.getDescriptorForType().findFieldByName("request_id"), requestId)
            .build();
  }
}
