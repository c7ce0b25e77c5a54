/**
 * JSON of `shapes.v1.Shape`, with all that JSON has a form of its own for.
 *
 * Not among them is what grpcurl 1.9 does not take or tells otherwise than the
 * specification of ProtoJSON: a `FieldMask`, a `NullValue` in a field, Base64 for
 * URLs, a `Duration` of more than 292 years.
 */
export const SHAPES: readonly string[] = [
  "{}",
  `{"big":"-9223372036854775808","huge":"18446744073709551615","signed":"-1"}`,
  `{"big":9007199254740993,"fixed":"9007199254740995","small":-7}`,
  `{"single":1.1,"real":"NaN","numbers":["Infinity","-Infinity",0.1,1e300]}`,
  `{"single":3.4028235e38,"real":5e-324,"flag":true}`,
  `{"colour":"GREEN"}`,
  `{"colour":"CRIMSON"}`,
  `{"colour":7}`,
  `{"word":""}`,
  `{"number":"0"}`,
  `{"inner":{"inner":{"text":"deep"}}}`,
  `{"counts":{"a":"1","":"-2"},"flags":{"true":"yes","false":"no"}}`,
  `{"shapes":{"-5":{"flag":true},"5":{}}}`,
  `{"octets":"AP8=","wrappedOctets":"/+8="}`,
  `{"at":"2026-11-29T03:55:00.123456789Z","took":"-1.5s"}`,
  `{"at":"0001-01-01T00:00:00Z","took":"9000000000s"}`,
  `{"anything":{"a":[1,"b",null,{"c":false}]},"value":null,"list":[1.5]}`,
  `{"empty":{}}`,
  `{"wrappedBig":"0","wrappedText":""}`,
  `{"any":{"@type":"type.googleapis.com/shapes.v1.Gathered","count":3}}`,
  `{"anys":[{"@type":"type.googleapis.com/google.protobuf.Duration","value":"2s"},{"@type":"type.googleapis.com/shapes.v1.Shape","any":{"@type":"type.googleapis.com/google.protobuf.StringValue","value":"in two"}}]}`,
  `{"perhaps":0,"snake_case_name":"by its own name","theWords":["a",""]}`,
  `{"packed":[1,2],"unpacked":[-1],"nested":{"x":1,"kind":"SOME"}}`,
  `{"text":"\\u001b[31mred\\u202e \u{1f600} \\"\\\\ \\u2028"}`,
];
