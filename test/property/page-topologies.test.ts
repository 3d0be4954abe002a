import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLivePipeline } from '../../engine/control/pipeline-request.js';
import {
  addressParts,
  type CameraWishes,
  cameraNameOf,
  isCameraName,
  parametersOf,
  topologyOf,
} from '../../page/api/camera-topology.js';
import { resolvePipeline, validateTopology } from '../kit/topology.js';

const host = fc.constantFrom('camera', '10.0.0.7:554', '[fe80::1]:8554', 'cam.example');
const path = fc.constantFrom('', '/', '/Streaming/Channels/101?transportmode=unicast', '/a@b', '/1#x');
/** Of what people type, without the signs that end it. */
const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((text) => text.trim() !== '');

const wishes: fc.Arbitrary<CameraWishes> = fc.record({
  address: fc.tuple(fc.constantFrom('rtsp', 'rtsps', 'RTSPS'), host, path).map(([of, at, on]) => `${of}://${at}${on}`),
  user: fc.oneof(fc.constant(''), word),
  password: fc.oneof(fc.constant(''), word),
  records: fc.constantFrom('motion' as const, 'always' as const),
  sensitivity: fc.constantFrom('low' as const, 'medium' as const, 'high' as const),
  days: fc.integer({ min: 1, max: 3650 }),
});

describe('the topologies that the page makes', () => {
  it('are valid and can run, whatever is wished', () => {
    fc.assert(
      fc.property(wishes, (wished) => {
        const { topology, problems } = validateTopology(topologyOf(wished));
        expect(problems).toEqual([]);
        const parameters = parametersOf(wished);
        const request = parseLivePipeline({ name: 'door', properties: { topologyName: topology!.name, parameters } });
        const resolution = resolvePipeline(topology!, request);
        expect(resolution.problems).toEqual([]);
        const types = resolution.pipeline!.nodes.map(({ definition }) => definition.type.split('.').at(-1));
        const gates = wished.records === 'motion' ? ['SignalGateProcessor'] : [];
        expect(types).toEqual(['RtspSource', 'MotionDetectionProcessor', ...gates, 'VideoSink']);
      }),
      { numRuns: 150 },
    );
  });

  it('are one for all cameras that are wanted alike, and hold nothing of any of them', () => {
    fc.assert(
      fc.property(wishes, wishes, (one, other) => {
        const [first, second] = [topologyOf(one), topologyOf(other)];
        const isAlike =
          one.records === other.records &&
          (one.user === '') === (other.user === '') &&
          /^rtsps/i.test(one.address) === /^rtsps/i.test(other.address);
        expect(first.name === second.name).toBe(isAlike);
        if (isAlike) expect(first).toEqual(second);
      }),
    );
  });

  it('keep a password where it is not read back', () => {
    const wished = {
      address: 'rtsp://c',
      user: 'u',
      password: 'p',
      records: 'always',
      sensitivity: 'low',
      days: 1,
    } as const;
    const { parameters } = topologyOf(wished).properties;
    expect(parameters).toContainEqual({ name: 'rtspPassword', type: 'secretString' });
    expect(topologyOf({ ...wished, user: '' }).properties.parameters.map(({ name }) => name)).not.toContain(
      'rtspPassword',
    );
    expect(parametersOf(wished)).toContainEqual({ name: 'rtspPassword', value: 'p' });
  });
});

describe('addresses of cameras', () => {
  it('lose their credentials, which come out as they were meant', () => {
    fc.assert(
      fc.property(word, fc.oneof(fc.constant(''), word), host, path, (user, password, at, on) => {
        const login = `${encodeURIComponent(user)}${password === '' ? '' : `:${encodeURIComponent(password)}`}`;
        expect(addressParts(` rtsp://${login}@${at}${on} `)).toEqual({ address: `rtsp://${at}${on}`, user, password });
        expect(addressParts(`rtsp://${at}${on}`)).toEqual({ address: `rtsp://${at}${on}`, user: '', password: '' });
      }),
    );
  });

  it('may have signs in a password that belong escaped', () => {
    expect(addressParts('rtsp://admin:p@ss:w%rd@camera/1')).toEqual({
      ...{ address: 'rtsp://camera/1', user: 'admin', password: 'p@ss:w%rd' },
    });
  });

  it.each(['', 'camera', 'http://camera', 'rtsp://', 'rtsp://user:password@', 'rtsp:/camera', 'rtsp://a b'])(
    'are not %j',
    (text) => {
      expect(addressParts(text)).toBeUndefined();
    },
  );
});

describe('names of cameras', () => {
  it('are allowed by the engine, out of any words', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (words) => {
        const name = cameraNameOf(words);
        if (name === '') return;
        expect(isCameraName(name)).toBe(true);
        expect(parseLivePipeline({ name, properties: { topologyName: 't' } }).name).toBe(name);
      }),
    );
    expect(cameraNameOf('  Front door, left! ')).toBe('Front-door-left');
    expect(cameraNameOf('Haustür')).toBe('Haustur');
    expect(['-a', 'a-', 'a b', '', 'a'.repeat(33)].filter(isCameraName)).toEqual([]);
  });
});
