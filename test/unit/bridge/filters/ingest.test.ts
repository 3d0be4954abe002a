import { expect, it } from 'vitest';
import { startIngest } from '../../../../bridge/filters/ingest.js';
import type { RunHandlers } from '../../../../bridge/hosts/host-process.js';
import type { GdpHandlers } from '../../../../bridge/lanes/gdp-reader.js';
import type { EncodedUnit } from '../../../../bridge/types.js';

const CAPS = 'video/x-h264, stream-format=(string)byte-stream, width=(int)640, height=(int)360';

it('a consumer that throws loses what it threw at and nothing else, and is told of once', async () => {
  let run: RunHandlers | undefined;
  let packets: GdpHandlers | undefined;
  const logged: string[] = [];
  const got: string[] = [];
  const no = (what: string) => {
    got.push(what);
    throw new Error(`no ${what}`);
  };
  const ingest = startIngest(
    (_filter, handlers, gdp) => {
      [run, packets] = [handlers, gdp];
      return undefined;
    },
    { url: 'rtsp://camera/1', transport: 'tcp', video: 'h264' },
    { onCaps: () => no('caps'), onUnit: () => no('unit'), onEnd: () => no('end') },
    (_level, message) => logged.push(message),
  );
  packets?.onCaps(CAPS);
  for (let n = 0; n < 2; n++) packets?.onBuffer({ track: 'video' } as EncodedUnit);
  run?.ended({ kind: 'eos' });
  run?.freed();
  await ingest.stop();
  expect(got).toEqual(['caps', 'unit', 'unit', 'end']);
  expect(logged).toEqual(['what came from a camera could not be handled: Error: no caps']);
});
