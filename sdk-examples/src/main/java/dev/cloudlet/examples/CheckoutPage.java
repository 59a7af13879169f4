package dev.cloudlet.examples;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A checkout page as a browser sees it: a form with hidden fields and buttons.
 *
 * @param target where the form is sent
 * @param fields the hidden fields
 */
record CheckoutPage(URI target, Map<String, String> fields) {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int BAD_REQUEST = 400;
  private static final Pattern FORM = Pattern.compile("<form\\b[^>]*>");
  private static final Pattern HIDDEN = Pattern.compile("<input\\b[^>]*type=\"hidden\"[^>]*>");

  /** Fetches the page. */
  static CheckoutPage open(HttpClient browser, URI address)
      throws IOException, InterruptedException {
    HttpResponse<String> page =
        browser.send(
            HttpRequest.newBuilder(address).timeout(LIMIT).build(),
            HttpResponse.BodyHandlers.ofString());
    Matcher form = FORM.matcher(page.body());
    if (page.statusCode() != 200 || !form.find()) {
      throw new IOException("the checkout answers " + page.statusCode() + " without a form");
    }
    Map<String, String> fields = new LinkedHashMap<>();
    Matcher hidden = HIDDEN.matcher(page.body());
    while (hidden.find()) {
      fields.put(attribute(hidden.group(), "name"), attribute(hidden.group(), "value"));
    }
    String action = attribute(form.group(), "action");
    // A form without an action goes back to its own page; URI.resolve would cut the last segment off.
    return new CheckoutPage(action.isEmpty() ? address : address.resolve(action), fields);
  }

  /** Sends the form as the button does. */
  void press(HttpClient browser, String button) throws IOException, InterruptedException {
    Map<String, String> all = new LinkedHashMap<>(fields);
    all.put("action", button);
    String body =
        all.entrySet().stream()
            .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
            .collect(Collectors.joining("&"));
    HttpResponse<String> answer =
        browser.send(
            HttpRequest.newBuilder(target)
                .timeout(LIMIT)
                .header("content-type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() >= BAD_REQUEST) {
      throw new IOException("the checkout answers " + answer.statusCode());
    }
  }

  private static String attribute(String tag, String name) {
    Matcher found = Pattern.compile("\\b" + name + "=\"([^\"]*)\"").matcher(tag);
    return found.find() ? found.group(1).replace("&amp;", "&") : "";
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
