import { withoutCredentials } from '../../bridge/credentials.js';
import { duration, flag, integer, oneOf, path, secret, size, string } from './kinds.js';
import { section } from './setting.js';

export const mqttSection = section('The hub: an MQTT broker in the place of the Edge hub.', {
  url: string({
    default: '',
    pattern: /^$|^(mqtt|mqtts|ws|wss):\/\/[^\s]+$/,
    allowed: 'mqtt://host:port, mqtts://, ws:// or wss://',
    format: withoutCredentials,
    live: true,
    doc: 'The broker, such as mqtt://127.0.0.1:1883. Empty: none; events are available over the WebSocket, inputs over HTTP.',
  }),
  username: string({ default: '', live: true, doc: 'User name at the broker.' }),
  password: secret({ live: true, doc: 'Password at the broker.' }),
  clientId: string({
    default: '',
    live: true,
    doc: 'Client identifier; empty for sluice-{device}-{module}. Two engines must not share one.',
  }),
  protocol: oneOf(['auto', '5', '3.1.1'], {
    default: 'auto',
    live: true,
    doc: 'MQTT version; auto tries 5 and falls back to 3.1.1.',
  }),
  caFile: path({
    default: '',
    live: true,
    doc: "Certificate authorities for the broker's certificate, PEM; empty for the built-in ones.",
  }),
  certFile: path({ default: '', live: true, doc: 'Client certificate, PEM.' }),
  keyFile: path({ default: '', live: true, doc: "The client certificate's private key, PEM." }),
  verifyServer: flag({
    default: true,
    live: true,
    doc: 'Whether the certificate of the broker must be valid for its name. False for experiments only.',
  }),
  keepAlive: duration({
    default: 'PT30S',
    min: 'PT1S',
    max: 'PT10M',
    live: true,
    doc: 'MQTT keep-alive. A broker that is silent for one and a half times this long counts as disconnected.',
  }),
  sessionExpiry: duration({
    default: 'PT1M',
    min: 'PT0S',
    max: 'P7D',
    live: true,
    doc: 'How long an MQTT 5 broker keeps messages for our inputs while we are disconnected. PT0S: it does not.',
  }),
  maximumInFlight: integer({
    default: 100,
    min: 1,
    max: 65535,
    live: true,
    doc: 'Most events that may be sent and not yet acknowledged. A lower limit of the broker applies.',
  }),
  acknowledgeTimeout: duration({
    default: 'PT30S',
    min: 'PT1S',
    max: 'PT10M',
    live: true,
    doc: 'If the broker acknowledges nothing for this long, the connection is reopened.',
  }),
  subscriberPatience: duration({
    default: 'PT10S',
    min: 'PT0S',
    max: 'PT10M',
    live: true,
    doc: 'How long after connecting an event without a subscriber is repeated, for subscribers that reconnect later (MQTT 5).',
  }),
  maximumInputSize: size({
    default: '256 KiB',
    min: '1 KiB',
    max: '16 MiB',
    live: true,
    doc: 'Larger messages to inputs and methods are refused.',
  }),
  payload: oneOf(['auto', 'body', 'envelope', 'cloudevents'], {
    default: 'auto',
    live: true,
    doc: "Of events on the topics of hub outputs. body: the event's data, as AVA sent it, with the envelope in user properties; envelope: all in one JSON object, as on the WebSocket; auto: body if the envelope can be sent beside it (MQTT 5, or {properties} in the topic), else envelope; cloudevents: CloudEvents 1.0 in binary mode (MQTT 5) or structured mode (3.1.1).",
  }),
  wholeEvents: oneOf(['envelope', 'cloudevents', 'none'], {
    default: 'envelope',
    live: true,
    doc: 'Every event once more on the topic topics.event, with everything in its payload, for subscribers that cannot read user properties. envelope: as on the WebSocket; cloudevents: CloudEvents 1.0 in structured mode; none: not at all.',
  }),
  states: flag({
    default: true,
    live: true,
    doc: 'Whether retained messages say how each camera is now: connected, recording, motion, tampered, degraded; and whether the engine is there.',
  }),
  stateRefresh: duration({
    default: 'PT20S',
    min: 'PT0S',
    max: 'PT1H',
    live: true,
    doc: 'How often states are published again although nothing has changed. A broker of version 5 forgets one that was not for three times as long, and Home Assistant takes it for unavailable. PT0S: only changes are published, and are kept for ever.',
  }),
  layout: oneOf(['sluice', 'azure-iot-edge'], {
    default: 'sluice',
    live: true,
    doc: 'The topics where none are given below: those of Sluice, or those of an Azure IoT Edge hub.',
  }),
  topics: section(
    'Topic templates; empty for those of the layout. Placeholders: {module}, {device}, {output}, {event}, {camera}, {state}, {input}, {pipeline}, {method}, {rid}, {status}, {properties}.',
    {
      output: string({
        default: '',
        live: true,
        doc: 'Where events are published. Default sluice/{module}/outputs/{output}.',
      }),
      event: string({
        default: '',
        live: true,
        doc: 'Where whole events are published. {event} is the last part of its type. Default sluice/{module}/events/{pipeline}/{event}.',
      }),
      state: string({
        default: '',
        live: true,
        doc: 'How a camera is. {state} is connected, recording, motion, tampered or degraded. Default sluice/{module}/state/camera/{camera}/{state}.',
      }),
      availability: string({
        default: '',
        live: true,
        doc: 'Whether the engine is there: online or offline. Default sluice/{module}/state/availability.',
      }),
      picture: string({
        default: '',
        live: true,
        doc: 'Pictures of a camera for Home Assistant. Default sluice/{module}/pictures/{camera}.',
      }),
      input: string({
        default: '',
        live: true,
        doc: 'Messages for every IotHubMessageSource with that input. Default sluice/{module}/inputs/{input}.',
      }),
      inputForPipeline: string({
        default: '',
        live: true,
        doc: 'Messages for one pipeline. Default sluice/{module}/inputs/{input}/{pipeline}.',
      }),
      inputFilter: string({
        default: '',
        live: true,
        doc: 'Subscription for inputs. Default sluice/{module}/inputs/#.',
      }),
      method: string({
        default: '',
        live: true,
        doc: 'Requests for direct methods. Default sluice/{module}/methods/{method}/{rid}.',
      }),
      methodFilter: string({
        default: '',
        live: true,
        doc: 'Subscription for methods. Default sluice/{module}/methods/+/+.',
      }),
      methodResponse: string({
        default: '',
        live: true,
        doc: 'Responses, unless the request names a response topic. Default sluice/{module}/methods/{method}/{rid}/response.',
      }),
    },
  ),
});
