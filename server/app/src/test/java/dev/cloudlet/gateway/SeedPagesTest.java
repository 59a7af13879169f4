package dev.cloudlet.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pages by number out of lists by token. */
class SeedPagesTest {
  private int calls;

  private JsonNode list(int length, JsonNode request) {
    calls++;
    String token = request.path("pageToken").asText();
    int from = token.isEmpty() ? 0 : Integer.parseInt(token);
    int to = Math.min(length, from + request.path("pageSize").intValue());
    ObjectNode part = JsonNodeFactory.instance.objectNode();
    ArrayNode items = part.putArray("things");
    for (int i = from; i < to; i++) {
      items.add(i);
    }
    return part.put("nextPageToken", to < length ? Integer.toString(to) : "");
  }

  private ObjectNode read(int length, int page, int limit) {
    ObjectNode input = JsonNodeFactory.instance.objectNode();
    input.putObject("query").put("page", page).put("limit", limit);
    input.putObject("body");
    return SeedPages.of(input, 20)
        .read(
            JsonNodeFactory.instance.objectNode(), request -> list(length, request), item -> true);
  }

  @ParameterizedTest
  @CsvSource({"5000,1,10,1", "5000,1,100,2", "5000,11,10,2", "90,1,10,1", "0,1,10,1"})
  void aPageCostsNoMoreCallsThanItTakesToKnowWhetherThereIsANext(
      int length, int page, int limit, int expected) {
    read(length, page, limit);
    assertThat(calls).isEqualTo(expected);
  }

  @Test
  void theItemsAndTheNextPageAreThoseOfTheNumber() {
    ObjectNode result = read(5000, 11, 10);
    assertThat(result.path("items")).hasSize(10);
    assertThat(result.path("items").get(0).intValue()).isEqualTo(100);
    assertThat(result.path("pagination").path("hasNext").booleanValue()).isTrue();
    assertThat(read(110, 11, 10).path("pagination").path("hasNext").booleanValue()).isFalse();
  }

  @Test
  void aShortListIsCountedExactly() {
    JsonNode pagination = read(73, 2, 10).path("pagination");
    assertThat(pagination.path("total").intValue()).isEqualTo(73);
    assertThat(pagination.path("totalPages").intValue()).isEqualTo(8);
  }
}
