import { expect, it } from 'vitest';
import { NameLookup } from '../../../../bridge/rtsp/name-lookup.js';

interface Asked {
  name: string;
  answer(problem?: Error): void;
}

const rig = () => {
  const asked: Asked[] = [];
  const answers: string[] = [];
  const names = new NameLookup((name, _, done) => {
    const answer = (problem?: Error) => {
      asked.splice(asked.indexOf(each), 1);
      done(problem ?? null, '127.0.0.1', 4);
    };
    const each = { name, answer };
    asked.push(each);
  });
  const ask = (name: string, signal = new AbortController().signal): void =>
    names.for(signal)(name, {}, (problem) => answers.push(`${name} ${problem ? 'not found' : 'found'}`));
  const running = () => asked.map(({ name }) => name);
  const settle = (name: string, problem?: Error) => asked.find((each) => each.name === name)!.answer(problem);
  return { ask, running, settle, answers };
};

it('asks for three names at once, and the others in their order', () => {
  const { ask, running, settle, answers } = rig();
  for (const name of ['a', 'b', 'c', 'd', 'e']) ask(name);
  expect(running()).toEqual(['a', 'b', 'c']);
  settle('b');
  settle('a', new Error('no such name'));
  expect(running()).toEqual(['c', 'd', 'e']);
  expect(answers).toEqual(['b found', 'a not found']);
});

it('lets no more than two names be asked for that were not found the last time, so that others find a place', () => {
  const { ask, running, settle } = rig();
  const lost = ['a', 'b', 'c', 'd'];
  for (const name of lost) ask(name);
  for (const name of lost) settle(name, new Error('no such name'));
  for (const name of lost) ask(name);
  expect(running()).toEqual(['a', 'b']);
  ask('good');
  expect(running()).toEqual(['a', 'b', 'good']);
  settle('a');
  expect(running()).toEqual(['b', 'good', 'c']);
});

it('does not ask for what nobody waits for any more', () => {
  const { ask, running, settle, answers } = rig();
  const left = new AbortController();
  for (const name of ['a', 'b', 'c']) ask(name);
  ask('left', left.signal);
  ask('d');
  left.abort();
  settle('a');
  expect(running()).toEqual(['b', 'c', 'd']);
  expect(answers).toEqual(['a found']);
});
