import { describe, expect, it } from 'vitest';
import { ToldEvents } from '../../../../../engine/cli/record/told-events.js';
import { AvaEvent } from '../../../../../engine/events/catalogue.js';
import type { EventHandler } from '../../../../../engine/events/subscribe.js';
import { FakeClock, settle } from '../../../../kit/fake-clock.js';
import { FakeOutput } from '../../../../kit/fake-output.js';

/** What is told, of an engine that consists of its events, its clock and one camera. */
const start = () => {
  const clock = new FakeClock();
  const output = new FakeOutput();
  let handle: EventHandler = () => {};
  let closed = 0;
  const camera = {
    pipelines: ['door'],
    trouble: undefined as object | undefined,
    video: undefined as object | undefined,
  };
  const told = new ToldEvents(
    {
      startSeq: 0,
      cameras: { list: () => [camera] },
      events: {
        subscribe: (_: unknown, handler: EventHandler) => {
          handle = handler;
          return { seq: 0, ended: new Promise(() => {}), close: () => (closed += 1) };
        },
      },
    } as never,
    { clock, journal: { lastSeq: 0 } as never },
    output,
  );
  told.start();
  const happen = (eventType: string, data: object = {}): void => {
    const eventTime = new Date(clock.utc() / 1000).toISOString();
    handle({ subject: '/edgeModules/m/livePipelines/door/processors/motion', eventType, eventTime, data } as never);
  };
  const lines = () => output.lines.map((line) => line.replace(/^\d\d:\d\d:\d\d {2}/, ''));
  return { clock, output, told, happen, lines, camera, closed: () => closed };
};
const motion = { inferences: [{ type: 'motion' }] };
const away = { protocol: 'rtsp', message: 'rtsp://door refused the connection' };

describe('what is told to people', () => {
  it('is one motion, however often it is detected, until nothing has moved for 10 s', () => {
    const { clock, happen, lines } = start();
    for (let n = 0; n < 5; n++) {
      happen(AvaEvent.Inference, motion);
      clock.advance(3_000);
    }
    expect(lines()).toEqual(['door: motion began']);
    clock.advance(7_000);
    expect(lines()).toEqual(['door: motion began', 'door: motion ended after 12 s']);
    happen(AvaEvent.Inference, motion);
    expect(lines()).toHaveLength(3);
  });

  it('is that motion has ended before the clip of it is ready', () => {
    const { clock, happen, lines } = start();
    happen(AvaEvent.Inference, motion);
    clock.advance(4_000);
    happen(AvaEvent.RecordingStopped);
    happen(AvaEvent.RecordingAvailable, { outputType: 'filePath', outputLocation: '/a.mp4' });
    clock.advance(60_000);
    expect(lines()).toEqual(['door: motion began', 'door: motion ended after 1 s', 'door: clip ready: /a.mp4']);
  });

  it('is what an inference server has found, by name', () => {
    const { clock, happen, lines } = start();
    happen(AvaEvent.Inference, { inferences: [{ type: 'entity', entity: { tag: { value: 'dog' } } }] });
    clock.advance(10_000);
    expect(lines()).toEqual(['door: seen: dog', 'door: nothing seen any more, after 1 s']);
  });

  it('is every minute that a camera is still away, until it is there', async () => {
    const { clock, happen, lines, camera } = start();
    happen(AvaEvent.NetworkError, away);
    camera.trouble = { message: 'no answer', since: clock.utc() };
    clock.advance(120_000);
    expect(lines()).toEqual([
      expect.stringMatching(/^door: rtsp:\/\/door refused the connection\. It is tried again/),
      ...Array.from({ length: 2 }, () => expect.stringMatching(/^door: still away, since \d\d:\d\d:\d\d: no answer$/)),
    ]);
    camera.trouble = undefined;
    camera.video = { codec: 'h265', width: 1920, height: 1080 };
    happen(AvaEvent.MediaSessionEstablished, { sdp: 'v=0\r\nm=video 0 RTP/AVP 96\r\nm=audio 0 RTP/AVP 97\r\n' });
    await settle();
    expect(lines().at(-1)).toBe('door: connected: H.265 1920x1080, with sound');
    clock.advance(600_000);
    expect(lines()).toHaveLength(4);
  });

  it('ends when nobody reads it any more', async () => {
    const { output, happen, told, closed } = start();
    output.failure = 'EPIPE';
    happen(AvaEvent.NetworkError, away);
    await told.gone;
    told.stop();
    expect(closed()).toBe(1);
  });
});
