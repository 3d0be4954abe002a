import { describe, expect, it } from 'vitest';
import type { ReplayedCamera } from '../../../../bench/many/replayed-camera.js';
import { ReplayerConnection } from '../../../../bench/many/replayer-connection.js';

const rig = () => {
  const joined: number[] = [];
  const camera = {
    track: { profile: '64001f', sets: 'Z0==,aO==' },
    join: ({ channel }: { channel: number }) => joined.push(channel),
    leave: () => joined.pop(),
  } as unknown as ReplayedCamera;
  const answers: string[] = [];
  const told: string[] = [];
  const connection = new ReplayerConnection({
    cameraAt: (path) => (path === '/camera-1' ? camera : undefined),
    waiting: () => 0,
    write: (bytes) => answers.push(bytes.toString()),
    close: () => told.push('closed'),
    onPlaying: (plays) => told.push(plays ? 'plays' : 'gone'),
  });
  let cseq = 0;
  const ask = (method: string, path: string, headers = ''): string => {
    connection.receive(Buffer.from(`${method} rtsp://h:5${path} RTSP/1.0\r\nCSeq: ${++cseq}\r\n${headers}\r\n`));
    const answer = answers.at(-1)!;
    expect(answer).toContain(`CSeq: ${cseq}\r\n`);
    return answer;
  };
  return { connection, joined, told, ask };
};

const TCP = 'Transport: RTP/AVP/TCP;unicast;interleaved=4-5\r\n';

describe('the camera’s side of RTSP', () => {
  it('is described, set up, played, kept alive and ended', () => {
    const { connection, joined, told, ask } = rig();
    expect(ask('OPTIONS', '/camera-1')).toContain('GET_PARAMETER');
    expect(ask('DESCRIBE', '/camera-1')).toContain('sprop-parameter-sets=Z0==,aO==');
    const setUp = ask('SETUP', '/camera-1/trackID=0', TCP);
    expect(setUp).toContain('interleaved=4-5');
    const session = `Session: ${/Session: (\d+);timeout=60/.exec(setUp)?.[1]}\r\n`;
    expect(joined).toEqual([]);
    expect(ask('PLAY', '/camera-1', session)).toContain('200 OK');
    expect(joined).toEqual([4]);
    expect(ask('GET_PARAMETER', '/camera-1', session)).toContain('200 OK');
    ask('TEARDOWN', '/camera-1', session);
    expect(told).toEqual(['plays', 'closed']);
    connection.stop();
    connection.stop();
    expect(joined).toEqual([]);
    expect(told).toEqual(['plays', 'closed', 'gone']);
  });

  it('refuses what it cannot do', () => {
    const { ask, joined } = rig();
    expect(ask('DESCRIBE', '/camera-2')).toContain('404 ');
    expect(ask('SETUP', '/camera-2/trackID=0', TCP)).toContain('404 ');
    expect(ask('SETUP', '/camera-1/trackID=0', 'Transport: RTP/AVP;unicast;client_port=2-3\r\n')).toContain('461 ');
    expect(ask('PLAY', '/camera-1')).toContain('454 ');
    expect(ask('RECORD', '/camera-1')).toContain('405 ');
    expect(joined).toEqual([]);
  });

  it('is closed when nothing has come for a whole interval', () => {
    const { connection, told, ask } = rig();
    connection.check();
    ask('OPTIONS', '/camera-1');
    connection.check();
    expect(told).toEqual([]);
    connection.check();
    expect(told).toEqual(['closed']);
  });
});
