import type { OnvifDevice } from './device.js';
import { optional } from './errors.js';
import { type OnvifMediaProfile, profileIn } from './media-profile.js';
import { MEDIA, MEDIA_2, type Operation, operation, SCHEMA } from './soap-request.js';
import { attributeOf, child, children, textOf, type XmlElement } from './xml-tree.js';
import { escapeXml } from './xml-write.js';

const MAX_PROFILES = 64;

const GET_PROFILES = operation(MEDIA, 'GetProfiles');
const GET_PROFILES_2 = operation(MEDIA_2, 'GetProfiles', '<Type>All</Type>');

const getStreamUri = (token: string): Operation =>
  operation(
    MEDIA,
    'GetStreamUri',
    `<StreamSetup><Stream xmlns="${SCHEMA}">RTP-Unicast</Stream><Transport xmlns="${SCHEMA}"><Protocol>RTSP</Protocol></Transport></StreamSetup><ProfileToken>${escapeXml(token)}</ProfileToken>`,
  );
const getStreamUri2 = (token: string): Operation =>
  operation(MEDIA_2, 'GetStreamUri', `<Protocol>RTSP</Protocol><ProfileToken>${escapeXml(token)}</ProfileToken>`);

/** What a device streams, by Media 2 where it works, else by Media 1. Rejects with an OnvifError. */
export const mediaProfiles = async (device: OnvifDevice): Promise<OnvifMediaProfile[]> => {
  if (device.has('media2')) {
    // Some devices list Media 2 and do not know it.
    const response = await optional(() => device.ask('media2', GET_PROFILES_2));
    if (response) return await withAddresses(response, (token) => device.ask('media2', getStreamUri2(token)));
  }
  if (!device.has('media') && !device.has('media2')) return [];
  const response = await device.ask('media', GET_PROFILES);
  return await withAddresses(response, (token) => device.ask('media', getStreamUri(token)));
};

const withAddresses = async (
  response: XmlElement,
  ask: (token: string) => Promise<XmlElement>,
): Promise<OnvifMediaProfile[]> => {
  const profiles: OnvifMediaProfile[] = [];
  for (const each of children(response, 'Profiles').slice(0, MAX_PROFILES)) {
    const profile = profileIn(each);
    if (!profile) continue;
    const token = attributeOf(each, 'token');
    const answer = token === undefined ? undefined : await optional(() => ask(token));
    const uri = textOf(child(answer, 'MediaUri', 'Uri') ?? child(answer, 'Uri'));
    profiles.push({ ...profile, ...(uri === undefined ? {} : { mediaUri: { uri } }) });
  }
  return profiles;
};
