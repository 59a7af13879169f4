package dev.cloudlet.video;

import com.google.common.html.HtmlEscapers;
import dev.cloudlet.capability.BundledFile;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Supplier;

/** The page with the player and the files it loads, all served by us; read once at start. */
final class PlayerPage {
  private static final String WEBJAR = "/META-INF/maven/org.webjars.npm/hls.js/pom.properties";

  private final Supplier<URI> objectStore;
  private final String html;
  private final List<Asset> assets;

  /**
   * A file of the page.
   *
   * @param path at which it is served
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Asset(String path, String contentType, byte[] content) {}

  /**
   * Reads the files.
   *
   * @param objectStore where segments and pictures come from, for the content security policy
   */
  PlayerPage(Supplier<URI> objectStore) {
    this.objectStore = objectStore;
    this.html = BundledFile.text(PlayerPage.class, "player.html");
    this.assets =
        List.of(
            new Asset("/assets/player.js", "text/javascript; charset=utf-8", own("player.js")),
            new Asset("/assets/player.css", "text/css; charset=utf-8", own("player.css")),
            new Asset("/assets/hls.js", "text/javascript; charset=utf-8", hls()));
  }

  List<Asset> assets() {
    return assets;
  }

  /** The page; with a problem it says so instead of playing. */
  String html(Optional<String> problem) {
    return html.replace("{{problem}}", problem.map(HtmlEscapers.htmlEscaper()::escape).orElse(""));
  }

  /** No inline script, nothing from elsewhere but media from the object store. */
  String contentSecurityPolicy() {
    URI store = objectStore.get();
    String origin =
        store.getScheme()
            + "://"
            + store.getHost()
            + (store.getPort() < 0 ? "" : ":" + store.getPort());
    return "default-src 'none'; script-src 'self'; style-src 'self'; worker-src 'self' blob:;"
        + " media-src 'self' blob: "
        + origin
        + "; connect-src 'self' "
        + origin
        + "; img-src 'self' data: "
        + origin
        + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
  }

  private static byte[] own(String name) {
    return BundledFile.bytes(PlayerPage.class, name);
  }

  private static byte[] hls() {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(BundledFile.text(PlayerPage.class, WEBJAR)));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + WEBJAR, e);
    }
    return BundledFile.bytes(
        PlayerPage.class,
        "/META-INF/resources/webjars/hls.js/"
            + properties.getProperty("version")
            + "/dist/hls.min.js");
  }
}
