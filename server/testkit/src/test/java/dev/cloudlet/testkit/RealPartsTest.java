package dev.cloudlet.testkit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Says aloud which real part is not given, and so on what no suite ran. */
class RealPartsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        TestPart.MONGO_URI,
        TestPart.REDIS_URI,
        TestPart.S3_ENDPOINT,
        "CLOUDLET_TEST_NGINX",
        "CLOUDLET_TEST_GRPCURL",
        "CLOUDLET_TEST_GHZ"
      })
  void isGiven(String variable) {
    assumeTrue(
        TestPart.given(variable).isPresent(), "NOT RUN on this part: " + variable + " is not set");
  }
}
