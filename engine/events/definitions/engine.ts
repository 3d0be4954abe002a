import { Type } from 'typebox';
import { SluiceEvent } from '../catalogue.js';
import { count, defineEvent, fields, flag, list, maybe, oneOf, text, time } from './definition.js';

const hint = text('What to do');

export const ENGINE_EVENTS = {
  [SluiceEvent.EngineStarted]: defineEvent({
    when: 'The engine has started',
    from: 'engine',
    data: fields({ dataDir: text('Its data folder') }),
    example: { dataDir: '/data' },
  }),
  [SluiceEvent.EngineStopped]: defineEvent({
    when: 'The engine stops in good order, not by a crash',
    from: 'engine',
    data: fields({}),
    example: {},
  }),
  [SluiceEvent.DatabaseDamaged]: defineEvent({
    when: 'At the start, the database was not as the last run had left it',
    from: 'engine',
    data: fields({
      problem: text('What is wrong'),
      hint,
      kind: oneOf(
        ['recovered', 'behind', 'lost', 'unreadable'],
        '`recovered`: it was damaged, and what could be read is in a new one. `behind`: it is whole, and older than this ' +
          'folder. `lost`: there was none, but traces of one. `unreadable`: stored resources make no sense',
      ),
      damage: maybe(text('What was damaged')),
      missing: maybe(text('What an older database lacks')),
      traces: maybe(list(Type.String(), 'How it is known that there was one')),
      setAside: maybe(list(Type.String(), 'Paths of the old files')),
      tables: maybe(
        Type.Record(
          Type.String(),
          fields({
            kept: count('Rows that were read'),
            refused: count('Rows that made no sense'),
            unreadable: flag('Places could not be read'),
          }),
          { description: 'By table' },
        ),
      ),
      resources: maybe(
        Type.Record(Type.String(), Type.Array(Type.String()), { description: 'Names that are unreadable, by kind' }),
      ),
      continuesAfter: maybe(count('Number after which the log goes on')),
    }),
    example: {
      problem: 'the database was damaged (header); what could be read is in a new one',
      hint: 'Set again what is missing. Check the disk.',
      kind: 'recovered',
      damage: 'header',
      setAside: ['/data/sluice.db.damaged-1'],
      tables: { events: { kept: 1200, refused: 0, unreadable: true } },
      continuesAfter: 3000,
    },
  }),
  [SluiceEvent.DataFolderLost]: defineEvent({
    when: 'The data folder, or a file in it that the engine has open, is gone or is another one now',
    from: 'engine',
    data: fields({
      problem: text('What is wrong'),
      hint,
      writesAreLost: flag('What is written from now on has no name, and is gone when the engine stops'),
    }),
    example: { problem: '/data/sluice.db is gone', hint: 'Put the folder back, or restart.', writesAreLost: true },
  }),
  [SluiceEvent.DataFolderRestored]: defineEvent({
    when: 'The data folder is there again, with the files of this engine',
    from: 'engine',
    data: fields({ was: maybe(text('What was wrong')) }),
    example: { was: '/data/sluice.db is gone' },
  }),
  [SluiceEvent.MediaFolderRestored]: defineEvent({
    when: 'The folder of the clips, or that of the videos, had been removed and was made again',
    from: 'engine',
    data: fields({ path: text('The folder'), hint }),
    example: { path: '/data/media', hint: 'Recordings that were in it are gone.' },
  }),
  [SluiceEvent.EventsLost]: defineEvent({
    when: 'Events could not be kept while the disk was full',
    from: 'engine',
    data: fields({
      count: count('How many'),
      byType: Type.Record(Type.String(), Type.Integer(), { description: 'How many of each type' }),
      reason: text('Why'),
    }),
    example: { count: 3, byType: { [SluiceEvent.InputReceived]: 3 }, reason: 'the disk is full' },
  }),
  [SluiceEvent.EngineLost]: defineEvent({
    when: 'Where several engines run, one of them has ended by itself, or hung and was ended; it is started again. Its cameras are not recorded meanwhile',
    from: 'engine',
    data: fields({
      engine: count('Which one, from 1'),
      problem: text('How it ended'),
      hint,
      restartIn: count('Milliseconds until it is started again'),
    }),
    example: { engine: 2, problem: 'signal SIGKILL', hint: 'Look into the log if it ends again.', restartIn: 500 },
  }),
  [SluiceEvent.EngineRestored]: defineEvent({
    when: 'An engine that had been lost runs again, and with it the live pipelines that were active',
    from: 'engine',
    data: fields({ engine: count('Which one, from 1'), was: text('How it had ended') }),
    example: { engine: 2, was: 'signal SIGKILL' },
  }),
  [SluiceEvent.SubscriptionFailed]: defineEvent({
    when: 'The handler of a subscription in the embedding program threw or rejected and it has no `onError`, so the subscription has ended; subscribe again with `since` once the handler is mended',
    from: 'engine',
    data: fields({ seq: count('The event that it was called with last'), message: text('What it threw') }),
    example: { seq: 42, message: 'cannot write to the queue' },
  }),
  [SluiceEvent.LogLinesDropped]: defineEvent({
    when: 'Nobody reads the log, so lines of it are dropped; look at what collects the standard error of the engine',
    from: 'engine',
    data: fields({
      count: count('So far'),
      since: time('Since when'),
      state: oneOf(
        ['dropping', 'over'],
        '`dropping`: with the first line, and again if the engine stops meanwhile. `over`: somebody reads again',
      ),
    }),
    example: { count: 120, since: '2026-11-28T10:14:54.683Z', state: 'dropping' },
  }),
};
