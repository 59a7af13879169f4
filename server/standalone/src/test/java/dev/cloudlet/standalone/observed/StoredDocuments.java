package dev.cloudlet.standalone.observed;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoDatabase;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bson.Document;
import reactor.core.publisher.Flux;

/** Every document of the embedded database as text, its binary fields readable as well. */
record StoredDocuments(List<String> collections, Map<String, String> documents) {
  private static final Pattern BINARY = Pattern.compile("\"base64\": \"([A-Za-z0-9+/=]+)\"");

  static StoredDocuments read(int port) {
    try (MongoClient client = MongoClients.create("mongodb://127.0.0.1:" + port)) {
      List<String> collections = new ArrayList<>();
      Map<String, String> documents = new LinkedHashMap<>();
      for (String base : all(client.listDatabaseNames())) {
        MongoDatabase database = client.getDatabase(base);
        for (String name : all(database.listCollectionNames())) {
          collections.add(name);
          for (Document document : all(database.getCollection(name).find())) {
            documents.put(name + " " + document.get("_id"), text(document.toJson()));
          }
        }
      }
      return new StoredDocuments(collections, documents);
    }
  }

  private static <T> List<T> all(org.reactivestreams.Publisher<T> found) {
    return Flux.from(found).collectList().block();
  }

  private static String text(String json) {
    StringBuilder readable = new StringBuilder(json);
    Matcher binary = BINARY.matcher(json);
    while (binary.find()) {
      readable
          .append('\n')
          .append(
              new String(Base64.getDecoder().decode(binary.group(1)), StandardCharsets.ISO_8859_1));
    }
    return readable.toString();
  }
}
