import { describe, expect, it } from 'vitest';
import { profileIn } from '../../../../engine/onvif/media-profile.js';
import { parseXml } from '../../../../engine/onvif/xml-parse.js';

const media1 = (encoder: string, name = 'main'): string =>
  `<Profiles token="t"><Name>${name}</Name><VideoEncoderConfiguration>${encoder}</VideoEncoderConfiguration></Profiles>`;

describe('a media profile', () => {
  it('keeps texts that look like numbers, flags or times', () => {
    for (const name of ['007', '1.50', 'true', '2026-01-02T03:04:05Z', 'a &amp; b']) {
      expect(profileIn(parseXml(media1('<Encoding>H264</Encoding>', name)))?.name).toBe(name.replace('&amp;', '&'));
    }
  });

  it('has what the device tells, and nothing that it does not', () => {
    expect(profileIn(parseXml(media1('<Encoding>jpeg</Encoding>')))).toEqual({
      name: 'main',
      videoEncoderConfiguration: { encoding: 'jpeg' },
    });
    expect(
      profileIn(
        parseXml(
          media1(
            '<Encoding>MPEG4</Encoding><Resolution><Width>640</Width></Resolution><Quality>high</Quality><RateControl/><MPEG4><GovLength>30</GovLength><Mpeg4Profile>SP</Mpeg4Profile></MPEG4>',
          ),
        ),
      )?.videoEncoderConfiguration,
    ).toEqual({ encoding: 'mpeg4', rateControl: {}, mpeg4: { govLength: 30, profile: 'sp' } });
  });

  it('is read as Media 2 has it', () => {
    const xml =
      '<Profiles token="t"><Configurations><VideoEncoder GovLength="25" Profile="High" GuaranteedFrameRate="true"><Encoding>H264</Encoding><RateControl ConstantBitRate="false"><FrameRateLimit>12.5</FrameRateLimit></RateControl></VideoEncoder></Configurations></Profiles>';
    expect(profileIn(parseXml(xml))).toEqual({
      videoEncoderConfiguration: {
        encoding: 'h264',
        rateControl: { frameRateLimit: 12.5, guaranteedFrameRate: true },
        h264: { govLength: 25, profile: 'high' },
      },
    });
  });

  it('is none without video that AVA takes', () => {
    expect(profileIn(parseXml(media1('<Encoding>H265</Encoding>')))).toBeUndefined();
    expect(profileIn(parseXml('<Profiles token="t"/>'))).toBeUndefined();
  });
});
