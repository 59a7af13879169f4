package dev.cloudlet.standalone.observed;

import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Gives a suite the {@link ObservedRun} of this JVM: the first that asks begins it, and it ends
 * when all suites have ended.
 */
final class Observed implements BeforeAllCallback {
  private ObservedRun run;

  @Override
  public void beforeAll(ExtensionContext context) {
    run =
        context
            .getRoot()
            .getStore(ExtensionContext.Namespace.GLOBAL)
            .computeIfAbsent(ObservedRun.class, key -> ObservedRun.begin(), ObservedRun.class);
  }

  ObservedRun run() {
    return run;
  }
}
