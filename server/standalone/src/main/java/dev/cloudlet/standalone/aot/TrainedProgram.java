package dev.cloudlet.standalone.aot;

import java.util.regex.Pattern;

/** The programs that can have a cache. */
public enum TrainedProgram {
  /** The whole platform in one process. */
  STANDALONE("API \\(gRPC, gRPC-Web, REST\\) +(http\\S+)"),
  /** One replica of the server. */
  SERVER("Cloudlet server at (http\\S+)"),
  /** One worker node. */
  WORKER("Cloudlet worker '()");

  private final Pattern greeting;

  TrainedProgram(String greeting) {
    this.greeting = Pattern.compile(greeting);
  }

  /** What it prints once it is up; the group is its address, empty if it takes no calls. */
  public Pattern greeting() {
    return greeting;
  }
}
