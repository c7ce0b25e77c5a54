package main

import "fmt"

// octets is a message as it is on the wire.
type octets struct{ data []byte }

// octetsCodec passes messages through.
type octetsCodec struct{}

func (octetsCodec) Name() string { return "proto" }

func (octetsCodec) Marshal(message any) ([]byte, error) {
	if message, ok := message.(*octets); ok {
		return message.data, nil
	}
	return nil, fmt.Errorf("expected *octets, received %T", message)
}

func (octetsCodec) Unmarshal(data []byte, message any) error {
	if message, ok := message.(*octets); ok {
		message.data = append([]byte(nil), data...)
		return nil
	}
	return fmt.Errorf("expected *octets, received %T", message)
}
