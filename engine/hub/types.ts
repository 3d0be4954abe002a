import type { Micros } from '../core/time.js';
import type { BrokerStats } from '../metrics/metric-types.js';

/** Topic templates; '' for that of the layout. docs/ref/configuration.md lists the names that may appear in them. */
export interface TopicTemplates {
  readonly output: string;
  readonly event: string;
  readonly state: string;
  readonly availability: string;
  readonly picture: string;
  readonly input: string;
  readonly inputForPipeline: string;
  readonly inputFilter: string;
  readonly method: string;
  readonly methodFilter: string;
  readonly methodResponse: string;
}

/** The broker and how to talk to it. docs/ref/configuration.md describes each setting of `mqtt`. */
export interface BrokerSettings {
  /** '' for none. */
  readonly url: string;
  readonly username: string;
  readonly password: string | undefined;
  readonly clientId: string;
  readonly protocol: 'auto' | '5' | '3.1.1';
  /** PEM files by absolute path; '' for none. */
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
  readonly verifyServer: boolean;
  readonly keepAlive: Micros;
  readonly sessionExpiry: Micros;
  readonly maximumInFlight: number;
  readonly acknowledgeTimeout: Micros;
  readonly subscriberPatience: Micros;
  /** Bytes. */
  readonly maximumInputSize: number;
  readonly payload: 'auto' | 'body' | 'envelope' | 'cloudevents';
  readonly wholeEvents: 'none' | 'envelope' | 'cloudevents';
  readonly states: boolean;
  readonly stateRefresh: Micros;
  readonly layout: 'sluice' | 'azure-iot-edge';
  readonly topics: TopicTemplates;
}

/** The settings of the hub. Changes take effect through `MqttHub.reconfigure`. */
export interface HubSettings {
  mqtt: BrokerSettings;
  module: string;
  device: string;
  /** '' = operational events are not published. */
  operationalEventsOutputName: string;
  diagnosticsEventsOutputName: string;
  homeAssistant: HomeAssistantSettings;
}

export interface HomeAssistantSettings {
  readonly enabled: boolean;
  /** Of its MQTT discovery. */
  readonly prefix: string;
  readonly pictures: boolean;
  /** How old a picture becomes while nothing moves. */
  readonly pictureEvery: Micros;
}

export type HubState =
  | 'off' // no broker is configured, or not started
  | 'connecting'
  | 'connected'
  | 'waiting' // until the next attempt
  | 'stopped';

/** Counts since the start; `lag` in events of the journal. */
export interface HubStats extends Omit<BrokerStats, 'connected'> {
  state: HubState;
  /** MQTT version of the current connection. */
  protocol: '5' | '3.1.1' | undefined;
  /** When this state began, UTC ms. */
  since: number;
  /** Why the last attempt or connection ended; without credentials. */
  lastError: string | undefined;
  /** False while the broker refuses our subscriptions. */
  subscribed: boolean;
  inputs: { received: number; delivered: number; undelivered: number; refused: number };
  methods: { received: number; answered: number; refused: number };
}
