package dev.cloudlet.testkit.rules;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * How long the files and methods of a source tree are. Reads sources, not classes: lambdas and
 * nested classes count where a reader meets them, and code that is not compiled yet counts too.
 */
public final class SourceSizes {
  private final Path root;

  /** The sources below {@code root}, main and test, of every module. */
  public SourceSizes(Path root) {
    this.root = root;
  }

  /** Where the parent of all modules is, seen from a module's folder. */
  public static SourceSizes ofTheRepository() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(folder.resolve("protos"))) {
      folder = folder.getParent();
      if (folder == null) {
        throw new IllegalStateException("not started in a module of the repository");
      }
    }
    return new SourceSizes(folder);
  }

  /** Files of more lines, each with its number of lines. */
  public List<String> filesOver(int lines) {
    return sources().stream()
        .map(file -> new Counted(root.relativize(file).toString(), lines(file)))
        .filter(file -> file.lines() > lines)
        .map(Counted::toString)
        .toList();
  }

  /** Methods and constructors of more lines, from their first annotation to their last brace. */
  public List<String> methodsOver(int lines) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<String> found = new ArrayList<>();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  files,
                  problem -> {},
                  List.of(),
                  null,
                  files.getJavaFileObjectsFromPaths(sources()));
      SourcePositions positions = Trees.instance(task).getSourcePositions();
      for (CompilationUnitTree unit : task.parse()) {
        new Methods(unit, positions, lines, found).scan(unit, null);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  private List<Path> sources() {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> file.toString().contains("/src/"))
          .filter(file -> !file.toString().contains("/target/"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long lines(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private record Counted(String what, long lines) {
    @Override
    public String toString() {
      return what + " " + lines;
    }
  }

  private final class Methods extends TreeScanner<Void, Void> {
    private final CompilationUnitTree unit;
    private final SourcePositions positions;
    private final int most;
    private final List<String> found;

    Methods(CompilationUnitTree unit, SourcePositions positions, int most, List<String> found) {
      this.unit = unit;
      this.positions = positions;
      this.most = most;
      this.found = found;
    }

    @Override
    public Void visitMethod(MethodTree method, Void nothing) {
      long lines = line(positions.getEndPosition(unit, method)) - line(start(method)) + 1;
      if (lines > most) {
        Path file = Path.of(unit.getSourceFile().toUri());
        found.add(new Counted(root.relativize(file) + " " + method.getName(), lines).toString());
      }
      return super.visitMethod(method, null);
    }

    private long start(Tree tree) {
      return positions.getStartPosition(unit, tree);
    }

    private long line(long position) {
      return unit.getLineMap().getLineNumber(position);
    }
  }
}
