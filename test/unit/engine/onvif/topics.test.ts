import { describe, expect, it } from 'vitest';
import { topicMatcher } from '../../../../engine/onvif/topics.js';

describe('topics', () => {
  it('are motion and digital inputs unless some are named', () => {
    const wants = topicMatcher([]);
    expect(wants('RuleEngine/CellMotionDetector/Motion')).toBe(true);
    expect(wants('Device/Trigger/DigitalInput')).toBe(true);
    expect(wants('Device/Trigger/Relay')).toBe(false);
  });

  it('include what lies below them, however they are written', () => {
    for (const topic of ['tns1:RuleEngine/LineDetector', 'RuleEngine/LineDetector/', ' RuleEngine/x:LineDetector//.']) {
      const wants = topicMatcher([topic]);
      expect(wants('RuleEngine/LineDetector')).toBe(true);
      expect(wants('RuleEngine/LineDetector/Crossed')).toBe(true);
      expect(wants('RuleEngine/LineDetectorX/Crossed')).toBe(false);
      expect(wants('RuleEngine')).toBe(false);
    }
  });
});
