import type { MethodResult } from './method-result.js';

/** What the engine offers to those who reach it from outside, over HTTP, WebSocket or MQTT. */

export interface MethodInvoker {
  /** Runs a direct method. A failure of the caller's is a result with a 4xx status; rejects only when the engine fails. */
  invoke(method: string, payload: unknown): Promise<MethodResult>;
}

export interface InputTarget {
  /** Only this live pipeline is meant. */
  pipeline?: string;
}

export interface InputResult {
  /** Active IotHubMessageSource nodes that took it. */
  delivered: number;
  /** Ids of the events that tell of it, which the recordings carry as correlationId. */
  eventIds: string[];
}

export interface InputRouter {
  /**
   * Hands a message to the IotHubMessageSource nodes of active pipelines with this input.
   *
   * @param message JSON; the string itself where it could not be parsed, null where there was none
   */
  deliver(input: string, message: unknown, target?: InputTarget): InputResult;
}
