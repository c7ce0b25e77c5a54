package main

import (
	"context"
	"flag"
	"fmt"
	"net"
	"strings"

	"google.golang.org/grpc"
	channelzpb "google.golang.org/grpc/channelz/grpc_channelz_v1"
	channelz "google.golang.org/grpc/channelz/service"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"
)

// scene serves health and channelz, and calls its own health: three calls that succeed, one that does not.
func scene(ctx context.Context, _ []string) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := grpc.NewServer()
	healthpb.RegisterHealthServer(server, health.NewServer())
	channelz.RegisterChannelzServiceToServer(server)
	go server.Serve(listener)
	defer server.Stop()
	cc, err := dial(listener.Addr().String())
	if err != nil {
		return err
	}
	defer cc.Close()
	client := healthpb.NewHealthClient(cc)
	for _, service := range []string{"", "", "", "unknown"} {
		client.Check(ctx, &healthpb.HealthCheckRequest{Service: service})
	}
	report("listening", fields{"port": listener.Addr().(*net.TCPAddr).Port})
	<-ctx.Done()
	return nil
}

// askChannelz follows one channel and one server down to their connections.
func askChannelz(ctx context.Context, arguments []string) error {
	flags := flag.NewFlagSet("channelz", flag.ExitOnError)
	target := flags.String("target", "", "host:port")
	flags.Parse(arguments)
	cc, err := dial(*target)
	if err != nil {
		return err
	}
	defer cc.Close()
	client := channelzpb.NewChannelzClient(cc)
	answer := fields{"missing": missing(ctx, client)}
	if err := askChannel(ctx, client, *target, answer); err != nil {
		return err
	}
	if err := askServer(ctx, client, *target, answer); err != nil {
		return err
	}
	report("channelz", answer)
	return nil
}

func dial(target string) (*grpc.ClientConn, error) {
	return grpc.NewClient(target, grpc.WithTransportCredentials(insecure.NewCredentials()))
}

func askChannel(ctx context.Context, client channelzpb.ChannelzClient, target string, answer fields) error {
	top, err := client.GetTopChannels(ctx, &channelzpb.GetTopChannelsRequest{})
	if err != nil {
		return err
	}
	for _, each := range top.Channel {
		if !strings.HasSuffix(each.Data.Target, target) {
			continue
		}
		channel, err := client.GetChannel(ctx, &channelzpb.GetChannelRequest{ChannelId: each.Ref.ChannelId})
		if err != nil {
			return err
		}
		answer["end"] = top.End
		answer["channel"] = channelFields(channel.Channel.Data)
		id := channel.Channel.SubchannelRef[0].SubchannelId
		subchannel, err := client.GetSubchannel(ctx, &channelzpb.GetSubchannelRequest{SubchannelId: id})
		if err != nil {
			return err
		}
		answer["subchannel"] = channelFields(subchannel.Subchannel.Data)
		answer["socket"], err = askSocket(ctx, client, subchannel.Subchannel.SocketRef[0].SocketId)
		return err
	}
	return fmt.Errorf("no channel to %s among %d", target, len(top.Channel))
}

func askServer(ctx context.Context, client channelzpb.ChannelzClient, target string, answer fields) error {
	all, err := client.GetServers(ctx, &channelzpb.GetServersRequest{})
	if err != nil {
		return err
	}
	id := all.Server[0].Ref.ServerId
	server, err := client.GetServer(ctx, &channelzpb.GetServerRequest{ServerId: id})
	if err != nil {
		return err
	}
	data := server.Server.Data
	listening, err := client.GetSocket(ctx, &channelzpb.GetSocketRequest{SocketId: server.Server.ListenSocket[0].SocketId})
	if err != nil {
		return err
	}
	answer["server"] = fields{
		"failed":    data.CallsFailed,
		"last_call": data.LastCallStartedTimestamp.GetSeconds() > 0,
		"listening": fmt.Sprintf("127.0.0.1:%d", listening.Socket.Local.GetTcpipAddress().Port) == target,
	}
	sockets, err := client.GetServerSockets(ctx, &channelzpb.GetServerSocketsRequest{ServerId: id})
	if err != nil {
		return err
	}
	answer["accepted"], err = askSocket(ctx, client, sockets.SocketRef[0].SocketId)
	return err
}

func channelFields(data *channelzpb.ChannelData) fields {
	return fields{
		"state":     data.State.State.String(),
		"started":   data.CallsStarted,
		"succeeded": data.CallsSucceeded,
		"failed":    data.CallsFailed,
		"last_call": data.LastCallStartedTimestamp.GetSeconds() > 0,
		"traced":    len(data.Trace.Events) > 0 && data.Trace.CreationTimestamp != nil,
	}
}

func askSocket(ctx context.Context, client channelzpb.ChannelzClient, id int64) (fields, error) {
	answer, err := client.GetSocket(ctx, &channelzpb.GetSocketRequest{SocketId: id})
	if err != nil {
		return nil, err
	}
	data := answer.Socket.Data
	return fields{
		"streams_started":    data.StreamsStarted,
		"streams_succeeded":  data.StreamsSucceeded,
		"streams_failed":     data.StreamsFailed,
		"messages_sent":      data.MessagesSent,
		"messages_received":  data.MessagesReceived,
		"keep_alives_sent":   data.KeepAlivesSent,
		"last_local_stream":  data.LastLocalStreamCreatedTimestamp.GetSeconds() > 0,
		"last_remote_stream": data.LastRemoteStreamCreatedTimestamp.GetSeconds() > 0,
		"last_sent":          data.LastMessageSentTimestamp.GetSeconds() > 0,
		"last_received":      data.LastMessageReceivedTimestamp.GetSeconds() > 0,
		"local_window":       data.LocalFlowControlWindow.GetValue() > 60_000,
		"remote_window":      data.RemoteFlowControlWindow.GetValue() > 60_000,
		"local_address":      net.IP(answer.Socket.Local.GetTcpipAddress().GetIpAddress()).String(),
		"remote_address":     net.IP(answer.Socket.Remote.GetTcpipAddress().GetIpAddress()).String(),
	}, nil
}

// missing has the code of each method for a number that nothing has.
func missing(ctx context.Context, client channelzpb.ChannelzClient) []codes.Code {
	const id = 1 << 40
	_, channel := client.GetChannel(ctx, &channelzpb.GetChannelRequest{ChannelId: id})
	_, subchannel := client.GetSubchannel(ctx, &channelzpb.GetSubchannelRequest{SubchannelId: id})
	_, server := client.GetServer(ctx, &channelzpb.GetServerRequest{ServerId: id})
	_, socket := client.GetSocket(ctx, &channelzpb.GetSocketRequest{SocketId: id})
	found := []codes.Code{}
	for _, err := range []error{channel, subchannel, server, socket} {
		found = append(found, status.Code(err))
	}
	return found
}
