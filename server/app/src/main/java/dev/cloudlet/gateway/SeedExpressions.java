package dev.cloudlet.gateway;

import com.schibsted.spt.data.jslt.Expression;
import com.schibsted.spt.data.jslt.Parser;
import java.io.StringReader;

/** Compiles the expressions of one file, each of which sees the file's functions. */
final class SeedExpressions {
  // A path that follows a function would be read as a part of it, but for one that makes an object.
  private static final String END = "\ndef end-of-functions() {}\n";

  private final String defs;

  SeedExpressions(SeedFile file) {
    this.defs = file.defs().map(text -> text + END).orElse("");
  }

  Expression compile(String text) {
    // The default filter would drop empty lists and objects, which clients of these routes rely on.
    return new Parser(new StringReader(defs + text)).withObjectFilter(". != null").compile();
  }
}
