import { duration, flag, integer, oneOf, path, secret, size, text } from './kinds.js';
import { section } from './setting.js';

export const mqttSection = section('The hub: an MQTT broker takes the place of the Edge hub.', {
  url: text({
    default: '',
    pattern: /^$|^(mqtt|mqtts|ws|wss):\/\/[^\s]+$/,
    allowed: 'mqtt://host:port, mqtts://, ws:// or wss://',
    live: true,
    doc: 'The broker, such as mqtt://127.0.0.1:1883. Empty: none; events are on the WebSocket, inputs on HTTP.',
  }),
  username: text({ default: '', live: true, doc: 'User name at the broker.' }),
  password: secret({ live: true, doc: 'Password at the broker.' }),
  clientId: text({
    default: '',
    live: true,
    doc: 'Client identifier; empty for sluice-{device}-{module}. Two engines must not share one.',
  }),
  protocol: oneOf(['auto', '5', '3.1.1'], {
    default: 'auto',
    live: true,
    doc: 'MQTT version; auto takes 5 and falls back to 3.1.1.',
  }),
  caFile: path({
    default: '',
    live: true,
    doc: "Certificates that may sign the broker's, PEM; empty for the built-in ones.",
  }),
  certFile: path({ default: '', live: true, doc: 'Client certificate, PEM.' }),
  keyFile: path({ default: '', live: true, doc: "The client certificate's private key, PEM." }),
  verifyServer: flag({
    default: true,
    live: true,
    doc: 'Whether the certificate of the broker must be valid for its name. False only for trials.',
  }),
  keepAlive: duration({
    default: 'PT30S',
    min: 'PT1S',
    max: 'PT10M',
    live: true,
    doc: 'A broker that is silent for half as long again counts as gone.',
  }),
  sessionExpiry: duration({
    default: 'PT1M',
    min: 'PT0S',
    max: 'P7D',
    live: true,
    doc: 'How long an MQTT 5 broker keeps messages to our inputs while we are away. PT0S: it does not.',
  }),
  maximumInFlight: integer({
    default: 100,
    min: 1,
    max: 65535,
    live: true,
    doc: 'Events sent and not yet acknowledged. A broker that allows fewer is obeyed.',
  }),
  acknowledgeTimeout: duration({
    default: 'PT30S',
    min: 'PT1S',
    max: 'PT10M',
    live: true,
    doc: 'A broker that acknowledges nothing for this long is connected to anew.',
  }),
  subscriberPatience: duration({
    default: 'PT10S',
    min: 'PT0S',
    max: 'PT10M',
    live: true,
    doc: 'How long after connecting an event that has no subscriber yet is held for one to come back (MQTT 5).',
  }),
  maximumInputSize: size({
    default: '256 KiB',
    min: '1 KiB',
    max: '16 MiB',
    live: true,
    doc: 'Larger messages to inputs and methods are refused.',
  }),
  payload: oneOf(['auto', 'body', 'envelope'], {
    default: 'auto',
    live: true,
    doc: "body: the event's data, as AVA sent it, with the envelope in user properties; envelope: all in one JSON object, as on the WebSocket; auto: body where the envelope has a place (MQTT 5, or {properties} in the topic), else envelope.",
  }),
  layout: oneOf(['sluice', 'azure-iot-edge'], {
    default: 'sluice',
    live: true,
    doc: 'Which topics stand where none are given below: our own, or those of an Azure IoT Edge hub.',
  }),
  topics: section(
    'Topic templates; empty for those of the layout. Names: {module}, {device}, {output}, {input}, {pipeline}, {method}, {rid}, {status}, {properties}.',
    {
      output: text({ default: '', live: true, doc: 'Events go to it. Default sluice/{module}/outputs/{output}.' }),
      input: text({
        default: '',
        live: true,
        doc: 'Messages for every IotHubMessageSource with that input. Default sluice/{module}/inputs/{input}.',
      }),
      inputForPipeline: text({
        default: '',
        live: true,
        doc: 'Messages for one pipeline. Default sluice/{module}/inputs/{input}/{pipeline}.',
      }),
      inputFilter: text({
        default: '',
        live: true,
        doc: 'What is subscribed to for inputs. Default sluice/{module}/inputs/#.',
      }),
      method: text({
        default: '',
        live: true,
        doc: 'Requests for direct methods. Default sluice/{module}/methods/{method}/{rid}.',
      }),
      methodFilter: text({
        default: '',
        live: true,
        doc: 'What is subscribed to for methods. Default sluice/{module}/methods/+/+.',
      }),
      methodResponse: text({
        default: '',
        live: true,
        doc: 'Answers, unless the request names a response topic. Default sluice/{module}/methods/{method}/{rid}/response.',
      }),
    },
  ),
});
