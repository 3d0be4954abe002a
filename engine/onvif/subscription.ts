import { randomUUID } from 'node:crypto';
import type { OnvifDevice } from './device.js';
import { optional, refused } from './errors.js';
import { localPathOf } from './local-path.js';
import { type PullResult, readPull } from './notification.js';
import { EVENTS, type Operation, operation } from './soap-request.js';
import { child, children, textOf, type XmlElement } from './xml-tree.js';
import { escapeXml, excerptOf } from './xml-write.js';

/** How long the device may hold a pull back while nothing happens. Short, so that a dead device is noticed. */
const PULL_SECONDS = 10;
const PULL_TIMEOUT_MS = PULL_SECONDS * 1000 + 8_000;
/** A goodbye that nobody may wait for. */
const GOODBYE_TIMEOUT_MS = 1_500;
/** Longer than any pull, short for a subscription that nobody ends. */
const LIFETIME = 'PT2M';
/** Of what the device wants back with every request. */
const MAX_PARAMETERS = 16;
const MAX_PARAMETER = 8_192;

const ADDRESSING = 'http://www.w3.org/2005/08/addressing';
/** Stands for the place that was asked (WS-Addressing 1.0, 2.1). */
const ANONYMOUS = `${ADDRESSING}/anonymous`;
const NOTIFICATION = 'http://docs.oasis-open.org/wsn/b-2';
const MANAGER = 'http://docs.oasis-open.org/wsn/bw-2/SubscriptionManager';

const CREATE = operation(
  EVENTS,
  'CreatePullPointSubscription',
  `<InitialTerminationTime>${LIFETIME}</InitialTerminationTime>`,
  `${EVENTS}/EventPortType/CreatePullPointSubscriptionRequest`,
);
const RENEW = operation(
  NOTIFICATION,
  'Renew',
  `<TerminationTime>${LIFETIME}</TerminationTime>`,
  `${MANAGER}/RenewRequest`,
);
const UNSUBSCRIBE = operation(NOTIFICATION, 'Unsubscribe', '', `${MANAGER}/UnsubscribeRequest`);
const pullOperation = (messageLimit: number): Operation =>
  operation(
    EVENTS,
    'PullMessages',
    `<Timeout>PT${PULL_SECONDS}S</Timeout><MessageLimit>${messageLimit}</MessageLimit>`,
    `${EVENTS}/PullPointSubscription/PullMessagesRequest`,
  );

/** A PullPoint subscription, as the device wants it named. */
export interface Subscription {
  /** Path and query that its requests go to. */
  path: string;
  /** SOAP headers of its requests, in XML. */
  headers: string;
}

export const subscribe = async (device: OnvifDevice): Promise<Subscription> =>
  subscriptionIn(await device.ask('events', CREATE), device.pathOf('events'));

export const pull = async (device: OnvifDevice, to: Subscription, messageLimit: number): Promise<PullResult> =>
  readPull(await call(device, to, pullOperation(messageLimit), PULL_TIMEOUT_MS));

/** False: the device does not know how. */
export const renew = async (device: OnvifDevice, to: Subscription): Promise<boolean> =>
  (await optional(() => call(device, to, RENEW))) !== undefined;

export const unsubscribe = async (device: OnvifDevice, to: Subscription): Promise<void> => {
  await call(device, to, UNSUBSCRIBE, GOODBYE_TIMEOUT_MS);
};

const call = (device: OnvifDevice, to: Subscription, what: Operation, timeoutMs?: number): Promise<XmlElement> =>
  device.request(to.path, what, {
    headers: `${to.headers}${header('Action', what.action)}${header('MessageID', `urn:uuid:${randomUUID()}`)}`,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });

const header = (name: string, text: string): string => `<${name} xmlns="${ADDRESSING}">${escapeXml(text)}</${name}>`;

/**
 * Reads where a subscription is. Many devices have one address for all of them, and give none, or a name in its place.
 *
 * @param eventService path for those
 * @throws OnvifError `OnvifBadAnswer` if the device wants too much back with every request
 */
export const subscriptionIn = (response: XmlElement, eventService: string): Subscription => {
  const reference = child(response, 'SubscriptionReference');
  const address = textOf(child(reference, 'Address'));
  const path = address === ANONYMOUS ? undefined : localPathOf(address);
  const parameters = ['ReferenceParameters', 'ReferenceProperties'].flatMap((name) => children(child(reference, name)));
  if (parameters.length > MAX_PARAMETERS) throw refused(`wants ${parameters.length} headers back with every request`);
  const to = path === undefined || address === undefined ? '' : header('To', address);
  return { path: path ?? eventService, headers: `${to}${parameters.map(parameterHeader).join('')}` };
};

const parameterHeader = (parameter: XmlElement): string => {
  const attributes = parameter.attributes.filter(({ name }) => name !== 'IsReferenceParameter');
  const mark = ` xmlns:sluice="${ADDRESSING}" sluice:IsReferenceParameter="true"`;
  const written = excerptOf({ ...parameter, attributes }, MAX_PARAMETER, mark);
  if (written === undefined) throw refused('wants too long a header back with every request');
  return written;
};
