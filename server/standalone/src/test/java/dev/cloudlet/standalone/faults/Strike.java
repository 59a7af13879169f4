package dev.cloudlet.standalone.faults;

import dev.cloudlet.testkit.fault.Fault;
import dev.cloudlet.testkit.fault.FaultAt;
import dev.cloudlet.testkit.fault.FaultProxy;
import dev.cloudlet.testkit.fault.MongoFaults;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/** What is done to which part. */
enum Strike {
  /** The database did it, and the answer is lost on the way. */
  MONGO_DONE_UNHEARD(Part.MONGO, MongoFaults.doneUnheard(), Fault.NONE, 0),
  /** The database was not reached. */
  MONGO_NOT_DONE(Part.MONGO, MongoFaults.notDone(), Fault.NONE, 0),
  /** The database was not reached, nor by the driver's own second try of a read. */
  MONGO_NOT_DONE_TWICE(Part.MONGO, MongoFaults.notDone(), MongoFaults.notDone(), 1),
  /** As if the server died after this command: nothing it says afterwards is heard. */
  MONGO_CRASH(Part.MONGO, MongoFaults.doneUnheard(), MongoFaults.notDone(), Integer.MAX_VALUE),
  /** The connection breaks before the database heard it. */
  MONGO_RESET(Part.MONGO, Fault.RESET, Fault.NONE, 0),
  /** The connection breaks after the database did it. */
  MONGO_LOST_ANSWER(Part.MONGO, Fault.LOST_ANSWER, Fault.NONE, 0),
  /** The connection breaks in the middle of a command. */
  MONGO_HALF_HEARD(Part.MONGO, new Fault.CutRequest(40), Fault.NONE, 0),
  /** Redis hears nothing and every connection to it breaks. */
  REDIS_GONE(Part.REDIS, Fault.RESET, Fault.RESET, Integer.MAX_VALUE),
  /** Redis does what it hears, and every connection breaks before it answers. */
  REDIS_LOST_ANSWERS(Part.REDIS, Fault.LOST_ANSWER, Fault.LOST_ANSWER, Integer.MAX_VALUE),
  /** The object store is not reached. */
  OBJECTS_GONE(Part.OBJECTS, Fault.RESET, Fault.RESET, Integer.MAX_VALUE),
  /** The object store does what it hears, and every connection breaks before its answer. */
  OBJECTS_LOST_ANSWERS(Part.OBJECTS, Fault.LOST_ANSWER, Fault.LOST_ANSWER, Integer.MAX_VALUE);

  /** Enough to count the exchanges with every part. */
  static final List<Strike> ONE_OF_EACH_PART =
      List.of(MONGO_DONE_UNHEARD, REDIS_LOST_ANSWERS, OBJECTS_LOST_ANSWERS);

  /** What stands behind a proxy, and which exchanges with it are a call's. */
  private enum Part {
    MONGO(FaultedPlatform::mongoProxy, MongoFaults::isWork),
    REDIS(FaultedPlatform::redisProxy, any -> true),
    OBJECTS(FaultedPlatform::objectsProxy, any -> true);

    private final Function<FaultedPlatform, FaultProxy> proxy;
    private final Predicate<byte[]> counts;

    Part(Function<FaultedPlatform, FaultProxy> proxy, Predicate<byte[]> counts) {
      this.proxy = proxy;
      this.counts = counts;
    }
  }

  private final Part part;
  private final Fault fault;
  private final Fault afterwards;
  private final int more;

  Strike(Part part, Fault fault, Fault afterwards, int more) {
    this.part = part;
    this.fault = fault;
    this.afterwards = afterwards;
    this.more = more;
  }

  FaultProxy proxy(FaultedPlatform platform) {
    return part.proxy.apply(platform);
  }

  FaultAt plan(int place) {
    return new FaultAt(part.counts, place, fault, afterwards, more);
  }

  /** Whether the server counts as dead, so that another one is asked. */
  boolean crashes() {
    return this == MONGO_CRASH;
  }
}
