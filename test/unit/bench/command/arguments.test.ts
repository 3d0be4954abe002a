import { describe, expect, it } from 'vitest';
import { parseArguments } from '../../../../bench/command/arguments.js';
import { SUITES } from '../../../../bench/suites.js';

const parse = (line: string) => parseArguments(line.split(' ').filter((word) => word !== ''));

const messageOf = (line: string): string => {
  const command = parse(line);
  return command.kind === 'wrong' ? command.message : `not wrong: ${command.kind}`;
};

const namesOf = (line: string): string[] => {
  const command = parse(line);
  return command.kind === 'whole' ? command.suites.map(({ name }) => name) : [command.kind];
};

describe('the command line of the benchmarks', () => {
  it('runs all suites quickly if it says nothing', () => {
    expect(parse('')).toEqual({
      ...{ kind: 'whole', out: 'bench-results', suites: SUITES, quick: true },
      ...{ clips: undefined, patienceMinutes: undefined },
    });
  });

  it('runs some of them, in the order of all', () => {
    expect(namesOf('--only kernel,density')).toEqual(['density', 'kernel']);
    expect(namesOf('--only kernel --only density')).toEqual(['density', 'kernel']);
    expect(namesOf('--skip soak')).toHaveLength(SUITES.length - 1);
    expect(namesOf('--only kernel,density --skip density --out x')).toEqual(['kernel']);
    expect(parse('--full --patience 1.5 --clips x')).toMatchObject({ quick: false, patienceMinutes: 1.5, clips: 'x' });
  });

  it('makes the page of several files', () => {
    expect(parse('--from a.json b.json --out x')).toEqual({ kind: 'page', out: 'x', files: ['a.json', 'b.json'] });
    expect(parse('--out x --from a.json')).toEqual({ kind: 'page', out: 'x', files: ['a.json'] });
  });

  it('runs one suite as it always did', () => {
    const command = parse('accuracy --clips x --verdicts y --masks --quick --json z');
    if (command.kind !== 'suite') throw new Error(command.kind);
    expect(command.suite.name).toBe('accuracy');
    expect(command.json).toBe('z');
    expect(command.options.quick).toBe(true);
    expect(Object.fromEntries(command.options.args)).toEqual({
      ...{ clips: 'x', verdicts: 'y', masks: 'true', quick: 'true', json: 'z' },
    });
    expect(parse('--quick latency')).toMatchObject({ kind: 'suite', suite: { name: 'latency' } });
    expect(parse('density --rounds=2')).toMatchObject({ kind: 'suite' });
  });

  it('helps', () => {
    expect(parse('--help')).toEqual({ kind: 'help' });
    expect(parse('density --help')).toMatchObject({ kind: 'help', suite: { name: 'density' } });
  });

  it.each([
    ['densty', 'there is no suite densty; did you mean density?'],
    ['xyzzyxyzzy', /^there is no suite xyzzyxyzzy; there are density, kernel, /],
    ['--only densty', '--only: there is no suite densty; did you mean density?'],
    ['density --roundz 3', 'density has no option --roundz; did you mean --rounds?'],
    ['--onyl kernel', /--only/],
    ['--ful', 'a run of all suites has no option --ful; did you mean --full?'],
    ['latency density', 'one suite at a time, or several with --only latency,density'],
    ['latency --quick density', 'one suite at a time, or several with --only latency,density'],
    ['latency word', 'word belongs to no option of latency'],
    ['live --only narow', '--only must be first or screen or narrow or viewers, not narow; did you mean narrow?'],
    ['density --rounds many', '--rounds must be a number above 0, not many'],
    ['density --rounds 0', '--rounds must be a number above 0, not 0'],
    ['density --rounds', '--rounds needs a value: --rounds N'],
    ['density --rounds --quick', '--rounds needs a value: --rounds N'],
    ['density --quick=yes', '--quick takes no value'],
    ['--only kernel --skip kernel', '--only and --skip leave no suite'],
    ['--full --quick', '--quick and --full exclude each other'],
    ['--from', '--from needs a value: --from FILE…'],
  ])('says what is wrong with %s', (line, message) => {
    expect(messageOf(line)).toMatch(message);
  });
});
