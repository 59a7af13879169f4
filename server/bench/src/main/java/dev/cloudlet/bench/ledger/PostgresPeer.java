package dev.cloudlet.bench.ledger;

import dev.cloudlet.bench.harness.Sample;
import dev.cloudlet.bench.harness.Side;
import dev.cloudlet.bench.harness.Tool;
import dev.cloudlet.bench.harness.Unavailable;
import dev.cloudlet.kernel.time.Pause;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A PostgreSQL of its own with its defaults, fsync on: a transfer is a function of two updates and
 * an insert, called by pgbench over a socket.
 */
final class PostgresPeer implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Pattern RATE = Pattern.compile("tps = ([0-9.]+) \\(without initial");
  private static final String SCHEMA =
      """
      create table account (id int primary key, balance bigint not null check (balance >= 0));
      create table entry (id bigserial primary key, payer int, payee int, amount bigint);
      insert into account select i, 1000000000 from generate_series(0, %d) i;
      create function transfer(payer int, payee int, amount bigint) returns void as $$
        update account set balance = balance - amount where id = payer;
        update account set balance = balance + amount where id = payee;
        insert into entry (payer, payee, amount) values (payer, payee, amount);
      $$ language sql;
      """;

  private final Path folder;
  private final Path programs;
  private final List<String> prefix;
  private final int callers;
  private final int accounts;
  private final int transfers;

  PostgresPeer(int callers, int accounts, int transfers) throws Exception {
    this.callers = callers;
    this.accounts = accounts;
    this.transfers = transfers;
    this.programs = programs();
    // It does not run as root.
    boolean root = System.getProperty("user.name").equals("root");
    this.prefix = root ? List.of("runuser", "-u", "postgres", "--") : List.of();
    this.folder = Tool.folder("postgres");
    if (root) {
      Tool.run(folder, PATIENCE, List.of("chown", "postgres", folder.toString()));
    }
    start();
  }

  private static Path programs() throws Unavailable, IOException {
    Path all = Path.of("/usr/lib/postgresql");
    if (Files.isDirectory(all)) {
      try (Stream<Path> versions = Files.list(all)) {
        return versions
            .map(version -> version.resolve("bin"))
            .filter(bin -> Files.isExecutable(bin.resolve("pgbench")))
            .max(Comparator.naturalOrder())
            .orElseThrow(() -> new Unavailable("PostgreSQL has no pgbench here"));
      }
    }
    throw new Unavailable("PostgreSQL is not installed: Debian's package postgresql");
  }

  private String run(String program, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(prefix);
    command.add(programs.resolve(program).toString());
    command.addAll(List.of(arguments));
    return Tool.run(folder, PATIENCE, command);
  }

  private void start() throws Exception {
    String data = folder.resolve("data").toString();
    run("initdb", "-D", data, "-A", "trust", "-U", "bench");
    run(
        "pg_ctl",
        "-D",
        data,
        "-w",
        "-l",
        folder.resolve("log").toString(),
        "-o",
        "-c listen_addresses= -c unix_socket_directories=" + folder,
        "start");
    Pause.real().forDuration(Duration.ofMillis(200));
    psql(SCHEMA.formatted(accounts));
  }

  private void psql(String sql) throws Exception {
    run("psql", "-h", folder.toString(), "-U", "bench", "-q", "-c", sql, "postgres");
  }

  Side uniform() throws IOException {
    return side(
        "uniform", "\\set a random(1, %d)\n\\set b random(1, %d)\n".formatted(accounts, accounts));
  }

  /** Everything is paid by one account. */
  Side hot() throws IOException {
    return side("hot", "\\set a 0\n\\set b random(1, %d)\n".formatted(accounts));
  }

  private Side side(String name, String choice) throws IOException {
    Path script = folder.resolve(name + ".sql");
    Files.writeString(script, choice + "select transfer(:a, :b, 1);\n");
    return () -> {
      String said =
          run(
              "pgbench",
              "-n",
              "-M",
              "prepared",
              "-c",
              Integer.toString(callers),
              "-t",
              Integer.toString(transfers / callers),
              "-h",
              folder.toString(),
              "-U",
              "bench",
              "-f",
              script.toString(),
              "postgres");
      Matcher rate = RATE.matcher(said);
      if (!rate.find()) {
        throw new IOException("pgbench says no rate: " + said);
      }
      return new Sample(transfers, transfers / Double.parseDouble(rate.group(1)), Double.NaN);
    };
  }

  @Override
  public void close() throws Exception {
    run("pg_ctl", "-D", folder.resolve("data").toString(), "-m", "immediate", "stop");
  }
}
