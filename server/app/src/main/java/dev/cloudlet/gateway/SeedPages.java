package dev.cloudlet.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cloudlet.kernel.error.PlatformException;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * The page that {@code page} and {@code limit} mean, out of lists that know only page tokens: by
 * following the tokens, no further than it takes to know whether there is a next page. Bounded:
 * 10,000 items can be reached. {@code total} says how many there are at least: it is exact for
 * lists that end within a hundred items of the page.
 */
final class SeedPages {
  private static final int PAGE = 100;
  private static final int REACHED = 10_000;

  private final int page;
  private final int limit;

  private SeedPages(int page, int limit) {
    this.page = page;
    this.limit = limit;
  }

  /**
   * @param input holds {@code page} and {@code limit} in its query or body
   * @param usual items of a page where the request does not say
   */
  static SeedPages of(ObjectNode input, int usual) {
    int limit = number(input, "limit", PAGE, usual);
    return new SeedPages(number(input, "page", REACHED / limit, 1), limit);
  }

  private static int number(ObjectNode input, String field, int most, int otherwise) {
    JsonNode inQuery = input.path("query").path(field);
    JsonNode given = inQuery.isMissingNode() ? input.path("body").path(field) : inQuery;
    if (given.isMissingNode()) {
      return otherwise;
    }
    long value = given.longValue();
    if (value < 1 || value > most) {
      throw PlatformException.invalidField(
          field, "int32.gte_lte", field + " must be a whole number from 1 to " + most);
    }
    return (int) value;
  }

  /**
   * One page of a list, counted as the seeds count.
   *
   * @param message the list's request, to which page size and token are added
   * @param list calls the list
   * @param wanted which of its items count
   * @return {@code {items, pagination}}
   */
  ObjectNode read(ObjectNode message, UnaryOperator<JsonNode> list, Predicate<JsonNode> wanted) {
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    int enough = page * limit + 1;
    int looked = 0;
    String token = "";
    do {
      JsonNode part = list.apply(message.deepCopy().put("pageSize", PAGE).put("pageToken", token));
      part.properties().stream()
          .filter(member -> member.getValue().isArray())
          .findFirst()
          .ifPresent(
              found -> found.getValue().forEach(item -> addIf(wanted.test(item), item, all)));
      looked += PAGE;
      token = part.path("nextPageToken").asText();
    } while (!token.isEmpty() && all.size() < enough && looked < REACHED);
    return result(all);
  }

  private static void addIf(boolean wanted, JsonNode item, ArrayNode all) {
    if (wanted) {
      all.add(item);
    }
  }

  private ObjectNode result(ArrayNode all) {
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    ArrayNode items = result.putArray("items");
    for (int i = (page - 1) * limit; i < Math.min(all.size(), page * limit); i++) {
      items.add(all.get(i));
    }
    result
        .putObject("pagination")
        .put("page", page)
        .put("limit", limit)
        .put("total", all.size())
        .put("totalCount", all.size())
        .put("totalPages", (all.size() + limit - 1) / limit)
        .put("hasNext", all.size() > page * limit)
        .put("hasPrev", page > 1);
    return result;
  }
}
