import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The slowest kinds first, so that no worker is left with a long test at the end while the others are done. */
const KINDS = ['/test/e2e/', '/test/integration/', '/test/property/', '/test/unit/'];

/** Whole engines; and files that put a module of their own in place of another, which others must not be given. */
const WHOLE = ['test/{e2e,integration}/**/*.test.ts', 'test/**/*.mocked.test.ts'];

class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const kind = ({ moduleId }: TestSpecification): number => KINDS.findIndex((folder) => moduleId.includes(folder));
    return (await super.sort(files)).sort((a, b) => kind(a) - kind(b));
  }
}

export default defineConfig({
  test: {
    // Forks, not threads: native addons and child processes need the main thread of a process.
    pool: 'forks',
    // One more than the cores of a small machine: most tests of whole engines wait for cameras.
    maxWorkers: 3,
    sequence: { sequencer: SlowestFirst },
    // For a machine that is several times as busy as it can be: a test that hangs is told of late, one that is slow is no fault.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    teardownTimeout: 20_000,
    passWithNoTests: false,
    projects: [
      { extends: true, test: { name: 'whole', include: WHOLE } },
      // What these import is loaded once in each worker, which halves their time. Nothing in them outlives its file but modules.
      {
        extends: true,
        test: { name: 'parts', include: ['test/{property,unit}/**/*.test.ts'], exclude: WHOLE, isolate: false },
      },
    ],
    // Where bytes are not as expected, all of them would push every other failure out of sight.
    diff: { truncateThreshold: 60 },
  },
});
