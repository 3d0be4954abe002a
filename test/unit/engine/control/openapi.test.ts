import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { methodsOpenApi } from '../../../../engine/control/openapi.js';
import { nodeTable } from '../../../../engine/nodes/table.js';
import { controlHarness } from '../../../kit/control-harness.js';
import { evrTopology, type Json, REFUSED_SAMPLES, sampleTopologies } from '../../../kit/topologies.js';
import { validateTopology } from '../../../kit/topology.js';

const { paths, schemas } = methodsOpenApi(nodeTable);

/** All components in one JSON Schema, under the place that their references name. */
const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true, discriminator: false });
ajv.addSchema({ $id: 'openapi', components: { schemas } });
const errorsOf = (schema: string, json: unknown): unknown => {
  const validate = ajv.getSchema(`openapi#/components/schemas/${schema}`)!;
  return validate(json) ? null : validate.errors;
};

describe('the OpenAPI components', () => {
  it('take every canonical topology', () => {
    const samples = [...sampleTopologies()]
      .filter(([file]) => !REFUSED_SAMPLES.includes(file))
      .map(([, text]) => JSON.parse(text));
    for (const json of [evrTopology(), ...samples]) {
      expect(errorsOf('PipelineTopology', validateTopology(json).topology)).toBeNull();
    }
  });

  it.each<[string, (topology: Json) => void]>([
    ['an unknown property', (t) => (t.properties.sinks[0].colour = 'red')],
    ['an unknown type', (t) => (t.properties.sinks[0]['@type'] = '#Microsoft.VideoAnalyzer.AssetSink')],
    ['a missing property', (t) => delete t.properties.sources[0].endpoint],
    ['an unknown enum value', (t) => (t.properties.processors[0].sensitivity = 'extreme')],
    ['no sources', (t) => (t.properties.sources = [])],
  ])('refuse %s', (_, change) => {
    const topology = JSON.parse(JSON.stringify(validateTopology(evrTopology()).topology));
    change(topology);
    expect(errorsOf('PipelineTopology', topology)).not.toBeNull();
  });

  it('describe what the methods answer', async () => {
    const { control } = controlHarness();
    const answer = async (method: string, payload: Json) => (await control.invoke(method, payload)).payload;
    expect(errorsOf('PipelineTopology', await answer('pipelineTopologySet', evrTopology()))).toBeNull();
    const live = {
      name: 'p1',
      properties: { topologyName: 'Test-Topology', parameters: [{ name: 'rtspUrl', value: 'rtsp://camera/1' }] },
    };
    expect(errorsOf('LivePipeline', await answer('livePipelineSet', live))).toBeNull();
    expect(errorsOf('MethodError', await answer('livePipelineGet', { name: 'nobody' }))).toBeNull();
    expect(errorsOf('MethodError', await answer('pipelineTopologySet', {}))).toBeNull();
    expect(errorsOf('MethodError', await answer('livePipelineActivate', { name: 'p2' }))).toBeNull();
  });

  it('hold together: every reference leads somewhere', () => {
    const references = [...JSON.stringify({ paths, schemas }).matchAll(/"#\/components\/schemas\/([^"]+)"/g)];
    expect(references.length).toBeGreaterThan(50);
    for (const [, name] of references) expect(schemas).toHaveProperty([name!]);
    expect(JSON.stringify(schemas)).not.toContain('"x-');
  });

  it('there is a path for every method', () => {
    expect(Object.keys(paths)).toHaveLength(16);
    expect(paths).toHaveProperty(['/methods/livePipelineActivate']);
  });
});
