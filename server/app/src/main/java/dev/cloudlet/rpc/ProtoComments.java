package dev.cloudlet.rpc;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo.Location;
import com.google.protobuf.ExtensionRegistry;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.cloudlet.capability.BundledFile;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The comments of the contract by full name of what they stand beside, read from the descriptor set
 * that the build packs.
 */
final class ProtoComments {
  private static final String RESOURCE = "/META-INF/armeria/grpc/cloudlet.dsc";

  private final Map<String, String> byName = new HashMap<>();

  ProtoComments() {
    try {
      byte[] packed = BundledFile.bytes(ProtoComments.class, RESOURCE);
      for (FileDescriptorProto file :
          FileDescriptorSet.parseFrom(packed, ExtensionRegistry.getEmptyRegistry()).getFileList()) {
        read(file);
      }
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(RESOURCE + " holds no descriptors", e);
    }
  }

  /**
   * The comment beside that service, rpc, message, field, enum or value; empty if there is none.
   */
  String of(String fullName) {
    return byName.getOrDefault(fullName, "");
  }

  private void read(FileDescriptorProto file) {
    for (Location location : file.getSourceCodeInfo().getLocationList()) {
      if (!location.getLeadingComments().isBlank()) {
        String name = name(file, location.getPathList());
        if (!name.isEmpty()) {
          byName.put(
              file.getPackage() + "." + name,
              location.getLeadingComments().strip().replaceAll("\\s*\\n\\s*", " "));
        }
      }
    }
  }

  // Paths as in descriptor.proto: 4 message, 5 enum, 6 service; in a message 2 field, 3 message, 4
  // enum; in an enum 2 value; in a service 2 rpc.
  private static String name(FileDescriptorProto file, List<Integer> path) {
    if (path.size() < 2) {
      return "";
    }
    return switch (path.get(0)) {
      case 4 -> messageName(file.getMessageType(path.get(1)), path.subList(2, path.size()));
      case 5 -> {
        var type = file.getEnumType(path.get(1));
        yield path.size() == 2
            ? type.getName()
            : path.size() == 4 && path.get(2) == 2
                ? type.getName() + "." + type.getValue(path.get(3)).getName()
                : "";
      }
      case 6 -> {
        var service = file.getService(path.get(1));
        yield path.size() == 2
            ? service.getName()
            : path.size() == 4 && path.get(2) == 2
                ? service.getName() + "." + service.getMethod(path.get(3)).getName()
                : "";
      }
      default -> "";
    };
  }

  private static String messageName(DescriptorProto message, List<Integer> rest) {
    if (rest.isEmpty()) {
      return message.getName();
    }
    if (rest.size() == 2 && rest.get(0) == 2) {
      return message.getName() + "." + message.getField(rest.get(1)).getName();
    }
    if (rest.size() >= 2 && rest.get(0) == 3) {
      String inner = messageName(message.getNestedType(rest.get(1)), rest.subList(2, rest.size()));
      return inner.isEmpty() ? "" : message.getName() + "." + inner;
    }
    return "";
  }
}
