import { notification } from './fake-onvif-device.js';
import { rtpPacket } from './h264-bytes.js';

const PAYLOAD_TYPE = 107;
const CONTROL = 'metadata';

/** A description with a metadata track behind what there is. */
export const withMetadata = (sdp: string, encoding = 'vnd.onvif.metadata'): string =>
  [
    `${sdp.trimEnd()}`,
    `m=application 0 RTP/AVP ${PAYLOAD_TYPE}`,
    `a=rtpmap:${PAYLOAD_TYPE} ${encoding}/90000`,
    `a=control:${CONTROL}`,
    '',
  ].join('\r\n');

export const motionNotification = (value: string, source = 'VideoSourceConfigurationToken=1'): string =>
  notification({
    ...{ topic: 'tns1:RuleEngine/CellMotionDetector/Motion', source, item: 'IsMotion', value },
    ...{ operation: 'Changed', at: new Date() },
  });

/** A document with these events. */
export const metadataDocument = (...notifications: string[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<tt:MetadataStream xmlns:tt="http://www.onvif.org/ver10/schema" xmlns:wsnt="http://docs.oasis-open.org/wsn/b-2"><tt:Event>${notifications.join('')}</tt:Event></tt:MetadataStream>`;

/** What a camera sends most: where things are in a picture. */
export const SCENE_DOCUMENT =
  '<?xml version="1.0"?><tt:MetadataStream xmlns:tt="http://www.onvif.org/ver10/schema"><tt:VideoAnalytics><tt:Frame UtcTime="2026-01-02T03:04:05Z"/></tt:VideoAnalytics></tt:MetadataStream>';

/** The RTP of a metadata track, for one camera. */
export class FakeMetadata {
  readonly control = CONTROL;
  #sequence = 0;
  #timestamp = 1000;

  /** One document, or what is sent as one, in packets of at most so many bytes. */
  packets(text: string, mtu = 1400): Buffer[] {
    const bytes = Buffer.from(text);
    this.#timestamp += 3600;
    const count = Math.ceil(bytes.length / mtu);
    return Array.from({ length: count }, (_, index) =>
      rtpPacket(
        {
          ...{ payloadType: PAYLOAD_TYPE, sequence: this.#sequence++, timestamp: this.#timestamp, ssrc: 0x0417f },
          marker: index === count - 1,
        },
        bytes.subarray(index * mtu, (index + 1) * mtu),
      ),
    );
  }
}
