import type { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';

/**
 * What is used of the `onvif` package, with the types that it has in truth. Its transport is replaced: see
 * SoapTransport. Written against version 0.8.3, which package.json pins; the tests fail if it changes.
 */
export interface CamRequest {
  body: string;
  /** Name of a service of the device, whose path is then used. */
  service?: string;
  /** An address that the device gave. */
  url?: { path?: string | null };
  action?: string;
}

export type CamCallback<T = unknown> = (error: Error | null, data?: T, xml?: string, statusCode?: number) => void;

export interface CamInstance extends EventEmitter {
  username?: string;
  password?: string;
  path: string;
  uri?: Record<string, { path?: string | null }>;
  media2Support?: boolean;
  events: { subscription?: unknown };
  /** Every request of every method goes through it once its SOAP action is known. */
  _requestPart2(request: CamRequest, callback: CamCallback): void;
  /** An Authorization header for the `Digest …` challenges of a device. */
  digestAuth(challenges: string[], request: { method: string; path: string }): string;
  getSystemDateAndTime(callback: CamCallback): void;
  getServices(includeCapability: boolean, callback: CamCallback): void;
  getCapabilities(callback: CamCallback): void;
  createPullPointSubscription(callback: CamCallback): void;
  pullMessages(options: { messageLimit: number }, callback: CamCallback): void;
  renew(options: object, callback: CamCallback): void;
  unsubscribe(callback: CamCallback, preserveListeners: boolean): void;
  getHostname(callback: CamCallback): void;
  getDNS(callback: CamCallback): void;
  getProfiles(callback: CamCallback): void;
  getStreamUri(options: { protocol: string; profileToken: string }, callback: CamCallback): void;
}

interface Library {
  Cam: new (options: {
    hostname: string;
    port: number;
    path: string;
    username?: string;
    password?: string;
    useSecure: boolean;
    autoconnect: false;
    preserveAddress: true;
  }) => CamInstance;
}

interface Utils {
  /** Calls back twice when the callback throws: the second time with the error. */
  parseSOAPString(xml: string, callback: CamCallback<unknown[]>, statusCode: number): void;
  /** Drops the arrays of one element, and makes booleans, numbers and dates of texts that look like them. */
  linerase(data: unknown): unknown;
  getDigestHeaders(rawHeaders: string[]): string[];
}

const require = createRequire(import.meta.url);

export const { Cam } = require('onvif') as Library;
export const { parseSOAPString, linerase, getDigestHeaders } = require('onvif/lib/utils.js') as Utils;
