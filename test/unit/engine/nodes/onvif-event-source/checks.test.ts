import { describe, expect, it } from 'vitest';
import { checkUrl } from '../../../../../engine/nodes/onvif-event-source/checks.js';
import { onvifEventSourceSettings } from '../../../../../engine/nodes/onvif-event-source/settings.js';
import type { DocumentCheck } from '../../../../../engine/topology/node-definition.js';

const PARAMETERS: Record<string, string | undefined> = { '${rtsp}': 'rtsp://camera/1', '${open}': undefined };
const document = (url: string, delivery?: string) => ({
  '@type': '#Sluice.OnvifEventSource' as const,
  name: 'events',
  endpoint: { '@type': '#Microsoft.VideoAnalyzer.UnsecuredEndpoint' as const, url },
  ...(delivery === undefined ? {} : { delivery: delivery as 'pullPoint' }),
});

const complaints = (url: string, delivery?: string): string[] => {
  const told: string[] = [];
  const check = {
    fill: (text: string) => (text in PARAMETERS ? PARAMETERS[text] : text),
    places: { of: (_: object, property: string) => property },
    report: (place: string, message: string) => told.push(`${place}: ${message}`),
  } as unknown as DocumentCheck;
  checkUrl(document(url, delivery), check);
  return told;
};

describe('the URL of an OnvifEventSource', () => {
  it.each([
    ['http://device/onvif/device_service', undefined],
    ['HTTPS://device', 'pullPoint'],
    ['rtsp://camera/1', 'metadataTrack'],
    ['rtsps://camera/1', 'metadataTrack'],
    ['${rtsp}', 'metadataTrack'],
    ['${open}', 'metadataTrack'],
    ['${rtsp}', '${open}'],
  ])('%s is right with %s', (url, delivery) => {
    expect(complaints(url, delivery)).toEqual([]);
  });

  it.each([
    [
      'rtsp://camera/1',
      undefined,
      'url: "rtsp://camera/1" must begin with http:// or https:// when delivery is "pullPoint"',
    ],
    [
      'http://device',
      'metadataTrack',
      'url: "http://device" must begin with rtsp:// or rtsps:// when delivery is "metadataTrack"',
    ],
    ['${rtsp}', 'pullPoint', 'url: "rtsp://camera/1" must begin with http:// or https:// when delivery is "pullPoint"'],
  ])('%s is wrong with %s', (url, delivery, expected) => {
    expect(complaints(url, delivery)).toEqual([expected]);
  });
});

describe('settings', () => {
  it('are those of a subscription if the document says nothing else', () => {
    expect(onvifEventSourceSettings(document('http://device'))).toMatchObject({
      delivery: 'pullPoint',
      transport: 'tcp',
      topics: [],
    });
  });
});
