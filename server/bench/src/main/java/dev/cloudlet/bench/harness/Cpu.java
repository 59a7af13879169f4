package dev.cloudlet.bench.harness;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** Processor time, in seconds, as the system counts it. */
public final class Cpu {
  private static final double TICKS_A_SECOND = 100;
  private static final int OWN = 11;
  private static final int CHILDREN = 13;

  private Cpu() {}

  /** Of this process. */
  public static double ofThisProcess() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
            .getProcessCpuTime()
        / 1e9;
  }

  /** Of another process of this machine; of it alone, not of its children. */
  public static double of(long pid) throws IOException {
    return sum(Long.toString(pid), OWN);
  }

  /** Of all children of this process that have ended. */
  public static double ofChildren() throws IOException {
    return sum("self", CHILDREN);
  }

  // proc(5): two neighbouring fields, in user and in kernel mode, counted from the state.
  private static double sum(String process, int first) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + process + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[first]) + Long.parseLong(fields[first + 1])) / TICKS_A_SECOND;
  }
}
