package dev.cloudlet.gateway;

import com.schibsted.spt.data.jslt.Expression;
import com.schibsted.spt.data.jslt.Parser;
import java.io.StringReader;

/** Compiles the expressions of one file, each of which sees the file's functions. */
final class SeedExpressions {
  private final String defs;

  SeedExpressions(SeedFile file) {
    this.defs = file.defs().map(text -> text + "\n").orElse("");
  }

  Expression compile(String text) {
    // The default filter would drop empty lists and objects, which clients of these routes rely on.
    return new Parser(new StringReader(defs + text)).withObjectFilter(". != null").compile();
  }
}
