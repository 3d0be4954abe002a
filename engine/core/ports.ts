import type { MethodResult } from './method-result.js';

/** What the engine offers to those who reach it from outside, over HTTP, WebSocket or MQTT. */

export interface MethodInvoker {
  /** Runs a direct method. An error of the caller is a result with a 4xx status; rejects only if the engine fails. */
  invoke(method: string, payload: unknown): Promise<MethodResult>;
}

export interface InputTarget {
  /** Deliver to this live pipeline only. */
  pipeline?: string;
}

export interface InputResult {
  /** Number of active IotHubMessageSource nodes that took it. */
  delivered: number;
  /** Ids of the events about it, which recordings carry as correlationId. */
  eventIds: string[];
}

export interface InputRouter {
  /**
   * Hands a message to the IotHubMessageSource nodes of active pipelines with this input.
   *
   * @param message parsed JSON; the string itself if it is not JSON; null if there is none
   */
  deliver(input: string, message: unknown, target?: InputTarget): InputResult | Promise<InputResult>;
}
