import { describe, expect, it } from 'vitest';
import {
  carried,
  type LooseSelector,
  type Provided,
  type Taken,
  TRACK_KINDS,
  taken,
} from '../../../../engine/topology/streams.js';

const camera: Provided = { stream: 'media', tracks: TRACK_KINDS, origin: 'camera' };
const gated: Provided = { stream: 'media', tracks: TRACK_KINDS, origin: 'gate' };
const raw: Provided = { stream: 'pictures', found: 'nothing' };
const moving: Provided = { stream: 'pictures', found: 'motion' };
const motion: Provided = { stream: 'events', topic: 'motion' };
const messages: Provided = { stream: 'events', topic: 'messages' };

const EVERYTHING: Taken[] = [{ stream: 'media' }, { stream: 'pictures' }, { stream: 'events' }];
const is = (value: string): LooseSelector => ({ operator: 'is', value });
const isNot = (value: string): LooseSelector => ({ operator: 'isNot', value });

describe('what a node takes', () => {
  it.each<[string, Provided, Taken[], Provided | undefined]>([
    ['media of any origin', gated, [{ stream: 'media' }], gated],
    ['media of its origin', camera, [{ stream: 'media', origins: ['camera'] }], camera],
    ['no media of another origin', camera, [{ stream: 'media', origins: ['gate'] }], undefined],
    ['its tracks', camera, [{ stream: 'media', tracks: ['audio'] }], { ...camera, tracks: ['audio'] }],
    [
      'no media without its tracks',
      { ...camera, tracks: ['video'] },
      [{ stream: 'media', tracks: ['audio'] }],
      undefined,
    ],
    ['pictures, whatever was found', moving, [{ stream: 'pictures' }], moving],
    ['pictures in which that was found', raw, [{ stream: 'pictures', found: ['nothing'] }], raw],
    ['no other pictures', moving, [{ stream: 'pictures', found: ['nothing'] }], undefined],
    ['events of any topic', messages, [{ stream: 'events' }], messages],
    ['events of its topics', motion, [{ stream: 'events', topics: ['tracks', 'motion'] }], motion],
    ['no other events', messages, [{ stream: 'events', topics: ['tracks', 'motion'] }], undefined],
    ['no stream that it does not name', raw, [{ stream: 'media' }, { stream: 'events' }], undefined],
    ['the second of two', gated, [{ stream: 'media', origins: ['camera'] }, { stream: 'media' }], gated],
    ['nothing', camera, [], undefined],
  ])('is %s', (_, provided, takes, expected) => {
    expect(taken(provided, takes)).toEqual(expected);
  });
});

describe('what comes through selectors', () => {
  const all = [camera, moving, motion];
  const media = (...tracks: Array<'video' | 'audio' | 'application'>): Provided => ({ ...camera, tracks });

  it.each<[string, LooseSelector[], Provided[]]>([
    ['none', [], all],
    ['is video', [is('video')], [media('video'), moving]],
    ['isNot video', [isNot('video')], [media('audio', 'application'), motion]],
    ['is audio', [is('audio')], [media('audio')]],
    ['isNot audio', [isNot('audio')], [media('video', 'application'), moving, motion]],
    ['is application', [is('application')], [media('application'), motion]],
    ['isNot application', [isNot('application')], [media('video', 'audio'), moving]],
    ['two that exclude', [isNot('audio'), isNot('application')], [media('video'), moving]],
    ['two that contradict each other', [is('video'), is('audio')], []],
    ['one that is not complete', [{}], all],
  ])('%s', (_, selectors, expected) => {
    expect(carried(all, selectors, EVERYTHING)).toEqual(expected);
  });

  it('is narrowed to what the node takes', () => {
    const file: Taken[] = [{ stream: 'media', tracks: ['video', 'audio'], origins: ['gate'] }];
    expect(carried([gated, motion], [isNot('audio')], file)).toEqual([{ ...gated, tracks: ['video'] }]);
    expect(carried([camera], [], file)).toEqual([]);
  });
});
