import type { FastifyInstance, FastifyReply } from 'fastify';
import { Type } from 'typebox';
import type { UtcRange } from '../archive/archive-index.js';
import { SluiceError } from '../core/errors.js';
import { momentsOf } from '../core/moments.js';
import type { UtcMicros } from '../core/time.js';
import type { Mp4Track } from '../mp4/tracks.js';
import { PRECISIONS, type Precision } from './available-media.js';
import { dashManifest } from './dash.js';
import { hlsMaster, hlsMedia } from './hls.js';
import { manifestOf } from './manifest-name.js';
import type { Playback } from './playback.js';

const ALWAYS: UtcRange = { startUtc: 0 as UtcMicros, endUtc: Number.MAX_SAFE_INTEGER as UtcMicros };

const TYPES = {
  dash: 'application/dash+xml',
  hls: 'application/vnd.apple.mpegurl',
  mp4: 'video/mp4',
} as const;

type VideoParams = { Params: { name: string } };
type Query = { Querystring: Record<string, string | undefined> };

/** What players ask of a video: when there is media, manifests, and the media itself. */
export const registerPlayback = (app: FastifyInstance, playback: Playback): void => {
  const params = Type.Object({ name: Type.String({ maxLength: 260 }) });
  const availableMedia = async (request: { params: { name: string }; query: Record<string, string | undefined> }) => {
    const query = lowerCased(request.query);
    const precision = (query['precision'] ?? 'full').toLowerCase();
    if (!PRECISIONS.includes(precision as Precision)) {
      throw new SluiceError('PrecisionInvalid', `there is no precision '${precision}'`, {
        kind: 'invalid',
        hint: `Ask for one of ${PRECISIONS.join(', ')}.`,
      });
    }
    const range = momentsOf(query['starttime'], query['endtime']) ?? ALWAYS;
    return { timeRanges: playback.availableMedia(request.params.name, precision as Precision, range) };
  };
  // AVA's two clients spell it differently.
  for (const url of [
    '/videos/:name/availableMedia',
    '/videos/:name/content/availableMedia',
    '/videos/:name/content/availablemedia',
  ]) {
    app.get<VideoParams & Query>(
      url,
      { schema: { summary: 'When a video has media', params, hide: url.includes('content') } },
      availableMedia,
    );
  }

  app.get<{ Params: { name: string; file: string } } & Query>(
    '/videos/:name/content/:file',
    {
      schema: {
        summary: 'Manifests and media of a video',
        params: Type.Object({ name: Type.String({ maxLength: 260 }), file: Type.String({ maxLength: 400 }) }),
      },
    },
    async (request, reply) => {
      const { name, file } = request.params;
      const { token } = request.query;
      const query = token === undefined ? '' : `?token=${encodeURIComponent(token)}`;
      const asked = manifestOf(file);
      if (asked) return sendManifest(reply, playback, name, { ...asked, query });
      return await sendMedia(reply, playback, name, file);
    },
  );
};

interface AskedManifest {
  format: 'dash' | 'hls';
  /** Of HLS, which of its playlists. */
  kind: Mp4Track['kind'] | undefined;
  start: string | undefined;
  end: string | undefined;
  query: string;
}

const sendManifest = (reply: FastifyReply, playback: Playback, name: string, asked: AskedManifest): FastifyReply => {
  const range = momentsOf(asked.start, asked.end);
  const content = playback.manifest(name, range, asked.query);
  if (content.pieces.length === 0) {
    throw new SluiceError('NoMedia', `the video '${name}' has no media in this time`, {
      kind: 'notFound',
      hint: 'availableMedia says when it has.',
    });
  }
  reply.header('cache-control', 'no-cache');
  if (asked.format === 'dash') return reply.type(TYPES.dash).send(dashManifest(content));
  const given = [asked.start && `,starttime=${asked.start}`, asked.end && `,endtime=${asked.end}`];
  const suffix = given.filter(Boolean).join('');
  return reply.type(TYPES.hls).send(asked.kind ? hlsMedia(asked.kind, content) : hlsMaster(content, suffix));
};

const PIECE = /^media-(\d{1,16})-(video|audio)\.m4s$/;
const INITIALISATION = /^init-([0-9a-f]{16})-(video|audio)\.mp4$/;

const sendMedia = async (
  reply: FastifyReply,
  playback: Playback,
  name: string,
  file: string,
): Promise<FastifyReply> => {
  const piece = PIECE.exec(file);
  const initialisation = INITIALISATION.exec(file);
  let bytes: Buffer | undefined;
  if (initialisation) bytes = playback.initialisation(name, initialisation[1]!, initialisation[2] as Mp4Track['kind']);
  if (piece) {
    const found = playback.piece(name, Number(piece[1]));
    bytes = found && Buffer.concat(await playback.media(found, piece[2] as Mp4Track['kind']));
  }
  if (!bytes) {
    throw new SluiceError('NoMedia', `there is no '${file}' in the video '${name}'`, {
      kind: 'notFound',
      hint: 'Media may have been removed to make room. Ask for the manifest again.',
    });
  }
  // What is there never changes.
  return reply.header('cache-control', 'private, max-age=31536000, immutable').type(TYPES.mp4).send(bytes);
};

const lowerCased = (query: Record<string, string | undefined>): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(query).map(([name, value]) => [name.toLowerCase(), value]));
