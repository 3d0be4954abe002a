import { duration, flag, string } from './kinds.js';
import { section } from './setting.js';

export const homeAssistantSection = section(
  'Home Assistant: cameras appear in it by themselves, over the broker of mqtt.',
  {
    enabled: flag({
      default: false,
      live: true,
      doc: 'Whether Home Assistant is told of the cameras. Needs mqtt.url and mqtt.states.',
    }),
    prefix: string({
      default: 'homeassistant',
      pattern: /^[^+#\s/]+(?:\/[^+#\s/]+)*$/,
      allowed: 'a topic without wildcards, such as homeassistant',
      live: true,
      doc: "The discovery prefix, as in Home Assistant's MQTT integration.",
    }),
    pictures: flag({
      default: true,
      live: true,
      doc: 'Whether pictures of the cameras are published: JPEGs, 640 pixels wide. Whoever may read their topics sees what the cameras see.',
    }),
    pictureEvery: duration({
      default: 'PT1M',
      min: 'PT10S',
      max: 'P1D',
      live: true,
      doc: 'How old a picture becomes while nothing moves. While something moves there is one every 10 s. Each costs the decoding of one keyframe.',
    }),
  },
);
