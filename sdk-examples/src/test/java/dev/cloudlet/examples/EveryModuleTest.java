package dev.cloudlet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import dev.cloudlet.testkit.rules.CodeRules;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rules for all code, here because the tests of the examples see every module. */
class EveryModuleTest implements CodeRules {
  private static final JavaClasses CODE = CodeRules.read();

  @Override
  public JavaClasses code() {
    return CODE;
  }

  @Test
  void theCodeOfEveryModuleIsSeen() {
    for (String module :
        List.of("kernel", "rpc", "wallet", "workers", "standalone", "sdk", "examples")) {
      assertThat(CODE.stream())
          .as(module)
          .anyMatch(type -> type.getPackageName().startsWith("dev.cloudlet." + module));
    }
  }
}
