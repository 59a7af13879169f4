package dev.cloudlet.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.error.PlatformException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What reaches the expressions of a route. */
class SeedFieldsTest {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private static String read(String kind, String json) {
    try {
      return new SeedFields(Map.of("x", kind), false).read(JSON.readTree(json)).toString();
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"x\":{\"$gt\":\"\"}}", "{\"x\":[\"a\"]}", "{\"x\":5}", "{\"x\":true}"})
  void aTextIsNothingButText(String json) {
    assertThatThrownBy(() -> read("text*", json))
        .isInstanceOfSatisfying(
            PlatformException.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(ErrorReason.ERROR_REASON_INVALID_FIELD);
              assertThat(refused.sentence()).isEqualTo("x must be text");
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"x\":null}", "{\"x\":\"\"}"})
  void aRequiredMemberThatIsAbsentNullOrEmptyIsMissing(String json) {
    assertThatThrownBy(() -> read("text*", json)).hasMessage("x is missing");
    assertThat(read("text", json)).isEqualTo("{}");
  }

  @Test
  void everyRefusedMemberIsNamed() throws JsonProcessingException {
    SeedFields fields =
        new SeedFields(new java.util.TreeMap<>(Map.of("a", "text*", "b", "whole")), false);
    var given = JSON.readTree("{\"b\":\"many\"}");
    assertThatThrownBy(() -> fields.read(given))
        .hasMessage("a is missing; b must be a whole number");
  }

  @Test
  void membersThatAreNotDeclaredAreDropped() {
    assertThat(read("text", "{\"x\":\"a\",\"role\":\"admin\",\"AccessCookie\":\"t\"}"))
        .isEqualTo("{\"x\":\"a\"}");
  }

  @ParameterizedTest
  @CsvSource({"12345,'012345'", "0,'000000'", "999999,'999999'"})
  void aCodeThatCameAsNumberGetsItsZerosBack(String number, String code) {
    assertThat(read("code", "{\"x\":" + number + "}")).isEqualTo("{\"x\":\"" + code + "\"}");
    assertThat(read("code", "{\"x\":\"" + code + "\"}")).isEqualTo("{\"x\":\"" + code + "\"}");
  }

  @ParameterizedTest
  @CsvSource({"100,10000", "100.5,10050", "'\"99.99\"',9999", "1e2,10000", "-1,-100"})
  void coinsBecomeMinorUnitsExactly(String given, String minor) {
    assertThat(read("coins", "{\"x\":" + given + "}")).isEqualTo("{\"x\":" + minor + "}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "100.001",
        "1e999999999",
        "1e-999999999",
        "\"NaN\"",
        "\"1e3\"",
        "\" 5\"",
        "{}",
        "true"
      })
  void whatIsNoAmountIsRefused(String given) {
    assertThatThrownBy(() -> read("coins", "{\"x\":" + given + "}"))
        .isInstanceOf(PlatformException.class)
        .hasMessage("x must be a number with at most two decimals");
  }

  @Test
  void aChoiceIsOneOfItsTexts() {
    assertThat(read("one|two", "{\"x\":\"two\"}")).isEqualTo("{\"x\":\"two\"}");
    assertThatThrownBy(() -> read("one|two", "{\"x\":\"three\"}"))
        .hasMessage("x must be one of one, two");
  }
}
