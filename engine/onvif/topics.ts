/** Motion and digital inputs, as they are called by the standard and by those who came before it. */
const DEFAULT_TOPICS: readonly string[] = [
  'RuleEngine/CellMotionDetector/Motion',
  'RuleEngine/MotionRegionDetector/Motion',
  'VideoAnalytics/Motion',
  'VideoAnalytics/MotionDetection',
  'VideoSource/MotionAlarm',
  'Device/Trigger/DigitalInput',
];

/**
 * `tns1:RuleEngine/tns2:X` → `RuleEngine/X`. Of every dialect, as far as it names one topic: with prefixes or whole
 * namespaces, with space, with a slash at the end or `//.` for all below.
 */
export const plainTopic = (topic: string): string =>
  topic
    .replace(/Q?\{[^{}]*\}/g, '')
    .split('/')
    .map((part) => part.replace(/^[^:]*:/, '').trim())
    .filter((part) => part !== '' && part !== '.')
    .join('/');

/** A topic counts if it is named, or if one that it lies below is. */
export const topicMatcher = (topics: readonly string[]): ((topic: string) => boolean) => {
  const wanted = (topics.length > 0 ? topics : DEFAULT_TOPICS).map(plainTopic);
  return (topic) => wanted.some((each) => topic === each || topic.startsWith(`${each}/`));
};
