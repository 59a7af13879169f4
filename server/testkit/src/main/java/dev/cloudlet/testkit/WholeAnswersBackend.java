package dev.cloudlet.testkit;

import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.message.MongoMessage;

/**
 * The library's backend in memory, whose answers are copies. It would write an answer while the
 * next command changes the very documents in it, which breaks the answer off: its caller then waits
 * for one that never comes.
 */
final class WholeAnswersBackend extends MemoryBackend {
  @Override
  public synchronized Document handleMessage(MongoMessage message) {
    return super.handleMessage(message).cloneDeeply();
  }
}
