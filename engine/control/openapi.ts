import type { NodeTable } from '../topology/node-table.js';
import { topologyComponents } from '../topology/schema/components.js';
import { ONVIF_SCHEMAS } from './openapi-onvif.js';

type Json = Record<string, unknown>;

const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });
const json = (schema: Json): Json => ({ content: { 'application/json': { schema } } });
const listOf = (name: string): Json => ({
  type: 'object',
  required: ['value'],
  properties: { value: { type: 'array', items: ref(name) }, '@continuationToken': { type: 'string' } },
});

interface MethodDoc {
  name: string;
  summary: string;
  request: Json;
  /** Schema of the body by status; null for a null body. */
  responses: Record<number, Json | null>;
}

const RESOURCES = [
  ['pipelineTopology', 'PipelineTopology', 'a topology'],
  ['livePipeline', 'LivePipeline', 'a live pipeline'],
  ['remoteDeviceAdapter', 'RemoteDeviceAdapter', 'a remote device adapter'],
] as const;

const resourceMethods = ([prefix, schema, noun]: (typeof RESOURCES)[number]): MethodDoc[] => [
  {
    name: `${prefix}Set`,
    summary: `Create or replace ${noun}`,
    request: ref(schema),
    responses: { 200: ref(schema), 201: ref(schema), 400: ref('MethodError'), 409: ref('MethodError') },
  },
  {
    name: `${prefix}Get`,
    summary: `Read ${noun}`,
    request: ref('NameRequest'),
    responses: { 200: ref(schema), 400: ref('MethodError'), 404: ref('MethodError') },
  },
  {
    name: `${prefix}List`,
    summary: 'Read all, by name',
    request: ref('ListRequest'),
    responses: { 200: listOf(schema), 400: ref('MethodError') },
  },
  {
    name: `${prefix}Delete`,
    summary: `Delete ${noun}; 204 if there is none`,
    request: ref('NameRequest'),
    responses: { 200: null, 204: null, 400: ref('MethodError'), 409: ref('MethodError') },
  },
];

const failures = { 400: ref('MethodError'), 404: ref('MethodError'), 409: ref('MethodError'), 503: ref('MethodError') };

const METHODS: readonly MethodDoc[] = [
  ...RESOURCES.flatMap(resourceMethods),
  {
    name: 'livePipelineActivate',
    summary: 'Start a live pipeline; answers when it runs',
    request: ref('NameRequest'),
    responses: { 200: null, ...failures },
  },
  {
    name: 'livePipelineDeactivate',
    summary: 'Stop a live pipeline; answers when everything is written',
    request: ref('NameRequest'),
    responses: { 200: null, ...failures },
  },
  {
    name: 'onvifDeviceDiscover',
    summary: 'Find ONVIF devices; answers after discoveryDuration',
    request: ref('OnvifDiscoverRequest'),
    responses: { 200: ref('OnvifDiscoverResult'), 400: ref('MethodError'), 503: ref('MethodError') },
  },
  {
    name: 'onvifDeviceGet',
    summary: 'Ask an ONVIF device what it is and what it streams',
    request: ref('OnvifGetRequest'),
    responses: {
      200: ref('OnvifDevice'),
      ...Object.fromEntries([400, 403, 502, 503, 504].map((status) => [status, ref('MethodError')])),
    },
  },
];

const apiVersion = { type: 'string', enum: ['1.0', '1.1'] };

const SCHEMAS: Record<string, Json> = {
  NameRequest: {
    type: 'object',
    required: ['name'],
    properties: { '@apiVersion': apiVersion, name: { type: 'string' } },
  },
  ListRequest: {
    type: 'object',
    properties: { '@apiVersion': apiVersion, '@continuationToken': { type: 'string' } },
  },
  MethodError: {
    type: 'object',
    required: ['error'],
    properties: {
      error: {
        type: 'object',
        required: ['code', 'message'],
        properties: {
          code: { type: 'string' },
          message: { type: 'string' },
          details: {
            type: 'array',
            items: {
              type: 'object',
              required: ['code', 'message'],
              properties: {
                code: { type: 'string' },
                message: { type: 'string' },
                target: { type: 'string', description: 'JSON pointer into the payload.' },
              },
            },
          },
          innererror: {
            type: 'object',
            properties: { code: { type: 'string' }, hint: { type: 'string' } },
          },
        },
      },
    },
  },
};

const pathItem = ({ name, summary, request, responses }: MethodDoc): Json => ({
  post: {
    operationId: name,
    summary,
    tags: ['direct methods'],
    requestBody: json(request),
    responses: Object.fromEntries(
      Object.entries(responses).map(([status, body]) => [
        status,
        {
          description: Number(status) < 300 ? 'Done' : 'Refused',
          // 204 has no body at all.
          ...(status === '204' ? {} : json(body ?? { type: 'null' })),
        },
      ]),
    ),
  },
});

/** The direct methods for the OpenAPI document: a path below `/methods/` for each, and the schemas they refer to. */
export const methodsOpenApi = (
  nodeTable: NodeTable,
): { paths: Record<string, Json>; schemas: Record<string, Json> } => ({
  paths: Object.fromEntries(METHODS.map((method) => [`/methods/${method.name}`, pathItem(method)])),
  schemas: { ...topologyComponents(nodeTable), ...SCHEMAS, ...ONVIF_SCHEMAS },
});
