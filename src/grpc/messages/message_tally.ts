import type { CallMessageEvent, MessageSums } from "../call_events.ts";
import type { Arrived, MessageCounter } from "./message_counter.ts";

/** Adds up the messages of one attempt, and tells of each. */
export class MessageTally implements MessageCounter {
  readonly #now: () => number;
  readonly #listener: ((event: CallMessageEvent) => void) | undefined;
  readonly #callId: number;
  readonly #attemptId: number | undefined;
  #messagesSent = 0;
  #messagesReceived = 0;
  #octetsSent = 0;

  /**
   * Starts with none.
   *
   * @param now The clock of the events, which is read only for a listener.
   * @param listener Is told of each message.
   * @param attemptId The attempt, at a client.
   */
  constructor(
    now: () => number,
    listener: ((event: CallMessageEvent) => void) | undefined,
    callId: number,
    attemptId?: number,
  ) {
    this.#now = now;
    this.#listener = listener;
    this.#callId = callId;
    this.#attemptId = attemptId;
  }

  /** What it has added up, with what has come since the last was taken. */
  sums({ arrivedMessages, arrivedOctets }: Arrived): MessageSums {
    return {
      messagesSent: this.#messagesSent,
      messagesReceived: arrivedMessages,
      octetsSent: this.#octetsSent,
      octetsReceived: arrivedOctets,
    };
  }

  sent(size: number, sizeOnWire: number): void {
    const sequence = this.#messagesSent++;
    this.#octetsSent += sizeOnWire;
    this.#tell("message-sent", sequence, size, sizeOnWire);
  }

  received(size: number, sizeOnWire: number): void {
    const sequence = this.#messagesReceived++;
    this.#tell("message-received", sequence, size, sizeOnWire);
  }

  #tell(
    type: CallMessageEvent["type"],
    sequence: number,
    size: number,
    sizeOnWire: number,
  ): void {
    if (this.#listener === undefined) return;
    const callId = this.#callId;
    const event = { type, at: this.#now(), callId, sequence, size, sizeOnWire };
    const attemptId = this.#attemptId;
    this.#listener(attemptId === undefined ? event : { ...event, attemptId });
  }
}
