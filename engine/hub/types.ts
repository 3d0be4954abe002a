import type { Micros } from '../core/time.js';
import type { BrokerStats } from '../metrics/metric-types.js';

/** Topic templates; '' for those of the layout. docs/ref/mqtt.md says what may stand in them. */
export interface TopicTemplates {
  readonly output: string;
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
  readonly payload: 'auto' | 'body' | 'envelope';
  readonly layout: 'sluice' | 'azure-iot-edge';
  readonly topics: TopicTemplates;
}

/** What the hub is told. Changes take effect through `MqttHub.reconfigure`. */
export interface HubSettings {
  mqtt: BrokerSettings;
  module: string;
  device: string;
  /** '' = operational events are not published. */
  operationalEventsOutputName: string;
  diagnosticsEventsOutputName: string;
}

export type HubState =
  | 'off' // no broker is configured, or not started
  | 'connecting'
  | 'connected'
  | 'waiting' // until the next attempt
  | 'stopped';

/** Counts are since the start; `lag` is in events of the log. */
export interface HubStats extends Omit<BrokerStats, 'connected'> {
  state: HubState;
  /** MQTT version of the present connection. */
  protocol: '5' | '3.1.1' | undefined;
  /** Since when this state holds, UTC ms. */
  since: number;
  /** Why the last attempt or connection ended; no credentials. */
  lastError: string | undefined;
  /** False while the broker refuses our subscriptions. */
  subscribed: boolean;
  inputs: { received: number; delivered: number; undelivered: number; refused: number };
  methods: { received: number; answered: number; refused: number };
}
