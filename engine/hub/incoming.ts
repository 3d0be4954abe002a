import type { IPublishPacket } from 'mqtt';

type DecodedBody = { ok: true; text: string } | { ok: false; why: string };

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A message from the network as a string, or why it is refused. */
export const decodeBody = (payload: IPublishPacket['payload'], limit: number): DecodedBody => {
  const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
  if (bytes.length > limit) return { ok: false, why: `message of ${bytes.length} bytes is larger than ${limit}` };
  try {
    return { ok: true, text: utf8.decode(bytes) };
  } catch {
    return { ok: false, why: 'message is not UTF-8' };
  }
};

/** MQTT 5 allows a name several times; the last one counts. */
export const userPropertiesOf = (packet: IPublishPacket): Record<string, string> => {
  const found: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, value] of Object.entries(packet.properties?.userProperties ?? {})) {
    found[name] = Array.isArray(value) ? (value.at(-1) ?? '') : value;
  }
  return found;
};

type Write = (details: Record<string, unknown>, message: string) => void;

/** Logs each message at most once per `everyMs` and counts the rest. For a small number of constant messages. */
export class RateLimitedLog {
  readonly #write: Write;
  readonly #everyMs: number;
  readonly #seen = new Map<string, { next: number; held: number }>();

  constructor(write: Write, everyMs = 10_000) {
    this.#write = write;
    this.#everyMs = everyMs;
  }

  add(nowMs: number, details: Record<string, unknown>, message: string): void {
    const before = this.#seen.get(message);
    if (before && nowMs < before.next) {
      before.held++;
      return;
    }
    this.#seen.set(message, { next: nowMs + this.#everyMs, held: 0 });
    this.#write(before && before.held > 0 ? { ...details, notLogged: before.held } : details, message);
  }
}
