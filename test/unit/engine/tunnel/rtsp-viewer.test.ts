import { describe, expect, it } from 'vitest';
import { parseCaps } from '../../../../bridge/filters/caps.js';
import { readRtp } from '../../../../bridge/rtp/packet.js';
import { readRtcp } from '../../../../bridge/rtp/rtcp.js';
import { seconds } from '../../../../engine/core/time.js';
import { Places, tunnelOf } from '../../../../engine/tunnel/tunnel.js';
import { annexB, FRAME, h264Unit } from '../../../kit/units.js';
import { VideoRig } from '../../../kit/video-rig.js';

const H264 = parseCaps('video/x-h264, stream-format=(string)byte-stream, width=(int)640, height=(int)360');
const H265 = parseCaps('video/x-h265, stream-format=(string)byte-stream, width=(int)640, height=(int)360');
const SPS = [0x67, 0x64, 0, 0x1f, 0xac, 1];
const PPS = [0x68, 0xee, 0x3c, 0x80];

/** A camera with a GOP of 25 pictures, 25 a second. */
const rigWith = async ({ caps = H264, places = 2 } = {}) => {
  const rig = new VideoRig();
  await rig.connected(caps);
  const tunnel = tunnelOf(rig.session, new Places(places), rig.clock);
  let sent = 0;
  const pictures = (count: number, sps = SPS): void => {
    for (let each = 0; each < count; each++) {
      const unit = h264Unit(sent++);
      const slice = [unit.key ? 0x65 : 0x41, ...Array.from({ length: 3000 }, () => 0x55)];
      // A delimiter in front and a filler behind, as some cameras send them.
      const nals = [[9, 0xf0], ...(unit.key ? [sps, PPS] : []), slice, [12, 0x80]];
      rig.clock.advance(FRAME / 1000);
      rig.camera.ingest.unit({ ...unit, payload: annexB(...nals) });
    }
  };
  const viewer = () => {
    const messages: Buffer[] = [];
    const closed: [number, string][] = [];
    const socket = {
      send: (message: Buffer) => void messages.push(message),
      bufferedAmount: 0,
      close: (code: number, reason: string) => void closed.push([code, reason]),
    };
    const dialogue = tunnel.view(socket);
    let cseq = 0;
    /** Asks, and gives the answer. */
    const ask = (method: string, headers: Record<string, string> = {}, uri = 'rtsp://localhost'): string => {
      const lines = Object.entries({ CSeq: ++cseq, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
      const before = messages.length;
      dialogue.receive(Buffer.from(`${method} ${uri} RTSP/1.0\r\n${lines.join('')}\r\n`));
      return String(messages[before]);
    };
    const transport = { Transport: 'RTP/AVP/TCP;unicast;interleaved=0-1', Blocksize: '64000' };
    const setUp = (headers = transport): string => /Session: (\w+)/.exec(ask('SETUP', headers))![1]!;
    const play = (): void => void ask('PLAY', { Session: setUp(), Range: 'npt=0-' });
    /** The packets in what came after the answers. */
    const packets = () => messages.filter((each) => each[0] === 0x24).map(interleavedIn);
    return { ask, setUp, play, messages, closed, socket, dialogue, packets, transport };
  };
  return { rig, tunnel, pictures, viewer };
};

const interleavedIn = (message: Buffer) => {
  const rtp: { marker: boolean; sequence: number; timestamp: number; type: number; bytes: number }[] = [];
  const rtcp: ReturnType<typeof readRtcp> = [];
  for (let at = 0; at < message.length; ) {
    const length = message.readUInt16BE(at + 2);
    const bytes = message.subarray(at + 4, at + 4 + length);
    if (message[at + 1] === 0) {
      const { marker, sequence, timestamp, payload } = readRtp(bytes)!;
      rtp.push({ marker, sequence, timestamp, type: payload[0]! & 0x1f, bytes: payload.length });
    } else rtcp.push(...readRtcp(bytes));
    at += 4 + length;
  }
  return { rtp, rtcp };
};

describe('a viewer in RTSP', () => {
  it('is told what there is, and gets the present GOP at once, then every picture', async () => {
    const { rig, pictures, viewer } = await rigWith();
    pictures(35);
    const { ask, setUp, packets, messages } = viewer();
    expect(ask('OPTIONS')).toMatch(/^RTSP\/1\.0 200 OK\r\nCSeq: 1\r\n.*Public: OPTIONS, DESCRIBE, SETUP, PLAY/s);
    const description = ask('DESCRIBE', { Accept: 'application/sdp' });
    expect(description).toContain('Content-Base: rtsp://localhost/\r\n');
    expect(description).toContain('m=video 0 RTP/AVP 96\r\n');
    const sets = [SPS, PPS].map((set) => Buffer.from(set).toString('base64')).join(',');
    expect(description).toContain(
      `a=fmtp:96 packetization-mode=1;profile-level-id=64001f;sprop-parameter-sets=${sets}\r\n`,
    );
    const length = Number(/Content-Length: (\d+)/.exec(description)![1]);
    expect(description.split('\r\n\r\n')[1]).toHaveLength(length);
    const session = setUp();
    expect(ask('PLAY', { Session: session, Range: 'npt=0-' })).toContain('Range: npt=now-');
    // Pictures 25 to 34, each in a message of its own, behind the answer.
    expect(packets()).toHaveLength(10);
    expect(messages.at(-11)!.toString()).toMatch(/^RTSP\/1\.0 200 OK/);
    pictures(20);
    const all = packets();
    expect(all).toHaveLength(30);
    expect(all[0]!.rtp.map(({ type }) => type)).toEqual([7, 8, 5]);
    expect(all[1]!.rtp.map(({ type }) => type)).toEqual([1]);
    const flat = all.flatMap(({ rtp }) => rtp);
    for (const [index, { sequence }] of flat.entries()) expect(sequence).toBe((flat[0]!.sequence + index) & 0xffff);
    for (const [index, { rtp }] of all.entries()) {
      expect(rtp.map(({ marker }) => marker)).toEqual(rtp.map((_, at) => at + 1 === rtp.length));
      for (const { timestamp } of rtp) expect((timestamp - flat[0]!.timestamp) >>> 0).toBe(index * 3600);
    }
    // The first message says what time it was.
    expect(all[0]!.rtcp).toMatchObject([{ kind: 'senderReport', rtpTimestamp: flat[0]!.timestamp }]);
    const [report] = all[0]!.rtcp as { ntpMicros: number }[];
    const key = rig.units[25]!;
    expect(Math.abs(report!.ntpMicros - rig.session.toUtc(key.pts))).toBeLessThanOrEqual(1);
    pictures(120);
    expect(packets().filter(({ rtcp }) => rtcp.length > 0)).toHaveLength(2);
  });

  it('gets packets as small as it wants', async () => {
    const { pictures, viewer } = await rigWith();
    pictures(1);
    const { ask, packets, setUp } = viewer();
    ask('PLAY', { Session: setUp({ Transport: 'RTP/AVP/TCP;interleaved=0-1', Blocksize: '500' }) });
    const sizes = packets()[0]!.rtp.map(({ bytes }) => bytes);
    expect(sizes.length).toBeGreaterThan(6);
    for (const size of sizes) expect(size).toBeLessThanOrEqual(500);
  });

  it('is told what it may not do', async () => {
    const { pictures, viewer } = await rigWith();
    const early = viewer();
    expect(early.ask('DESCRIBE')).toMatch(/^RTSP\/1\.0 503 /);
    expect(early.ask('SETUP', early.transport)).toMatch(/^RTSP\/1\.0 503 /);
    pictures(1);
    const { ask, setUp, transport, packets, closed } = viewer();
    expect(ask('RECORD')).toMatch(/^RTSP\/1\.0 405 .*Allow: OPTIONS/s);
    expect(ask('PLAY')).toMatch(/^RTSP\/1\.0 455 /);
    expect(ask('PLAY', { Session: 'other' })).toMatch(/^RTSP\/1\.0 454 /);
    for (const other of ['RTP/AVP;unicast;client_port=5000-5001', 'RTP/AVP/TCP;interleaved=7-7', '']) {
      expect(ask('SETUP', { Transport: other })).toMatch(/^RTSP\/1\.0 461 /);
    }
    expect(ask('SETUP', transport, 'rtsp://localhost/trackID=1')).toMatch(/^RTSP\/1\.0 404 /);
    expect(ask('SETUP', { ...transport, Require: 'implicit-play' })).toMatch(
      /^RTSP\/1\.0 551 .*Unsupported: implicit/s,
    );
    expect(ask('OPTIONS', { CSeq: 'x' })).toMatch(/^RTSP\/1\.0 400 /);
    const session = setUp();
    expect(ask('PLAY', { Session: `${session}0` })).toMatch(/^RTSP\/1\.0 454 /);
    expect(ask('PLAY')).toMatch(/^RTSP\/1\.0 454 /);
    ask('PLAY', { Session: session });
    expect(ask('SETUP', { ...transport, Session: session })).toMatch(/^RTSP\/1\.0 455 /);
    const before = packets().length;
    expect(ask('PAUSE', { Session: session })).toMatch(/^RTSP\/1\.0 200 /);
    pictures(5);
    expect(packets()).toHaveLength(before);
    ask('PLAY', { Session: session });
    expect(packets()).toHaveLength(before + 6);
    expect(ask('TEARDOWN', { Session: session })).toMatch(/^RTSP\/1\.0 200 /);
    expect(closed).toEqual([[1000, '']]);
  });

  it('finds a place, or is told that there is none', async () => {
    const { pictures, viewer } = await rigWith({ places: 2 });
    pictures(1);
    const [one, two, three] = [viewer(), viewer(), viewer()];
    one.play();
    two.play();
    expect(three.ask('SETUP', three.transport)).toMatch(/^RTSP\/1\.0 453 /);
    one.dialogue.stop();
    one.dialogue.stop();
    three.play();
    expect(three.packets()).toHaveLength(1);
    expect(viewer().ask('SETUP', two.transport)).toMatch(/^RTSP\/1\.0 453 /);
  });

  it('is closed when nothing has come from it for a minute', async () => {
    const { rig, pictures, viewer } = await rigWith();
    pictures(1);
    const [silent, alive] = [viewer(), viewer()];
    silent.play();
    alive.play();
    for (let passed = 0; passed < 120; passed += 20) {
      rig.clock.advance(20_000);
      alive.ask('OPTIONS');
    }
    expect(silent.closed).toEqual([[4408, 'nothing came for 60 s']]);
    expect(alive.closed).toEqual([]);
  });

  it('misses pictures up to a keyframe when it is slow, but not for the GOP with which it begins', async () => {
    const { pictures, viewer } = await rigWith();
    pictures(25);
    const slow = viewer();
    slow.socket.send = (message: Buffer) => {
      slow.messages.push(message);
      slow.socket.bufferedAmount += 100_000;
    };
    slow.play();
    expect(slow.packets()).toHaveLength(25);
    pictures(5);
    expect(slow.packets()).toHaveLength(30);
    slow.socket.bufferedAmount = 0;
    slow.socket.send = (message: Buffer) => void slow.messages.push(message);
    pictures(1);
    expect(slow.packets()).toHaveLength(31);
    slow.socket.bufferedAmount = 2 ** 20 + 1;
    pictures(5);
    slow.socket.bufferedAmount = 0;
    pictures(10);
    // Numbers 31 to 45; the next keyframe is number 50.
    expect(slow.packets()).toHaveLength(31);
    pictures(10);
    expect(slow.packets()).toHaveLength(31 + 6);
  });

  it('goes on when the camera comes back as it was, and asks again when it is another stream', async () => {
    const { rig, pictures, viewer } = await rigWith();
    pictures(25);
    const { play, packets, closed } = viewer();
    play();
    rig.camera.ingest.end();
    await rig.connected(H264);
    pictures(25);
    expect(closed).toEqual([]);
    const times = packets().map(({ rtp }) => rtp[0]!.timestamp);
    expect(times).toHaveLength(50);
    const gap = ((times[25]! - times[24]!) >>> 0) / 90_000;
    const between = (rig.units[25]!.pts - rig.units[24]!.pts) / seconds(1);
    expect(gap).toBeCloseTo(between, 2);
    expect(packets()[25]!.rtcp).toHaveLength(1);
    rig.camera.ingest.end();
    await rig.connected(H264);
    pictures(25, [0x67, 0x4d, 0, 0x28, 1]);
    expect(closed).toEqual([[1012, 'the stream has changed']]);
    expect(packets()).toHaveLength(50);
  });

  it('is not offered pictures of another kind', async () => {
    const { tunnel, pictures, viewer } = await rigWith({ caps: H265 });
    expect(tunnel.available).toBe(false);
    pictures(1);
    expect(tunnel.available).toBe(false);
    expect(viewer().ask('DESCRIBE')).toMatch(/^RTSP\/1\.0 415 /);
  });

  it('is closed when it speaks another language, and when nobody reads the camera any more', async () => {
    const { rig, tunnel, pictures, viewer } = await rigWith();
    pictures(1);
    expect(tunnel.available).toBe(true);
    const [stranger, viewing] = [viewer(), viewer()];
    stranger.dialogue.receive(Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'));
    expect(String(stranger.messages[0])).toMatch(/^RTSP\/1\.0 400 /);
    expect(stranger.closed).toEqual([[1002, 'this is no RTSP']]);
    stranger.dialogue.receive(Buffer.from('OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n'));
    expect(stranger.messages).toHaveLength(1);
    viewing.play();
    await rig.session.close();
    expect(viewing.closed).toEqual([[1000, 'the camera is no longer read']]);
  });
});
