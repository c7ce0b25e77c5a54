// Encodes and decodes header blocks with golang.org/x/net/http2/hpack.
//
// Each line of the input is a session, a JSON array of steps:
//
//	["size", n]               both table sizes, as a SETTINGS frame changes them
//	["encode", [field, ...]]  answered by the block
//	["decode", block]         answered by the fields, or null if it is refused
//
// A field is [name, value, sensitive], octets are in hexadecimal digits. Each
// line of the output is the JSON array of the answers to one session.
package main

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"log"
	"os"

	"golang.org/x/net/http2/hpack"
)

const (
	initialTableSize = 4096
	largestTableSize = 1 << 20
)

type step struct {
	verb    string
	subject json.RawMessage
}

func (s *step) UnmarshalJSON(text []byte) error {
	return json.Unmarshal(text, &[]any{&s.verb, &s.subject})
}

type session struct {
	encoder *hpack.Encoder
	decoder *hpack.Decoder
	block   bytes.Buffer
}

func newSession() *session {
	s := &session{decoder: hpack.NewDecoder(initialTableSize, nil)}
	s.encoder = hpack.NewEncoder(&s.block)
	s.encoder.SetMaxDynamicTableSizeLimit(largestTableSize)
	return s
}

func (s *session) resize(size uint32) {
	s.encoder.SetMaxDynamicTableSize(size)
	s.decoder.SetAllowedMaxDynamicTableSize(size)
}

func (s *session) encode(fields [][3]any) string {
	s.block.Reset()
	for _, field := range fields {
		must(s.encoder.WriteField(hpack.HeaderField{
			Name:      octets(field[0].(string)),
			Value:     octets(field[1].(string)),
			Sensitive: field[2].(bool),
		}))
	}
	return hex.EncodeToString(s.block.Bytes())
}

func (s *session) decode(block string) [][3]any {
	decoded, err := s.decoder.DecodeFull([]byte(octets(block)))
	if err != nil {
		return nil
	}
	fields := [][3]any{}
	for _, field := range decoded {
		fields = append(fields, [3]any{
			hex.EncodeToString([]byte(field.Name)),
			hex.EncodeToString([]byte(field.Value)),
			field.Sensitive,
		})
	}
	return fields
}

func (s *session) take(step step) (answer any, ok bool) {
	switch step.verb {
	case "size":
		var size uint32
		must(json.Unmarshal(step.subject, &size))
		s.resize(size)
		return nil, false
	case "encode":
		var fields [][3]any
		must(json.Unmarshal(step.subject, &fields))
		return s.encode(fields), true
	case "decode":
		var block string
		must(json.Unmarshal(step.subject, &block))
		return s.decode(block), true
	}
	log.Fatalf("Cannot take step %q: expected size, encode or decode", step.verb)
	return nil, false
}

func octets(digits string) string {
	decoded, err := hex.DecodeString(digits)
	must(err)
	return string(decoded)
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	in := json.NewDecoder(bufio.NewReader(os.Stdin))
	out := json.NewEncoder(os.Stdout)
	for in.More() {
		var steps []step
		must(in.Decode(&steps))
		session := newSession()
		answers := []any{}
		for _, step := range steps {
			if answer, ok := session.take(step); ok {
				answers = append(answers, answer)
			}
		}
		must(out.Encode(answers))
	}
}
