package dev.cloudlet.testkit.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cloudlet.kernel.blob.InMemoryObjectStore;
import dev.cloudlet.kernel.blob.ObjectStore;
import dev.cloudlet.kernel.blob.ObjectStoreException;
import dev.cloudlet.kernel.config.DataSize;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class InMemoryObjectStoreTest extends ObjectStoreContract {
  private final ObjectStore store =
      new InMemoryObjectStore(InstantSource.system(), DataSize.ofMebibytes(1));

  @Override
  protected ObjectStore store() {
    return store;
  }

  @Test
  void aFullStoreRefusesAndHasRoomAgainAfterADelete() {
    store.createBucket("full");
    byte[] half = new byte[600 << 10];
    store.put("full", "a", half, "a/b");
    store.put("full", "a", half, "a/b");

    assertThat(
            catchThrowableOfType(
                    ObjectStoreException.Refused.class, () -> store.put("full", "b", half, "a/b"))
                .code())
        .isEqualTo("QuotaExceeded");
    store.delete("full", "a");
    store.put("full", "b", half, "a/b");
  }
}
