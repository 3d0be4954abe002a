import { parseDuration } from '../core/duration.js';
import type { ResolvedEndpoint } from '../core/endpoint.js';
import { type Micros, seconds } from '../core/time.js';
import type { GateSettings } from '../gate/types.js';
import { graphOf, inOrder } from './graph.js';
import { nodeTypeOf, RUNNABLE_KINDS } from './node-registry.js';
import { parsePoints } from './polygon.js';
import { substitute } from './references.js';
import type { NodeDocument } from './schema/documents.js';
import type { MotionZone, NodeInput, ResolvedNode } from './types.js';
import type { Topology } from './validate.js';

type Of<T extends string> = Extract<NodeDocument, { '@type': `${string}.${T}` }>;
type Endpoint = Of<'RtspSource'>['endpoint'];

/** Turns filled-in documents into typed nodes, in the order in which the runtime builds them. */
export const buildNodes = (topology: Topology, pipeline: string): ResolvedNode[] => {
  const variables = new Map([
    ['System.TopologyName', topology.name],
    ['System.PipelineName', pipeline],
  ]);
  const families = { source: [] as ResolvedNode[], processor: [] as ResolvedNode[], sink: [] as ResolvedNode[] };
  for (const node of inOrder(graphOf(topology.properties)).ordered) {
    families[node.type!.family].push(build(node.document as NodeDocument, variables));
  }
  return [...families.source, ...families.processor, ...families.sink];
};

const build = (node: NodeDocument, variables: Map<string, string>): ResolvedNode => {
  const kind = nodeTypeOf(node['@type'])?.kind;
  if (kind === undefined || !RUNNABLE_KINDS.has(kind)) return unsupported(node);
  const { name } = node;
  switch (node['@type']) {
    case '#Microsoft.VideoAnalyzer.RtspSource':
      return { kind: 'rtspSource', name, endpoint: endpoint(node.endpoint), transport: node.transport ?? 'tcp' };
    case '#Microsoft.VideoAnalyzer.IotHubMessageSource':
      return { kind: 'iotHubMessageSource', name, hubInputName: node.hubInputName };
    case '#Sluice.OnvifEventSource':
      return { kind: 'onvifEventSource', name, endpoint: endpoint(node.endpoint), topics: node.topics ?? [] };
    case '#Microsoft.VideoAnalyzer.MotionDetectionProcessor':
      return motionDetection(node);
    case '#Microsoft.VideoAnalyzer.SignalGateProcessor':
      return { kind: 'signalGate', name, inputs: inputs(node.inputs), settings: gateSettings(node) };
    case '#Microsoft.VideoAnalyzer.FileSink':
      return {
        kind: 'fileSink',
        name,
        inputs: inputs(node.inputs),
        baseDirectoryPath: node.baseDirectoryPath,
        fileNamePattern: substitute(node.fileNamePattern, (variable) => variables.get(variable)),
        maximumSizeMiB: Number(node.maximumSizeMiB),
      };
    case '#Microsoft.VideoAnalyzer.IotHubMessageSink':
      return { kind: 'iotHubMessageSink', name, inputs: inputs(node.inputs), hubOutputName: node.hubOutputName };
    default:
      return unsupported(node);
  }
};

const unsupported = (node: NodeDocument): ResolvedNode => ({
  kind: 'unsupported',
  name: node.name,
  type: node['@type'],
  inputs: 'inputs' in node ? inputs(node.inputs) : [],
});

const inputs = (documents: Of<'FileSink'>['inputs']): NodeInput[] =>
  documents.map(({ nodeName, outputSelectors }) => ({ nodeName, outputSelectors: outputSelectors ?? [] }));

const endpoint = (document: Endpoint): ResolvedEndpoint => {
  const tls = document['@type'] === '#Microsoft.VideoAnalyzer.TlsEndpoint' ? document : undefined;
  const credentials = credentialsOf(document);
  return {
    url: document.url,
    secured: tls !== undefined,
    ...(credentials === undefined ? {} : { credentials }),
    ...(tls?.trustedCertificates === undefined ? {} : { trustedCertificates: tls.trustedCertificates.certificates }),
    ignoreHostname: tls?.validationOptions?.ignoreHostname === 'true',
    ignoreSignature: tls?.validationOptions?.ignoreSignature === 'true',
  };
};

const credentialsOf = ({ credentials }: Endpoint): ResolvedEndpoint['credentials'] => {
  switch (credentials?.['@type']) {
    case '#Microsoft.VideoAnalyzer.UsernamePasswordCredentials':
      return { type: 'usernamePassword', username: credentials.username, password: credentials.password };
    case '#Microsoft.VideoAnalyzer.HttpHeaderCredentials':
      return { type: 'httpHeader', headerName: credentials.headerName, headerValue: credentials.headerValue };
    default:
      return undefined;
  }
};

const motionDetection = (node: Of<'MotionDetectionProcessor'>): ResolvedNode => ({
  kind: 'motionDetection',
  name: node.name,
  inputs: inputs(node.inputs),
  sensitivity: node.sensitivity ?? 'medium',
  outputMotionRegion: node.outputMotionRegion !== false,
  eventAggregationWindow: micros(node.eventAggregationWindow, seconds(1)),
  ...(node.decodePolicy === undefined ? {} : { decodePolicy: node.decodePolicy }),
  ...(node.zones === undefined ? {} : { zones: node.zones.map(zone) }),
});

const zone = (document: NonNullable<Of<'MotionDetectionProcessor'>['zones']>[number]): MotionZone => ({
  name: document.name,
  kind: document.kind ?? 'include',
  // The walk has checked it, so it is a list of points.
  polygon: parsePoints(document.polygon, 3, 1024) as MotionZone['polygon'],
  ...(document.sensitivity === undefined ? {} : { sensitivity: document.sensitivity }),
  ...(document.minimumSize === undefined ? {} : { minimumSize: Number(document.minimumSize) }),
});

const DEFAULT_ACTIVATION = seconds(30);

/** AVA published no defaults for the gate; these are the values of most of its samples. */
const gateSettings = (node: Of<'SignalGateProcessor'>): GateSettings => {
  const minimumGiven = node.minimumActivationTime !== undefined;
  const maximumGiven = node.maximumActivationTime !== undefined;
  const minimum = micros(node.minimumActivationTime, DEFAULT_ACTIVATION);
  const maximum = micros(node.maximumActivationTime, DEFAULT_ACTIVATION);
  return {
    activationEvaluationWindow: micros(node.activationEvaluationWindow, seconds(1)),
    activationSignalOffset: micros(node.activationSignalOffset, 0),
    minimumActivationTime: minimumGiven ? minimum : Math.min(minimum, maximum),
    maximumActivationTime: maximumGiven ? maximum : Math.max(minimum, maximum),
  };
};

const micros = (text: string | undefined, fallback: Micros): Micros =>
  text === undefined ? fallback : (parseDuration(text) ?? fallback);
