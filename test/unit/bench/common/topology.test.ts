import { describe, expect, it } from 'vitest';
import { record, TOPOLOGY_NAME } from '../../../../bench/common/topology.js';
import { resolvePipeline, validateTopology } from '../../../kit/topology.js';

describe('what is asked of the engine', () => {
  it('is a valid topology', () => {
    const topology = record({ decodePolicy: 'fps:5', preRollSeconds: 5, eventAggregationWindow: 'PT0S' });
    const read = validateTopology(topology);
    expect(read.problems).toEqual([]);
    expect(read.topology?.name).toBe(TOPOLOGY_NAME);
    const parameters = [{ name: 'rtspUrl', value: 'rtsp://127.0.0.1/a' }];
    expect(resolvePipeline(read.topology!, { name: 'one', parameters }).problems).toEqual([]);
  });
});
