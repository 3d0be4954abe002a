import { describe, expect, it } from 'vitest';
import { LivePipelineRunner } from '../../../../engine/pipeline/runner.js';
import { PipelineRig } from '../../../kit/pipeline-rig.js';
import { evrTopology } from '../../../kit/topologies.js';

describe('the runner of live pipelines', () => {
  it('runs one pipeline of a name at a time', async () => {
    const rig = new PipelineRig();
    await rig.activate(evrTopology());
    await expect(rig.activate(evrTopology())).rejects.toMatchObject({
      code: 'PipelineAlreadyActive',
      kind: 'conflict',
    });
    await rig.activate(evrTopology(), { name: 'p2' });
    expect(rig.runner.pipelines.map(({ name, topologyName }) => [name, topologyName])).toEqual([
      ['p1', 'Test-Topology'],
      ['p2', 'Test-Topology'],
    ]);
    await rig.runner.close();
    expect(await rig.leftovers()).toEqual({});
  });

  it('deactivates what does not run without a word', async () => {
    const rig = new PipelineRig();
    await rig.runner.deactivate('nobody');
    expect(rig.journal.drafts).toEqual([]);
  });

  it('refuses unsecured endpoints unless they are allowed, from the next activation on', async () => {
    const rig = new PipelineRig();
    const runner = new LivePipelineRunner(rig.deps, { allowUnsecuredEndpoints: false });
    const pipeline = rig.resolved(evrTopology());
    await expect(runner.activate(pipeline)).rejects.toMatchObject({
      code: 'UnsecuredEndpointNotAllowed',
      where: { pipeline: 'p1', node: 'rtspSource' },
    });
    expect(await rig.leftovers()).toEqual({});
    const detector = { whenInsensitive: 'report' } as const;
    runner.reconfigure({ decodePolicy: { kind: 'keyframes' }, detector, allowUnsecuredEndpoints: true });
    await runner.activate(pipeline);
    runner.reconfigure({ decodePolicy: { kind: 'full' }, detector, allowUnsecuredEndpoints: false });
    expect(runner.pipelines).toHaveLength(1);
    await rig.connected();
    await rig.stream(30);
    expect(rig.decoder.fed.map(({ key }) => key)).toEqual([true, true]);
    await runner.close();
    expect(await rig.leftovers()).toEqual({});
  });

  it.each([
    ['report', 0],
    ['record', 1],
  ] as const)(
    'has pipelines %s that a detector sees too little, as it is told before',
    async (whenInsensitive, clips) => {
      const rig = new PipelineRig();
      const { decodePolicy } = rig.services;
      rig.runner.reconfigure({ decodePolicy, detector: { whenInsensitive }, allowUnsecuredEndpoints: true });
      await rig.running(evrTopology());
      for (let sent = 0; sent < 25 * 8; sent++) {
        await rig.stream(1);
        rig.judge({ insensitive: 0.8 });
      }
      const [degraded, ...others] = rig.journal.named('DetectionDegraded');
      expect([degraded?.data['cause'], others]).toEqual(['insensitive', []]);
      const started = rig.journal.named('RecordingStarted');
      expect(started.map(({ correlationId }) => correlationId)).toEqual(Array(clips).fill(degraded?.id));
      expect(await rig.seriesOf('p1')).toContainEqual(
        expect.stringMatching(/^sluice_detector_insensitive_ratio.* 0\.8$/),
      );
      await rig.runner.close();
      expect(await rig.leftovers()).toEqual({});
    },
  );

  it('closes every pipeline, although one of them fails', async () => {
    const rig = new PipelineRig();
    await rig.activate(evrTopology());
    await rig.activate(evrTopology(), { name: 'p2', parameters: { rtspUrl: 'rtsp://camera/2' } });
    rig.motion.cameras[0]!.close = () => Promise.reject(new Error('the slab is stuck'));
    await expect(rig.runner.close()).rejects.toThrow('the slab is stuck');
    expect(await rig.leftovers('p2')).toEqual({ detectors: 1 });
    expect(await rig.seriesOf('p1')).toEqual([]);
  });
});
