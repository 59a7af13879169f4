package dev.cloudlet.kernel.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SecretBoxTest {
  private static final SecretBox.Binding BINDING = new SecretBox.Binding("user_1", "key_1");

  private final RandomSource random = new SystemRandom();
  private final MasterKey master = MasterKey.generate(random);
  private final SecretBox box = new SecretBox(master, List.of(), random);

  @Test
  void aValueOpensForItsOwnerAndRow() {
    for (String text : List.of("", "sk-secret", "x".repeat(100_000))) {
      byte[] sealed = box.seal(text.getBytes(UTF_8), BINDING);
      assertThat(box.open(sealed, BINDING)).isEqualTo(text.getBytes(UTF_8));
      assertThat(new String(sealed, UTF_8)).doesNotContain("sk-secret");
    }
    assertThat(box.seal(new byte[1], BINDING)).isNotEqualTo(box.seal(new byte[1], BINDING));
  }

  @Test
  void anotherOwnerOrRowCannotOpenIt() {
    byte[] sealed = box.seal(new byte[] {1}, BINDING);

    for (SecretBox.Binding other :
        List.of(
            new SecretBox.Binding("user_2", "key_1"),
            new SecretBox.Binding("user_1", "key_2"),
            new SecretBox.Binding("user_1k", "ey_1"))) {
      assertThatThrownBy(() -> box.open(sealed, other))
          .isInstanceOf(SecretBox.UnopenableException.class);
    }
  }

  @Test
  void everyChangedByteAndEveryCutIsNoticed() {
    byte[] sealed = box.seal("value".getBytes(UTF_8), BINDING);

    for (int i = 0; i < sealed.length; i++) {
      byte[] changed = sealed.clone();
      changed[i] ^= 1;
      assertThatThrownBy(() -> box.open(changed, BINDING))
          .isInstanceOf(SecretBox.UnopenableException.class);
      byte[] cut = Arrays.copyOf(sealed, i);
      assertThatThrownBy(() -> box.open(cut, BINDING))
          .isInstanceOf(SecretBox.UnopenableException.class);
    }
  }

  @Test
  void afterRotationOldValuesOpenAndNewOnesNeedTheNewKey() {
    byte[] old = box.seal("value".getBytes(UTF_8), BINDING);
    MasterKey next = MasterKey.generate(random);
    SecretBox rotated = new SecretBox(next, List.of(master), random);

    assertThat(rotated.open(old, BINDING)).isEqualTo("value".getBytes(UTF_8));
    byte[] fresh = rotated.seal(rotated.open(old, BINDING), BINDING);
    assertThatThrownBy(() -> box.open(fresh, BINDING))
        .hasMessageContaining("master key that is not here");
  }

  @Test
  void tooMuchIsRefused() {
    assertThatThrownBy(() -> box.seal(new byte[SecretBox.MAX_PLAIN_BYTES + 1], BINDING))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new SecretBox.Binding("", "row"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
