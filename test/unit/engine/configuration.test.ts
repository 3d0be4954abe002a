import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../engine/config/index.js';
import { loadConfig, watchConfig } from '../../../engine/configuration.js';
import { FakeClock } from '../../kit/fake-clock.js';
import { tempDir } from '../../kit/temp-dir.js';

const BAD_TOPIC = 'mqtt:\n  topics:\n    input: a/b\n';
const REFUSAL = "f.yaml:3:12: mqtt.topics.input 'a/b' must hold {input}";

describe('the configuration of the whole program', () => {
  it('refuses topic templates that the hub could not use, with their place', () => {
    const file = join(tempDir(), 'f.yaml');
    writeFileSync(file, BAD_TOPIC);
    const load = () => loadConfig({ file, env: {} });
    expect(load).toThrow(ConfigError);
    expect(load).toThrow(REFUSAL);
  });

  it('refuses them while it watches a file, too', () => {
    const clock = new FakeClock();
    const file = join(tempDir(), 'f.yaml');
    writeFileSync(file, '');
    const seen: string[] = [];
    const watch = watchConfig(loadConfig({ file, env: {} }), {
      file,
      env: {},
      clock,
      onChange: () => seen.push('changed'),
      onProblem: (error) => seen.push(error.message),
    });
    writeFileSync(file, BAD_TOPIC);
    clock.advance(2000);
    watch.stop();
    expect(seen).toEqual([REFUSAL]);
  });
});
