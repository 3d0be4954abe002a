import { describe, expect, it } from 'vitest';
import { cameraDocuments, isCameraTopology } from '../../../../engine/cameras-added/documents.js';
import { type CameraOptions, cameraOptions } from '../../../../engine/cameras-added/options.js';
import { nodeTable } from '../../../../engine/nodes/table.js';
import { resolvePipeline } from '../../../../engine/topology/resolve.js';
import { validateTopology } from '../../../../engine/topology/validate.js';

const URL = 'rtsp://camera.lan/stream';

/** The settings of each node, by its name, of a camera that was added with these options. */
const nodesOf = (options?: CameraOptions, url = URL): Record<string, unknown> => {
  const { topology, pipeline } = cameraDocuments('yard', url, options);
  const validated = validateTopology(nodeTable, topology);
  expect(validated.problems).toEqual([]);
  const parameters = (pipeline.properties.parameters ?? []).map(({ name, value }) => ({ name, value: String(value) }));
  const resolved = resolvePipeline(nodeTable, validated.topology!, { name: 'yard', parameters });
  expect(resolved.problems).toEqual([]);
  return Object.fromEntries(resolved.pipeline!.nodes.map(({ name, settings }) => [name, settings]));
};

const S = 1_000_000;

describe('a camera without a topology', () => {
  it('is recorded when something moves: from 5 seconds before, until 10 of quiet, with sound', () => {
    const nodes = nodesOf();
    expect(Object.keys(nodes).sort()).toEqual(['camera', 'clips', 'gate', 'motion']);
    expect(nodes['camera']).toMatchObject({ endpoint: { url: URL, secured: false }, priority: 'normal' });
    expect(nodes['gate']).toMatchObject({
      activationSignalOffset: -5 * S,
      minimumActivationTime: 10 * S,
      maximumActivationTime: 3600 * S,
    });
    const { topology } = cameraDocuments('yard', URL);
    expect(topology.properties.sinks[0]).toMatchObject({ inputs: [{ nodeName: 'gate' }] });
  });

  it('takes every option to where it belongs', () => {
    const nodes = nodesOf({
      record: 'both',
      preRollSeconds: 12.5,
      untilQuietSeconds: 20,
      longestClipSeconds: 90,
      sound: false,
      transport: 'http',
      priority: 'high',
      detection: {
        sensitivity: 'high',
        decodePolicy: 'keyframes',
        whenInsensitive: 'record',
        zones: [
          {
            name: 'door',
            polygon: [
              [0, 0],
              [1, 0],
              [1, 1],
            ],
          },
        ],
      },
      maximumClipsMiB: 77,
      keepDays: 3,
    });
    expect(Object.keys(nodes).sort()).toEqual(['camera', 'clips', 'gate', 'motion', 'video']);
    expect(nodes['gate']).toMatchObject({
      activationSignalOffset: -12.5 * S,
      minimumActivationTime: 20 * S,
      maximumActivationTime: 90 * S,
    });
    expect(nodes['camera']).toMatchObject({ transport: 'http', priority: 'high' });
    for (const part of ['keyframes', 'high', 'record', 'door']) expect(JSON.stringify(nodes['motion'])).toContain(part);
    expect(JSON.stringify(nodes['clips'])).toMatch(/\b(?:77|80740352)\b/);
    for (const node of ['clips', 'video']) expect(JSON.stringify(nodes[node])).toContain(String(3 * 86_400 * S));
    const { topology } = cameraDocuments('yard', URL, { record: 'both', sound: false });
    for (const sink of topology.properties.sinks) {
      expect(sink.inputs).toMatchObject([{ outputSelectors: [{ operator: 'is', value: 'video' }] }]);
    }
  });

  it('is recorded all the time without a detector', () => {
    expect(Object.keys(nodesOf({ record: 'continuous' })).sort()).toEqual(['camera', 'video']);
  });

  it('keeps its password out of the URL, of the topology and of what is read back', () => {
    const { topology, pipeline } = cameraDocuments('yard', 'rtsp://viewer:s3cr%40t@camera/1');
    expect(JSON.stringify(topology)).not.toMatch(/s3cr/);
    expect(topology.properties.parameters).toContainEqual({ name: 'password', type: 'secretString' });
    expect(pipeline.properties.parameters).toContainEqual({ name: 'rtspUrl', value: 'rtsp://camera/1' });
    expect(pipeline.properties.parameters).toContainEqual({ name: 'password', value: 's3cr@t' });
    const nodes = nodesOf({ credentials: { username: 'a', password: 'b' } }, 'rtsp://viewer:s3cret@camera/1');
    expect(nodes['camera']).toMatchObject({ endpoint: { credentials: { username: 'a', password: 'b' } } });
  });

  it('uses TLS for an rtsps URL, with the certificates that are given', () => {
    const tls = { trustedCertificates: ['-----BEGIN A', '-----BEGIN B'], ignoreHostname: true };
    expect(nodesOf({ tls }, 'rtsps://camera/1')['camera']).toMatchObject({
      endpoint: {
        secured: true,
        trustedCertificates: tls.trustedCertificates,
        ignoreHostname: true,
        ignoreSignature: false,
      },
    });
  });

  it('shares its topology with cameras of the same kind, whatever their values are', () => {
    const nameOf = (options: CameraOptions, url = URL) => cameraDocuments('x', url, options).topology.name;
    expect(nameOf({ preRollSeconds: 1 }, 'rtsp://b/2')).toBe(nameOf({ preRollSeconds: 9 }));
    const zones = [{ name: 'a', polygon: '[[0,0],[1,0],[1,1]]' }];
    expect(nameOf({ detection: { zones } })).not.toBe(nameOf({}));
    expect(isCameraTopology(nameOf({ record: 'continuous' }))).toBe(true);
    expect(isCameraTopology('MotionClips')).toBe(false);
  });

  it('needs a URL', () => {
    expect(() => cameraDocuments('yard', 'camera.lan')).toThrow(
      expect.objectContaining({ code: 'EndpointUrlInvalid' }),
    );
  });
});

describe('options of a camera', () => {
  it.each([
    [{}, undefined],
    [{ preRoll: 5 }, "has no property 'preRoll'; it takes record, preRollSeconds"],
    [{ record: 'always' }, ".record must be one of 'motion', 'continuous', 'both', not \"always\""],
    [{ preRollSeconds: 61 }, '.preRollSeconds must be a number from 0 to 60, not 61'],
    [{ preRollSeconds: Number.NaN }, '.preRollSeconds must be a number from 0 to 60, not NaN'],
    [{ credentials: { username: 'a', password: 7 } }, '.credentials.password must be a string that is not empty'],
    [{ detection: { decodePolicy: 'often' } }, '.detection.decodePolicy must be adaptive'],
    [{ untilQuietSeconds: 90, longestClipSeconds: 60 }, '.longestClipSeconds must not be less than untilQuietSeconds'],
  ])('%j: %s', (options, expected) => {
    const wrong = cameraOptions(options);
    if (expected === undefined) expect(wrong).toBeUndefined();
    else expect(`${wrong?.place}${wrong?.place && ' '}${wrong?.what}`).toContain(expected);
  });
});
