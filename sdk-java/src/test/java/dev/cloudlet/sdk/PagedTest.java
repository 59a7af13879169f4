package dev.cloudlet.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloudlet.api.storage.v1.Bucket;
import dev.cloudlet.sdk.testing.FakeCloudlet;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PagedTest {
  private static final String LIST = "cloudlet.storage.v1.StorageService/ListBuckets";

  @Test
  void everyItemOfEveryPageComesOnceAndInOrder() {
    try (FakeCloudlet fake = FakeCloudlet.start();
        Cloudlet cloudlet = fake.signedIn("ada@example.com", Coins.of(100))) {
      makeBuckets(cloudlet, 205);

      List<String> names = cloudlet.storage().buckets().stream().map(Bucket::getName).toList();

      assertThat(names).hasSize(205).doesNotHaveDuplicates().isSorted();
      assertThat(fake.requests(LIST)).hasSize(3);
    }
  }

  @Test
  void noMorePagesAreFetchedThanAreRead() {
    try (FakeCloudlet fake = FakeCloudlet.start();
        Cloudlet cloudlet = fake.signedIn("ada@example.com", Coins.of(100))) {
      makeBuckets(cloudlet, 205);

      assertThat(cloudlet.storage().buckets().stream().limit(100)).hasSize(100);

      assertThat(fake.requests(LIST)).hasSize(1);
    }
  }

  @Test
  void anEmptyPageInBetweenDoesNotEndTheList() {
    Paged<String> list =
        new Paged<>(
            token ->
                switch (token) {
                  case "" -> new Paged.Page<>(List.of("a"), "1");
                  case "1" -> new Paged.Page<>(List.of(), "2");
                  default -> new Paged.Page<>(List.of("b"), "");
                });

    assertThat(list).containsExactly("a", "b");
    assertThat(list).as("a second iteration").containsExactly("a", "b");
  }

  @Test
  void aTokenThatComesAgainEndsTheIterationLoudly() {
    Paged<String> list = new Paged<>(token -> new Paged.Page<>(List.of(), "same"));

    assertThatThrownBy(() -> list.iterator().hasNext()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void emptyPagesWithoutEndEndTheIterationLoudly() {
    AtomicInteger fetched = new AtomicInteger();
    Paged<String> list =
        new Paged<>(
            token -> new Paged.Page<>(List.of(), Integer.toString(fetched.incrementAndGet())));

    assertThatThrownBy(() -> list.iterator().hasNext()).isInstanceOf(IllegalStateException.class);
    assertThat(fetched).hasValueLessThan(2_000);
  }

  @Test
  void theEndIsTheEnd() {
    Iterator<String> none = new Paged<String>(token -> new Paged.Page<>(List.of(), "")).iterator();

    assertThat(none.hasNext()).isFalse();
    assertThatThrownBy(none::next).isInstanceOf(NoSuchElementException.class);
  }

  private static void makeBuckets(Cloudlet cloudlet, int count) {
    cloudlet.storage().enable(1);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add("bucket-" + i);
    }
    names.forEach(cloudlet.storage()::createBucket);
  }
}
