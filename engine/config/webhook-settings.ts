import { duration, flag, integer, listOfTexts, oneOf, path, secret } from './kinds.js';
import { collection, type ValueOf } from './setting.js';

export type WebhookForm = 'cloudevents' | 'cloudevents-batch' | 'ava';

/** Where events are posted to. Names are the user's. */
export const webhooksSection = collection(
  'Where events are posted to: any number of addresses, each under a name of yours. See docs/guide/events.md.',
  {
    url: secret({
      live: true,
      doc: 'Address that events are posted to, https, or http on this machine. Never shown, since such addresses often hold a key.',
    }),
    types: listOfTexts('types', {
      live: true,
      doc: 'Types of events, as in filters: RecordingAvailable, Operational.*, Sluice.Diagnostics.*. Empty: all.',
    }),
    pipelines: listOfTexts('live pipelines', {
      live: true,
      doc: 'Live pipelines whose events are posted. Empty: all.',
    }),
    form: oneOf<WebhookForm>(['cloudevents', 'cloudevents-batch', 'ava'], {
      default: 'cloudevents',
      live: true,
      doc: 'cloudevents: a structured CloudEvent in each request; cloudevents-batch: several in each, when there are several; ava: the event as it is in the log.',
    }),
    secret: secret({
      live: true,
      doc: 'Signs each request as Standard Webhooks has it: base64 of 16 to 64 bytes, with or without whsec_ in front. Without one, requests are not signed.',
    }),
    authorization: secret({ live: true, doc: 'Authorization header of each request, such as Bearer and a token.' }),
    allowPlainHttp: flag({
      default: false,
      live: true,
      doc: 'Whether the address may be http on another machine, where everybody on the way can read the events.',
    }),
    caFile: path({
      default: '',
      live: true,
      doc: "Certificate authorities for the server's certificate, PEM; empty for the built-in ones.",
    }),
    certFile: path({ default: '', live: true, doc: 'Client certificate, PEM.' }),
    keyFile: path({ default: '', live: true, doc: "The client certificate's private key, PEM." }),
    verifyServer: flag({
      default: true,
      live: true,
      doc: 'Whether the certificate of the server must be valid for its name. False for experiments only.',
    }),
    timeout: duration({
      default: 'PT15S',
      min: 'PT1S',
      max: 'PT10M',
      live: true,
      doc: 'How long an answer may take, connecting included.',
    }),
    batchEvents: integer({ default: 100, min: 1, max: 1000, live: true, doc: 'Most events in one batch.' }),
    giveUpAfter: duration({
      default: 'PT10M',
      min: 'PT0S',
      max: 'P30D',
      live: true,
      doc: 'How long an event that the server refuses (400, 413, 422 …) is sent again before it is left out, counted and told of. All later ones wait for it.',
    }),
  },
);

/** One of them. */
export type WebhookConfig = ValueOf<typeof webhooksSection>[string];
