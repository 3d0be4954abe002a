import type { Recording } from '../api/videos.js';

/** Why something was recorded, in a word or two. */
export const causeWords = (cause: Recording['cause']): string => {
  if (!cause) return 'Recording';
  if (cause.eventType.endsWith('.Inference')) return /onvif/i.test(cause.subject) ? 'Event of the camera' : 'Motion';
  if (cause.eventType.endsWith('.InputReceived')) return `Message to ${cause.subject.split('/').at(-1) ?? 'an input'}`;
  // It did not work, or saw too little. Which of them is in the event alone.
  if (cause.eventType.endsWith('.DetectionDegraded')) return 'Detector could not judge';
  return cause.eventType.split('.').at(-1) ?? 'Recording';
};
