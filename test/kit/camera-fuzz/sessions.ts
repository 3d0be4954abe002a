import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { chosen, type Random } from '../../../bench/chaos/random.js';
import { wantedTracks } from '../../../bridge/camera/track-format.js';
import { ProbeFailure } from '../../../bridge/rtsp/failures.js';
import { RtspSession } from '../../../bridge/rtsp/session.js';
import { chooseTracks } from '../../../bridge/rtsp/tracks.js';
import { mutated } from './mutate.js';
import { MESSAGES, SDPS } from './samples.js';

const ANSWER_MS = 20;
/** Share of answers that are sound: so that sessions come to their end. */
const SOUND = 0.8;

/** A camera without a network: reads requests, and answers as it likes. */
class OddCamera extends Duplex {
  readonly #random: Random;
  answers = 0;

  constructor(random: Random) {
    super();
    this.#random = random;
  }

  override _read(): void {}

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    const text = chunk.toString('latin1');
    const method = /^([A-Z_]+) rtsp/.exec(text)?.[1];
    // What is no request is a report.
    if (method !== undefined) this.#answer(method, /CSeq: (\d+)/.exec(text)?.[1] ?? '0');
    done();
  }

  override _final(done: () => void): void {
    this.push(null);
    done();
  }

  #answer(method: string, sequence: string): void {
    const random = this.#random;
    this.answers++;
    const body = method === 'DESCRIBE' ? chosen(SDPS, random.next())! : NOTHING;
    let bytes: Buffer = Buffer.concat([head(method, sequence, body.length), body]);
    if (!random.chance(SOUND)) bytes = mutated([bytes, ...MESSAGES], random);
    if (method === 'PLAY')
      bytes = Buffer.concat([bytes, ...Array.from({ length: 5 }, () => mutated(MESSAGES, random))]);
    for (let at = 0; at < bytes.length; ) {
      const end = at + 1 + random.below(bytes.length);
      this.push(bytes.subarray(at, end));
      at = end;
    }
    if (random.chance(0.05)) this.push(null);
  }
}

const NOTHING = Buffer.alloc(0);

const head = (method: string, sequence: string, length: number): Buffer =>
  Buffer.from(
    [
      'RTSP/1.0 200 OK',
      `CSeq: ${sequence}`,
      ...(method === 'DESCRIBE' ? ['Content-Base: rtsp://10.0.0.1/x/'] : ['Session: 1;timeout=1']),
      ...(method === 'SETUP' ? ['Transport: RTP/AVP/TCP;interleaved=0-1'] : []),
      ...['Public: OPTIONS, GET_PARAMETER', `Content-Length: ${length}`, '', ''],
    ].join('\r\n'),
  );

/** One session from its beginning to its end. Gives the number of answers that it took; throws what is a fault. */
export const oddSession = async (random: Random): Promise<number> => {
  const cameras: OddCamera[] = [];
  try {
    const { session, description } = await RtspSession.open({
      ...{ url: 'rtsp://10.0.0.1/x', transport: 'tcp', connectMs: ANSWER_MS, answerMs: ANSWER_MS },
      ...{ credentials: { username: 'viewer', password: 'word' }, followRedirects: true },
      connect: async () => {
        const camera = new OddCamera(random);
        cameras.push(camera);
        return camera as unknown as Socket;
      },
    });
    try {
      const { video, audio } = chooseTracks('x', description, wantedTracks(true, true));
      await session.play(audio ? [video, audio] : [video], {
        onRtp: () => {},
        onRtcp: () => {},
        onGarbage: () => {},
        onEnd: () => {},
      });
    } finally {
      session.close();
    }
  } catch (problem) {
    if (!(problem instanceof ProbeFailure)) throw problem;
  }
  return cameras.reduce((sum, { answers }) => sum + answers, 0);
};
