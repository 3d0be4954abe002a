import { describe, expect, it } from 'vitest';
import { CameraMetadata } from '../../../../engine/camera/metadata.js';

const metadataOf = () => {
  const asked: true[] = [];
  const faults: unknown[] = [];
  const metadata = new CameraMetadata(
    () => asked.push(true),
    (what) => {
      try {
        what();
      } catch (fault) {
        faults.push(fault);
      }
    },
  );
  const read = (told: string[]) =>
    metadata.read({
      onDocument: (bytes) => told.push(Buffer.from(bytes).toString()),
      onNone: (message) => told.push(message),
      onLost: () => told.push('lost'),
    });
  return { metadata, asked, faults, read };
};

describe("a camera's metadata", () => {
  it('is wanted while somebody reads it, and asked for once', () => {
    const { metadata, asked, read } = metadataOf();
    expect(metadata.wanted).toBe(false);
    const [one, two]: string[][] = [[], []];
    const ends = [read(one!), read(two!)];
    expect([metadata.wanted, asked.length]).toEqual([true, 1]);
    metadata.described('taken');
    metadata.document(Buffer.from('a'));
    ends[0]!();
    metadata.document(Buffer.from('b'));
    metadata.connectionEnded();
    expect([one, two]).toEqual([['a'], ['a', 'b', 'lost']]);
    ends[1]!();
    expect(metadata.wanted).toBe(false);
  });

  it('is said to be missing, with what to do, to those who come later too, until the connection ends', () => {
    const { metadata, read } = metadataOf();
    const one: string[] = [];
    metadata.described('none');
    read(one);
    expect(one).toEqual([]);
    metadata.described('none');
    metadata.described('unreadable');
    metadata.refused('the camera says no');
    expect(one).toEqual([
      expect.stringMatching(/offers no track with ONVIF metadata .*: switch metadata on/),
      expect.stringMatching(/compressed or as EXI only, .*: set it to plain XML/),
      'the camera says no',
    ]);
    const two: string[] = [];
    read(two);
    expect(two).toEqual(['the camera says no']);
    metadata.connectionEnded();
    const three: string[] = [];
    read(three);
    expect(three).toEqual([]);
  });

  it('reaches every reader, though one before them throws', () => {
    const { metadata, faults, read } = metadataOf();
    const fail = () => {
      throw new Error('mine');
    };
    metadata.read({ onDocument: fail, onNone: fail, onLost: fail });
    const told: string[] = [];
    read(told);
    metadata.document(Buffer.from('a'));
    expect(told).toEqual(['a']);
    expect(faults).toHaveLength(1);
  });
});
