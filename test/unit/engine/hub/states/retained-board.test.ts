import { expect, it, vi } from 'vitest';
import { RetainedBoard } from '../../../../../engine/hub/states/retained-board.js';
import { FakeLink } from '../../../../kit/fake-link.js';

const text = (payload: string) => ({ payload, contentType: 'text/plain' });

const boardOf = () => {
  const troubles: string[] = [];
  const board: RetainedBoard = new RetainedBoard({
    reports: { trouble: (message) => troubles.push(message) },
    onRoom: () => board.fill(),
  });
  return { board, troubles };
};

it('publishes what stands on a topic when it changes, and only then', () => {
  const { board } = boardOf();
  const link = new FakeLink();
  board.opened(link.link);
  board.show('a', text('1'));
  board.show('a', text('1'));
  board.show('a', text('2'));
  expect(link.sent.map(({ topic, payload, retain }) => [topic, payload, retain])).toEqual([
    ['a', '1', true],
    ['a', '2', true],
  ]);
});

it('keeps only the newest of each topic while there is no room, or no link', () => {
  const { board } = boardOf();
  const link = new FakeLink();
  board.show('a', text('0'));
  link.credit = 1;
  board.opened(link.link);
  for (let n = 1; n <= 100; n++) for (const topic of ['a', 'b']) board.show(topic, text(String(n)));
  expect(link.sent).toHaveLength(1);
  expect(board.waiting).toBe(3);
  link.acknowledge();
  expect(Object.fromEntries(link.retained)).toEqual({ a: '100', b: '100' });
  expect(link.sent).toHaveLength(3);
});

it('gets to every topic of a broker that is slower than what is to be published again', () => {
  const { board } = boardOf();
  const link = new FakeLink();
  link.credit = 2;
  board.opened(link.link);
  const topics = ['a', 'b', 'c', 'd', 'e'];
  for (const topic of topics) board.show(topic, text('1'));
  const seen = new Set<string>();
  for (let round = 0; round < 5; round++) {
    for (const topic of link.topics()) seen.add(topic);
    // Room for two, and everything is due again.
    link.acknowledge(2);
    board.again(topics);
  }
  expect([...seen].sort()).toEqual(topics);
});

it('begins anew with each link, and does not count what the old one still owed', () => {
  const { board } = boardOf();
  const first = new FakeLink();
  board.opened(first.link);
  board.show('a', text('1'));
  board.closed();
  board.show('b', text('2'));
  board.clear('a');
  const second = new FakeLink();
  second.retained.set('a', '1');
  board.opened(second.link);
  first.acknowledge();
  second.acknowledge();
  expect(Object.fromEntries(second.retained)).toEqual({ b: '2' });
  expect(board.waiting).toBe(0);
});

it('says what happens to those who are there, after how things are', () => {
  const { board } = boardOf();
  const link = new FakeLink();
  board.tell('event', 'nobody is there');
  link.credit = 0;
  board.opened(link.link);
  board.tell('event', '{}');
  board.show('a', text('1'));
  link.credit = 2;
  board.fill();
  expect(link.sent.map(({ topic, retain = false }) => [topic, retain])).toEqual([
    ['a', true],
    ['event', false],
  ]);
});

it('tells of what the broker refuses or cannot take, and goes on with the rest', () => {
  const { board, troubles } = boardOf();
  const link = new FakeLink();
  link.maximumPacketSize = 5_000;
  link.refuses = ({ topic }) => topic === 'a';
  board.opened(link.link);
  board.show('a', text('1'));
  board.show('picture', { payload: Buffer.alloc(10_000), contentType: 'image/jpeg' });
  board.show('b', text('2'));
  link.acknowledge();
  expect(troubles).toEqual([
    expect.stringContaining('larger than the broker takes'),
    expect.stringContaining('the broker refuses a state'),
  ]);
  expect(link.retained.get('b')).toBe('2');
});

it('tells when everything is acknowledged, and does not wait for a link that has ended', async () => {
  const { board } = boardOf();
  const link = new FakeLink();
  board.opened(link.link);
  board.show('a', text('1'));
  const emptied = vi.fn();
  const waited = board.emptied().then(emptied);
  await Promise.resolve();
  expect(emptied).not.toHaveBeenCalled();
  link.acknowledge();
  await waited;
  board.show('a', text('2'));
  const ended = board.emptied();
  board.closed();
  await ended;
});
