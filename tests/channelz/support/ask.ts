import type { Channelz } from "../../../src/channelz/mod.ts";
import type { METHODS } from "../../../src/channelz/messages.ts";
import type { MessageType } from "../../../src/proto/mod.ts";

type Message<Type> = Type extends MessageType<infer T> ? T : never;
type Name = keyof typeof METHODS;

/** Calls a method of the service, through its encoding both ways. */
export async function ask<N extends Name>(
  { service }: Channelz,
  name: N,
  request: Partial<Message<typeof METHODS[N][0]>> = {},
): Promise<Message<typeof METHODS[N][1]>> {
  const method = service.definition[name];
  const { handler } = service.implementations.get(method.path) as {
    handler: (request: unknown) => unknown;
  };
  const received = method.requestDeserialize(method.requestSerialize(request));
  const response = await handler(received);
  return method.responseDeserialize(
    method.responseSerialize(response),
  ) as Message<typeof METHODS[N][1]>;
}
