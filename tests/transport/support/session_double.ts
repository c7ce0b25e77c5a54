import type { CloseReason } from "../../../mod.ts";
import type {
  Session,
  SessionEvent,
  SessionState,
} from "../../../src/session/mod.ts";

const NOTHING = new Uint8Array(0);

/** Why a double is closed after `crash`. */
export const CRASHED: CloseReason = {
  kind: "internal-error",
  by: "local",
  code: 2,
  debug: "",
  message: "crashed",
  at: 0,
  lastReadAt: -1,
  lastPings: [],
};

/** A session that does nothing but what a test overrides. */
export class SessionDouble {
  state: SessionState = { kind: "open" };
  readonly observed = false;
  keepaliveState: Session["keepaliveState"];

  /** As a driver takes it. */
  get session(): Session {
    return this as unknown as Session;
  }

  deadline(): number {
    return Infinity;
  }

  releaseOutput(): void {}

  takeOutput(): Uint8Array<ArrayBuffer> {
    return NOTHING;
  }

  takeEvents(): SessionEvent[] {
    return [];
  }

  releaseInput(): void {}

  receive(_octets: Uint8Array, _now: number): boolean {
    return false;
  }

  resume(_now: number, _frames: number): boolean {
    return false;
  }

  receiveEnd(_now: number): void {}

  receiveError(_description: string, _now: number): void {}

  writeProgress(_now: number): void {}

  advance(_now: number, _wall?: number): void {}

  crash(_description: string, _now: number): void {
    this.state = { kind: "closed", reason: CRASHED, closeMode: "none" };
  }
}
