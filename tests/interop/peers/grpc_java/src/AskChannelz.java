import com.google.protobuf.Timestamp;
import io.grpc.ManagedChannel;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.StatusRuntimeException;
import io.grpc.channelz.v1.ChannelData;
import io.grpc.channelz.v1.ChannelzGrpc;
import io.grpc.channelz.v1.GetChannelRequest;
import io.grpc.channelz.v1.GetServerRequest;
import io.grpc.channelz.v1.GetServerSocketsRequest;
import io.grpc.channelz.v1.GetServersRequest;
import io.grpc.channelz.v1.GetSocketRequest;
import io.grpc.channelz.v1.GetSubchannelRequest;
import io.grpc.channelz.v1.GetTopChannelsRequest;
import io.grpc.channelz.v1.SocketData;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Follows one channel and one server of channelz down to their connections. */
final class AskChannelz {
  private final ChannelzGrpc.ChannelzBlockingStub stub;

  private AskChannelz(ManagedChannel channel) {
    stub = ChannelzGrpc.newBlockingStub(channel);
  }

  static void run(Flags flags) {
    String target = flags.text("target", "");
    ManagedChannel channel =
        Grpc.newChannelBuilder(target, InsecureChannelCredentials.create()).build();
    try {
      System.out.println(json(new AskChannelz(channel).answer(target)));
    } finally {
      channel.shutdownNow();
    }
  }

  private Map<String, Object> answer(String target) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("type", "channelz");
    answer.put("missing", missing());
    var top = stub.getTopChannels(GetTopChannelsRequest.getDefaultInstance());
    long id =
        top.getChannelList().stream()
            .filter(each -> each.getData().getTarget().endsWith(target))
            .findFirst()
            .orElseThrow()
            .getRef()
            .getChannelId();
    var channel =
        stub.getChannel(GetChannelRequest.newBuilder().setChannelId(id).build()).getChannel();
    answer.put("end", top.getEnd());
    answer.put("channel", fields(channel.getData()));
    var subchannel =
        stub.getSubchannel(
                GetSubchannelRequest.newBuilder()
                    .setSubchannelId(channel.getSubchannelRef(0).getSubchannelId())
                    .build())
            .getSubchannel();
    answer.put("subchannel", fields(subchannel.getData()));
    answer.put("socket", socket(subchannel.getSocketRef(0).getSocketId()));
    askServer(target, answer);
    return answer;
  }

  private void askServer(String target, Map<String, Object> answer) {
    long id =
        stub.getServers(GetServersRequest.getDefaultInstance())
            .getServer(0)
            .getRef()
            .getServerId();
    var server = stub.getServer(GetServerRequest.newBuilder().setServerId(id).build()).getServer();
    var listening =
        stub.getSocket(
                GetSocketRequest.newBuilder()
                    .setSocketId(server.getListenSocket(0).getSocketId())
                    .build())
            .getSocket();
    int port = listening.getLocal().getTcpipAddress().getPort();
    answer.put(
        "server",
        Map.of(
            "failed", server.getData().getCallsFailed(),
            "last_call", isSet(server.getData().getLastCallStartedTimestamp()),
            "listening", target.endsWith(":" + port)));
    var sockets =
        stub.getServerSockets(GetServerSocketsRequest.newBuilder().setServerId(id).build());
    answer.put("accepted", socket(sockets.getSocketRef(0).getSocketId()));
  }

  private static Map<String, Object> fields(ChannelData data) {
    return Map.of(
        "state", data.getState().getState().name(),
        "started", data.getCallsStarted(),
        "succeeded", data.getCallsSucceeded(),
        "failed", data.getCallsFailed(),
        "last_call", isSet(data.getLastCallStartedTimestamp()),
        "traced",
            data.getTrace().getEventsCount() > 0
                && isSet(data.getTrace().getCreationTimestamp()));
  }

  private Map<String, Object> socket(long id) {
    var socket =
        stub.getSocket(GetSocketRequest.newBuilder().setSocketId(id).build()).getSocket();
    SocketData data = socket.getData();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("streams_started", data.getStreamsStarted());
    fields.put("streams_succeeded", data.getStreamsSucceeded());
    fields.put("streams_failed", data.getStreamsFailed());
    fields.put("messages_sent", data.getMessagesSent());
    fields.put("messages_received", data.getMessagesReceived());
    fields.put("keep_alives_sent", data.getKeepAlivesSent());
    fields.put("last_local_stream", isSet(data.getLastLocalStreamCreatedTimestamp()));
    fields.put("last_remote_stream", isSet(data.getLastRemoteStreamCreatedTimestamp()));
    fields.put("last_sent", isSet(data.getLastMessageSentTimestamp()));
    fields.put("last_received", isSet(data.getLastMessageReceivedTimestamp()));
    fields.put("local_window", data.getLocalFlowControlWindow().getValue() > 60_000);
    fields.put("remote_window", data.getRemoteFlowControlWindow().getValue() > 60_000);
    fields.put("local_address", ip(socket.getLocal()));
    fields.put("remote_address", ip(socket.getRemote()));
    return fields;
  }

  private static String ip(io.grpc.channelz.v1.Address address) {
    byte[] octets = address.getTcpipAddress().getIpAddress().toByteArray();
    return Stream.iterate(0, i -> i + 1)
        .limit(octets.length)
        .map(i -> String.valueOf(octets[i] & 0xff))
        .collect(Collectors.joining("."));
  }

  private static boolean isSet(Timestamp timestamp) {
    return timestamp.getSeconds() > 0;
  }

  /** The code of each method for a number that nothing has. */
  private List<Integer> missing() {
    long id = 1L << 40;
    return List.of(
        code(() -> stub.getChannel(GetChannelRequest.newBuilder().setChannelId(id).build())),
        code(
            () ->
                stub.getSubchannel(GetSubchannelRequest.newBuilder().setSubchannelId(id).build())),
        code(() -> stub.getServer(GetServerRequest.newBuilder().setServerId(id).build())),
        code(() -> stub.getSocket(GetSocketRequest.newBuilder().setSocketId(id).build())));
  }

  private static int code(Runnable call) {
    try {
      call.run();
      return 0;
    } catch (StatusRuntimeException error) {
      return error.getStatus().getCode().value();
    }
  }

  private static String json(Object value) {
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .map(each -> "\"" + each.getKey() + "\":" + json(each.getValue()))
          .collect(Collectors.joining(",", "{", "}"));
    }
    if (value instanceof List<?> list) {
      return list.stream().map(AskChannelz::json).collect(Collectors.joining(",", "[", "]"));
    }
    return value instanceof String ? "\"" + value + "\"" : String.valueOf(value);
  }
}
