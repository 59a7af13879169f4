package dev.cloudlet.testkit;

import org.junit.jupiter.api.Test;

class TestMongoTest {
  @Test
  void aChangeIsSeenWholeOrNotAtAll() throws Exception {
    try (TestMongo mongo = TestMongo.start()) {
      WholeAnswers.check(mongo.uri().reveal());
    }
  }
}
