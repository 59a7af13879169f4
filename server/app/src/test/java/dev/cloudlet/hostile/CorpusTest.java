package dev.cloudlet.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The corpus itself. */
class CorpusTest {
  @Test
  void everyFamilyCanBeReadAndTheyAreMany() {
    assertThat(Corpus.FAMILIES).allSatisfy(family -> assertThat(Corpus.of(family)).isNotEmpty());
    assertThat(Corpus.FAMILIES.stream().mapToInt(family -> Corpus.of(family).size()).sum())
        .isGreaterThan(500);
  }
}
