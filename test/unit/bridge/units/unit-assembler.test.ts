import { execFileSync } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';
import { type AssembledUnit, UnitAssembler } from '../../../../bridge/units/unit-assembler.js';
import { type NalCodec, nalType, splitNals } from '../../../kit/h264-bytes.js';
import { pcmSets, pcmSlice } from '../../../kit/pcm-video.js';
import { encodeRaw } from '../../../kit/raw-stream.js';

type Unit = Omit<AssembledUnit, 'payload'> & { nals: Uint8Array[] };

interface Sent {
  nal: Uint8Array;
  pts: number;
  marker: boolean;
  damaged?: boolean;
}

const FRAME = 40_000;

interface Seen {
  units: Unit[];
  formats: string[];
  strays: number;
  /** How many units had been handed on after each NAL unit. */
  counts: number[];
}

const assemble = (codec: NalCodec, sent: readonly Sent[], seeds: readonly Uint8Array[] = []): Seen => {
  const seen: Seen = { units: [], formats: [], strays: 0, counts: [] };
  const assembler = new UnitAssembler(codec, {
    onFormat: (text) => seen.formats.push(text),
    onUnit: ({ payload, ...unit }) => seen.units.push({ ...unit, nals: splitNals(Buffer.from(payload)) }),
    onStray: () => {
      seen.strays++;
    },
  });
  for (const seed of seeds) assembler.seed(seed);
  for (const { nal, pts, marker, damaged = false } of sent) {
    assembler.nal(nal, pts, damaged);
    if (marker) assembler.mark(pts, false);
    seen.counts.push(seen.units.length);
  }
  assembler.end();
  return seen;
};

const isSlice = (codec: NalCodec, nal: Uint8Array): boolean => {
  const type = nalType(nal, codec);
  return codec === 'h264' ? type >= 1 && type <= 5 : type < 32;
};
const isSet = (codec: NalCodec, nal: Uint8Array): boolean => {
  const type = nalType(nal, codec);
  return codec === 'h264' ? type === 7 || type === 8 : type >= 32 && type <= 34;
};
const isAud = (codec: NalCodec, nal: Uint8Array): boolean => nalType(nal, codec) === (codec === 'h264' ? 9 : 35);

type Marker = 'end' | 'every' | 'never' | 'sei';

const send = (codec: NalCodec, units: readonly Uint8Array[][], marker: Marker = 'end'): Sent[] =>
  units.flatMap((nals, index) =>
    nals.map((nal, place) => ({
      nal,
      pts: index * FRAME,
      marker:
        marker === 'every' ||
        (marker === 'end' && place === nals.length - 1) ||
        (marker === 'sei' && nalType(nal, codec) === (codec === 'h264' ? 6 : 39)),
    })),
  );

const hex = (nals: readonly Uint8Array[]): string[] => nals.map((nal) => Buffer.from(nal).toString('hex'));
const content = (codec: NalCodec, nals: readonly Uint8Array[]): string[] =>
  hex(nals.filter((nal) => !isSet(codec, nal) && !isAud(codec, nal)));
const keys = (units: readonly Unit[]): number[] => units.flatMap(({ key }, index) => (key ? [index] : []));

/** Which access units hold pictures of type I, as ffprobe tells it, in the order in which they come. */
const intraPictures = (codec: NalCodec, units: readonly Uint8Array[][]): number[] => {
  const input = Buffer.concat(units.flat().flatMap((nal) => [Buffer.from([0, 0, 0, 1]), nal]));
  const format = codec === 'h264' ? 'h264' : 'hevc';
  const args = ['-v', 'error', '-f', format, '-show_entries', 'frame=pkt_pos,pict_type', '-of', 'json', '-'];
  const { frames } = JSON.parse(execFileSync('ffprobe', args, { input, encoding: 'utf8' })) as {
    frames: { pkt_pos: string; pict_type: string }[];
  };
  return frames
    .sort((a, b) => Number(a.pkt_pos) - Number(b.pkt_pos))
    .flatMap(({ pict_type }, index) => (pict_type === 'I' ? [index] : []));
};

/** Puts an SEI unit in front of each picture's slices. */
const withSei = (units: Uint8Array[][]): Uint8Array[][] =>
  units.map((nals) => [
    ...nals.filter((nal) => !isSlice('h264', nal)),
    Buffer.from('06051a4142434445464748494a4b4c4d4e4f506d61726b6d61726b8080', 'hex'),
    ...nals.filter((nal) => isSlice('h264', nal)),
  ]);

interface Stream {
  codec: NalCodec;
  units: Uint8Array[][];
  /** At which of them decoding can start. */
  starts: number[];
}

const streams: Record<string, Stream> = {};
beforeAll(() => {
  const every = (step: number): number[] => Array.from({ length: Math.ceil(50 / step) }, (_, n) => n * step);
  const add = (name: string, starts: number[], options: Parameters<typeof encodeRaw>[0]): void => {
    streams[name] = { codec: options?.codec ?? 'h264', units: encodeRaw(options), starts };
  };
  add('plain', every(25), {});
  add('four slices', every(25), { params: 'slices=4' });
  add('delimiters and slices by size', every(25), { params: 'slice-max-size=300:aud=1' });
  // Pictures of one moving column that is intra: nothing but the first can be decoded alone, but it says where it is over.
  add('intra refresh', [0, 25], { params: 'intra-refresh=1:keyint=25' });
  // In decoding order; the pictures between refer to both of their neighbours.
  add('open GOP', [], { settings: '-bf 2', params: 'open-gop=1:keyint=12:min-keyint=12:scenecut=0:b-adapt=0' });
  add('H.265 with open GOP', [], {
    codec: 'h265',
    settings: '-bf 2',
    params: 'open-gop=1:keyint=12:min-keyint=12:scenecut=0:b-adapt=0',
  });
  add('interlaced', every(25), { settings: '-g 25 -bf 0 -flags +ildct+ilme', params: 'tff=1' });
  add('H.265', every(25), { codec: 'h265', settings: '-g 25 -bf 0', params: 'keyint=25:min-keyint=25:open-gop=0' });
  add('H.265 in slices', every(25), {
    codec: 'h265',
    size: '320x256',
    params: 'keyint=25:min-keyint=25:slices=3:aud=1',
  });
});

describe('pictures', () => {
  const names = [
    'plain',
    'four slices',
    'delimiters and slices by size',
    'intra refresh',
    'interlaced',
    'H.265',
    'H.265 in slices',
  ];

  it.each(
    names.flatMap((name) => (['end', 'every', 'never', 'sei'] as const).map((marker) => [name, marker] as const)),
  )('are whole: %s, marker: %s', (name, marker) => {
    const { codec, units: plain, starts } = streams[name]!;
    const units = marker === 'sei' && codec === 'h264' ? withSei(plain) : plain;
    const seen = assemble(codec, send(codec, units, marker));
    expect(seen.units.map(({ nals }) => content(codec, nals))).toEqual(units.map((nals) => content(codec, nals)));
    expect(seen.units.map(({ pts }) => pts)).toEqual(units.map((_, index) => index * FRAME));
    expect(keys(seen.units)).toEqual(starts);
    expect(seen.units.every(({ damaged }) => !damaged)).toBe(true);
    expect(seen.strays).toBe(0);
    expect(seen.formats).toHaveLength(1);
  });

  it('have all sets in front where decoding can start, and nowhere else', () => {
    for (const { codec, units } of Object.values(streams)) {
      for (const { key, nals } of assemble(codec, send(codec, units)).units) {
        const sets = nals.filter((nal) => isSet(codec, nal)).map((nal) => nalType(nal, codec));
        const all = codec === 'h264' ? [7, 8] : [32, 33, 34];
        expect(sets).toEqual(key ? all : []);
        if (key) expect(nals.slice(0, all.length).every((nal) => isSet(codec, nal))).toBe(true);
      }
    }
  });

  it.each(['four slices', 'H.265 in slices'])('are whole where sets stand in front of every slice: %s', (name) => {
    const { codec, units, starts } = streams[name]!;
    const sets = units[0]!.filter((nal) => isSet(codec, nal));
    const repeated = units.map((nals) => nals.flatMap((nal) => (isSlice(codec, nal) ? [...sets, nal] : [nal])));
    for (const marker of ['end', 'never'] as const) {
      const seen = assemble(codec, send(codec, repeated, marker));
      expect(seen.units.map(({ nals }) => content(codec, nals))).toEqual(units.map((nals) => content(codec, nals)));
      expect(keys(seen.units)).toEqual(starts);
    }
  });

  it('wait for the next where markers are not to be trusted, and for nothing where they are', () => {
    const { units } = streams['four slices']!;
    const last = (marker: Marker): boolean => {
      const sent = send('h264', units, marker);
      const end = sent.findIndex(({ pts }) => pts === 31 * FRAME) - 1;
      // After the last slice of picture 30.
      return assemble('h264', sent).counts[end] === 31;
    };
    expect([last('end'), last('every'), last('never')]).toEqual([true, false, false]);
  });

  it('lose trust in a marker that lies, at the cost of one picture', () => {
    const { units } = streams['four slices']!;
    const sent = send('h264', units).map((each, _, all) => {
      const slices = all.filter(({ pts }) => pts === each.pts && isSlice('h264', each.nal));
      return each.pts >= 20 * FRAME && each === slices[1] ? { ...each, marker: true } : each;
    });
    const seen = assemble('h264', sent);
    expect(seen.units).toHaveLength(50);
    expect(seen.strays).toBe(2);
    const broken = seen.units.flatMap(({ nals }, index) =>
      content('h264', nals).length < content('h264', units[index]!).length ? [index] : [],
    );
    expect(broken).toEqual([20]);
  });
});

describe('where decoding can start', () => {
  it.each(['open GOP', 'H.265 with open GOP'])(
    'is a picture of which all slices are intra, also without IDR: %s',
    (name) => {
      const { codec, units } = streams[name]!;
      // Without the messages that would say so.
      const bare = units.map((nals) => nals.filter((nal) => isSlice(codec, nal) || isSet(codec, nal)));
      const intra = intraPictures(codec, bare);
      expect(intra.length).toBe(5);
      const idr = bare.filter((nals) =>
        nals.some((nal) => (codec === 'h264' ? nalType(nal) === 5 : [19, 20].includes(nalType(nal, codec)))),
      );
      expect(idr).toHaveLength(1);
      expect(keys(assemble(codec, send(codec, bare)).units)).toEqual(intra);
    },
  );

  it('is a message that pictures recover, which tells after how many they are right', () => {
    const units = encodeRaw({ frames: 60, params: 'intra-refresh=1:keyint=20', settings: '-bf 0' });
    const seen = assemble('h264', send('h264', units)).units;
    expect(keys(seen)).toEqual([0, 20, 40]);
    expect(seen.map(({ settling }) => settling > 0)).toEqual(seen.map(({ key }, index) => key && index > 0));
    expect(seen[20]!.settling).toBeLessThanOrEqual(20);
  });

  it.each([
    ['predicted from the first', undefined],
    ['intra', 9],
  ])('is a pair of fields of which the second is %s, and not one whose first is predicted', (_, luma) => {
    const pair = (number: number): Uint8Array[] => {
      const idr = number % 3 === 0;
      const common = { fields: true, number: number % 3, row: 0, rows: 2 };
      const sets = idr ? pcmSets(true) : [];
      return [
        ...sets,
        pcmSlice({ ...common, idr, luma: idr ? 5 : undefined }),
        pcmSlice({ ...common, idr: false, bottom: true, luma }),
      ];
    };
    for (const marker of ['end', 'every', 'never'] as const) {
      const { units } = assemble('h264', send('h264', [0, 1, 2, 3, 4, 5, 6].map(pair), marker));
      expect(units).toHaveLength(7);
      expect(keys(units)).toEqual([0, 3, 6]);
    }
  });

  it('is not a picture of which one slice is intra', () => {
    const rows = (number: number): Uint8Array[] =>
      [0, 1, 2, 3].map((row) =>
        pcmSlice({
          fields: false,
          idr: number === 0,
          number,
          row,
          rows: 1,
          luma: number === 0 || row === number % 4 ? 7 : undefined,
        }),
      );
    const units = [0, 1, 2, 3, 4, 5].map(rows);
    expect(keys(assemble('h264', send('h264', units), pcmSets(false)).units)).toEqual([0]);
  });

  it('is not a picture whose sets are not known, until the description or the stream gives them', () => {
    const { units } = streams['plain']!;
    const bare = units.map((nals) => nals.filter((nal) => !isSet('h264', nal)));
    const sets = units[0]!.filter((nal) => isSet('h264', nal));
    expect(keys(assemble('h264', send('h264', bare)).units)).toEqual([]);
    const seeded = assemble('h264', send('h264', bare), sets);
    expect(keys(seeded.units)).toEqual([0, 25]);
    expect(seeded.units[25]!.nals.map((nal) => nalType(nal))).toEqual([7, 8, 5]);
  });

  it('is not a picture of H.265 of whose three sets one is not known', () => {
    const { codec, units } = streams['H.265 with open GOP']!;
    for (const missing of [32, 33, 34]) {
      const bare = units.map((nals) => nals.filter((nal) => nalType(nal, codec) !== missing));
      expect(keys(assemble(codec, send(codec, bare)).units)).toEqual([]);
    }
  });

  it('is not a picture that has lost a slice, at its beginning, in its middle or at its end', () => {
    const { units } = streams['four slices']!;
    for (const lost of [0, 1, 3]) {
      const sent = send('h264', units);
      const slices = sent.flatMap(({ nal, pts }, index) => (pts === 25 * FRAME && isSlice('h264', nal) ? [index] : []));
      const at = slices[lost]!;
      sent.splice(at, 1);
      sent[at] = { ...sent[at]!, damaged: true };
      const seen = assemble('h264', sent);
      expect(keys(seen.units)).toEqual([0]);
      expect(seen.units.flatMap(({ damaged }, index) => (damaged ? [index] : []))).toContain(25);
    }
  });

  it('is a whole picture in front of one of which only the end has come', () => {
    const { units } = streams['plain']!;
    const seen: { key: boolean; damaged: boolean }[] = [];
    const assembler = new UnitAssembler('h264', {
      onFormat: () => {},
      onUnit: ({ key, damaged }) => seen.push({ key, damaged }),
      onStray: () => {},
    });
    const put = (index: number): void => {
      for (const nal of units[index]!) assembler.nal(nal, index * FRAME, false);
      assembler.mark(index * FRAME, false);
    };
    put(0);
    assembler.mark(FRAME, true);
    put(2);
    put(3);
    assembler.end();
    expect(seen).toEqual([
      { key: true, damaged: false },
      { key: false, damaged: true },
      { key: false, damaged: false },
    ]);
  });

  it('is a whole picture behind a loss', () => {
    const sent = send('h264', streams['four slices']!.units).filter(({ pts }) => pts < 10 * FRAME || pts >= 25 * FRAME);
    const at = sent.findIndex(({ pts }) => pts === 25 * FRAME);
    sent[at] = { ...sent[at]!, damaged: true };
    const seen = assemble('h264', sent);
    expect(keys(seen.units)).toEqual([0, 10]);
    expect(seen.units[10]).toMatchObject({ pts: 25 * FRAME, damaged: true });
  });
});

describe('parameter sets', () => {
  const SPS = (rate: number): Uint8Array[] => encodeRaw({ frames: 10, settings: `-g 5 -bf 0 -r ${rate}` }).flat();

  it('that differ in nothing but a frame rate leave the first in force', () => {
    const slow = SPS(25).find((nal) => nalType(nal) === 7)!;
    const fast = SPS(50).find((nal) => nalType(nal) === 7)!;
    expect(Buffer.from(slow).equals(fast)).toBe(false);
    const { units } = streams['plain']!;
    const mixed = units.map((nals, index) => nals.map((nal) => (nalType(nal) === 7 && index > 0 ? fast : nal)));
    const seen = assemble('h264', send('h264', mixed), [slow]);
    const sets = seen.units.flatMap(({ nals }) => hex(nals.filter((nal) => nalType(nal) === 7)));
    expect(seen.formats).toHaveLength(1);
    expect(new Set(sets).size).toBe(1);
  });

  it('of another size are a new format, told before the picture that has it', () => {
    const small = streams['plain']!.units;
    const large = encodeRaw({ size: '320x192', frames: 25 });
    const seen = assemble('h264', send('h264', [...small, ...large]));
    expect(seen.formats.map((text) => /width=\(int\)(\d+)/.exec(text)![1])).toEqual(['160', '320']);
    expect(keys(seen.units)).toEqual([0, 25, 50]);
  });

  it('lose the zeros behind them, and are refused with a start code in them', () => {
    const { units } = streams['plain']!;
    const bare = units.map((nals) => nals.filter((nal) => !isSet('h264', nal)));
    const sets = units[0]!.filter((nal) => isSet('h264', nal));
    const padded = sets.map((nal) => Uint8Array.of(...nal, 0, 0));
    const seen = assemble('h264', send('h264', bare), padded);
    expect(hex(seen.units[0]!.nals.slice(0, 2))).toEqual(hex(sets));
    const cut = Uint8Array.of(...sets[0]!, 0, 0, 1, ...sets[0]!);
    expect(keys(assemble('h264', send('h264', bare), [cut, sets[1]!]).units)).toEqual([]);
  });

  it('that are damaged do not replace sound ones', () => {
    const { units } = streams['plain']!;
    const broken = Buffer.from('6764', 'hex');
    const sent = send(
      'h264',
      units.map((nals) => [broken, ...nals.filter((nal) => !isSet('h264', nal))]),
    );
    const seen = assemble(
      'h264',
      sent,
      units[0]!.filter((nal) => isSet('h264', nal)),
    );
    expect(keys(seen.units)).toEqual([0, 25]);
  });
});
