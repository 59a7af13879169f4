package dev.cloudlet.kernel.launch;

import com.google.common.base.Throwables;
import com.linecorp.armeria.client.ClientFactory;
import dev.cloudlet.kernel.config.ConfigException;
import dev.cloudlet.kernel.config.ConfigReader;
import dev.cloudlet.kernel.config.ConfigSources;
import dev.cloudlet.kernel.config.Redaction;
import dev.cloudlet.kernel.error.PlatformException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/**
 * The one way in which every program runs: read the configuration, set up logging, start, greet,
 * serve until a signal, stop in order. What an operator can mend is one sentence on the error
 * stream. No logger may be made before the configuration is read, so there is none in a field here.
 */
public final class Launcher {
  /** It ran and was stopped, or help was asked for. */
  public static final int DONE = 0;

  /** A fault of the program. */
  public static final int FAULT = 1;

  /** The operator must change something. */
  public static final int REFUSED = 2;

  private final Map<String, String> environment;
  private final PrintStream out;
  private final PrintStream err;
  private final Consumer<Thread> atExit;

  /**
   * A launcher in given surroundings.
   *
   * @param environment all variables
   * @param out for the operator
   * @param err for what went wrong
   * @param atExit takes what is to run when the process is told to stop
   */
  public Launcher(
      Map<String, String> environment, PrintStream out, PrintStream err, Consumer<Thread> atExit) {
    this.environment = environment;
    this.out = out;
    this.err = err;
    this.atExit = atExit;
  }

  /** Runs {@code program} until it is told to stop; ends the JVM if it can't start. */
  public static <C extends Record> void launch(Program<C> program, String[] arguments) {
    Launcher launcher =
        new Launcher(
            System.getenv(), System.out, System.err, Runtime.getRuntime()::addShutdownHook);
    int code = launcher.run(program, List.of(arguments));
    if (code != DONE) {
      // What had begun may hold threads that would keep the process.
      System.exit(code);
    }
  }

  /** Runs {@code program} until it is told to stop; gives the exit code. */
  public <C extends Record> int run(Program<C> program, List<String> arguments) {
    ConfigReader<C> reader = ConfigReader.of(program.config());
    ConfigSources sources =
        new ConfigSources(
            arguments, environment, program.configFile(), program.ignoredEnvironment());
    if (sources.wantsHelp()) {
      out.print(reader.help());
      out.flush();
      return DONE;
    }
    C config;
    try {
      config = reader.read(sources);
    } catch (ConfigException e) {
      err.println(e.getMessage());
      return REFUSED;
    }
    program.log(config).apply();
    // The library would close its clients beside our own, ordered stop. Not earlier: its first
    // class makes a logger, and the logging system reads its settings once.
    ClientFactory.disableShutdownHook();
    return serve(program, config);
  }

  private <C extends Record> int serve(Program<C> program, C config) {
    Stopping stopping = new Stopping(out);
    atExit.accept(new Thread(stopping, "stop"));
    try {
      Program.Running running = program.start(config);
      stopping.started(running);
      running.greet(out);
      out.flush();
    } catch (RuntimeException | Error e) {
      stopping.notStarted();
      return failed(e, Redaction.of(config));
    }
    stopping.awaitStopped();
    return DONE;
  }

  private int failed(Throwable thrown, Redaction secrets) {
    Throwable failure =
        thrown instanceof CompletionException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    boolean known =
        switch (failure) {
          case StartFailedException refused -> true;
          case PlatformException refused -> true;
          case UncheckedIOException refused -> true;
          case IOException refused -> true;
          // Refused combinations and data of another installation; the text says what to change.
          case IllegalArgumentException refused -> true;
          case IllegalStateException refused -> true;
          default -> false;
        };
    if (known) {
      err.println("Cloudlet can't start. " + secrets.blanked(sentence(failure)));
      LoggerFactory.getLogger(Launcher.class)
          .debug(
              "the start failed: {}", secrets.blanked(Throwables.getStackTraceAsString(failure)));
      return REFUSED;
    }
    err.println(
        "Cloudlet can't start because of a fault in it, for which the stack below is the report: "
            + secrets.blanked(failure.toString()));
    for (StackTraceElement frame : failure.getStackTrace()) {
      err.println("\tat " + frame);
    }
    return FAULT;
  }

  private static String sentence(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    return failure instanceof UncheckedIOException io && io.getCause() != null
        ? message + " (" + described(io.getCause()) + ")"
        : message;
  }

  // The message of a file's exception is often its path alone.
  private static String described(IOException cause) {
    String kind = cause.getClass().getSimpleName().replace("Exception", "");
    return kind.equals("IO")
        ? String.valueOf(cause.getMessage())
        : kind + ": " + cause.getMessage();
  }
}
