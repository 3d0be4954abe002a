import { describe, expect, it } from 'vitest';
import { cameraAddress } from '../../../../engine/camera/address.js';
import { settle } from '../../../kit/fake-clock.js';
import { NodeRig } from '../../../kit/node-rig.js';

const ADDRESS = cameraAddress({
  name: 'camera',
  endpoint: { url: 'rtsp://camera/1', secured: false, ignoreHostname: false, ignoreSignature: false },
  transport: 'tcp',
});
const READER = { onDocument: () => {}, onNone: () => {}, onLost: () => {} };

describe('the first lease of a camera', () => {
  it('connects to it when those who start at the same moment have said what they want', async () => {
    const rig = new NodeRig();
    const one = rig.cameras.lease(ADDRESS);
    await settle();
    const two = rig.cameras.lease(ADDRESS);
    two.session.metadata.read(READER);
    await settle();
    two.session.wantSound();
    await rig.clock.run(1_000);
    expect(rig.bridge.ingests.map(({ spec }) => [spec.audio, spec.metadata])).toEqual([[true, true]]);
    await one.release();
    expect(rig.ingest.over).toBe(false);
    await two.release();
    expect([rig.ingest.over, rig.cameras.sessions]).toEqual([true, []]);
  });

  it('has the highest priority of those who have named one, for as long as they have it', async () => {
    const rig = new NodeRig();
    const [none, low] = [rig.cameras.lease(ADDRESS), rig.cameras.lease(ADDRESS, 'low')];
    const priority = () => none.session.priority;
    expect(priority()).toBe('low');
    const [high, normal] = [rig.cameras.lease(ADDRESS, 'high'), rig.cameras.lease(ADDRESS, 'normal')];
    expect(priority()).toBe('high');
    await high.release();
    await high.release();
    expect(priority()).toBe('normal');
    await Promise.all([low.release(), normal.release()]);
    expect(priority()).toBe('normal');
    await none.release();
  });

  it('does not connect if it is released at once', async () => {
    const rig = new NodeRig();
    await rig.cameras.lease(ADDRESS).release();
    await rig.clock.run(1_000);
    expect([rig.bridge.ingests, rig.cameras.sessions]).toEqual([[], []]);
  });
});
