package dev.cloudlet.standalone.embedded;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** The process that {@link DataFolderTest} kills while it holds the claim on a folder. */
final class DataFolderVictim {
  private DataFolderVictim() {}

  public static void main(String[] arguments) throws InterruptedException {
    DataFolder claim = DataFolder.claim(Path.of(arguments[0]));
    System.out.println("ready " + ProcessHandle.current().pid());
    System.out.flush();
    new CountDownLatch(1).await();
    claim.close();
  }
}
