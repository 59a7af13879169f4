package dev.cloudlet.standalone.observed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code /metrics} showed at one moment. */
record Scrape(String text, List<Sample> samples) {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Pattern SAMPLE =
      Pattern.compile("^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? (\\S+)(?: \\S+)?$");
  private static final Pattern LABEL =
      Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\.)*)\"");

  /** One series and its value. */
  record Sample(String name, Map<String, String> labels, double value) {
    /** The name without what a histogram adds. */
    String family() {
      return name.replaceAll("_(bucket|count|sum|max)$", "");
    }
  }

  static Scrape ofServer(ObservedRun run) {
    return read(run.platform.baseUri().resolve("/metrics"), run.metricsToken);
  }

  static Scrape ofWorker(ObservedRun run) {
    return read(URI.create("http://127.0.0.1:" + run.workerPort + "/metrics"), "");
  }

  private static Scrape read(URI address, String token) {
    try {
      HttpResponse<String> answer =
          HTTP.send(
              HttpRequest.newBuilder(address).header("authorization", "Bearer " + token).build(),
              HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IllegalStateException(address + " answers " + answer.statusCode());
      }
      return of(answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static Scrape of(String text) {
    return new Scrape(
        text, text.lines().filter(line -> !line.startsWith("#")).map(Scrape::sample).toList());
  }

  private static Sample sample(String line) {
    Matcher found = SAMPLE.matcher(line);
    if (!found.matches()) {
      throw new IllegalArgumentException("not a sample: " + line);
    }
    Map<String, String> labels = new LinkedHashMap<>();
    Matcher label = LABEL.matcher(found.group(2) == null ? "" : found.group(2));
    while (label.find()) {
      labels.put(label.group(1), label.group(2));
    }
    return new Sample(
        found.group(1), labels, Double.parseDouble(found.group(3).replace("Inf", "Infinity")));
  }

  /** The names of all samples. */
  Set<String> names() {
    Set<String> names = new TreeSet<>();
    samples.forEach(sample -> names.add(sample.name()));
    return names;
  }

  /** The labels of each family of ours, without those of a histogram's buckets. */
  Map<String, Set<String>> ours() {
    Map<String, Set<String>> families = new TreeMap<>();
    for (Sample sample : samples) {
      if (sample.name().startsWith("cloudlet_")) {
        Set<String> labels = families.computeIfAbsent(sample.family(), family -> new TreeSet<>());
        labels.addAll(sample.labels().keySet());
        labels.remove("le");
      }
    }
    return families;
  }

  /** The sum over the series with those labels. */
  double sum(String name, Map<String, String> labels) {
    return samples.stream()
        .filter(sample -> sample.name().equals(name))
        .filter(sample -> sample.labels().entrySet().containsAll(labels.entrySet()))
        .mapToDouble(Sample::value)
        .sum();
  }
}
