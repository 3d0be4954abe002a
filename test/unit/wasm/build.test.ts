import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { builtFile } from '../../../wasm/detector/kernel.js';

const wat = (build: string): string => readFileSync(builtFile(`motion.${build}.wat`), 'utf8');

/** The text of the function that is exported under a name. */
function body(text: string, name: string): string {
  const exported = new RegExp(`\\(export "${name}" \\(func (\\S+)\\)\\)`).exec(text);
  if (exported === null) throw new Error(`${name} is not exported`);
  const begin = text.indexOf(` (func ${exported[1]} `);
  const next = text.indexOf('\n (func ', begin + 1);
  return text.slice(begin, next < 0 ? undefined : next);
}

describe.each(['simd', 'scalar'])('the %s module', (build) => {
  it('has no data segment, which every worker would write into the shared memory again', () => {
    expect(wat(build)).not.toMatch(/\(data[ )]/);
  });

  it('imports one shared memory and has no start function', () => {
    expect(wat(build)).toMatch(/\(import "env" "memory" \(memory \S+ \d+ \d+ shared\)\)/);
    expect(wat(build)).not.toMatch(/\n \(start /);
  });
});

describe('the vector build', () => {
  it('works on vectors in the loops that touch every pixel', () => {
    const text = wat('simd');
    const sense = body(text, 'senseRow');
    for (const operation of ['i8x16.sub_sat_u', 'i8x16.bitmask', 'i16x8.extadd_pairwise_i8x16_u']) {
      expect(sense).toContain(operation);
    }
    const learn = body(text, 'learnRow');
    for (const operation of ['i16x8.q15mulr_sat_s', 'i8x16.narrow_i16x8_u', 'i16x8.gt_s', 'v128.store']) {
      expect(learn).toContain(operation);
    }
    expect(body(text, 'relight')).toContain('i16x8.q15mulr_sat_s');
  });

  it('is what the scalar build does without', () => {
    expect(wat('scalar')).not.toContain('v128');
  });
});
