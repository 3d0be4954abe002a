import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { UtcRange } from '../archive/archive-index.js';
import { SluiceError } from '../core/errors.js';
import { momentsOf } from '../core/moments.js';
import type { UtcMicros } from '../core/time.js';
import type { Mp4Track } from '../mp4/tracks.js';
import { PRECISIONS, type Precision } from './available-media.js';
import { dashManifest } from './dash.js';
import { hlsMaster, hlsMedia } from './hls.js';
import { type ManifestName, manifestOf } from './manifest-name.js';
import type { Playback } from './playback.js';

const ALWAYS: UtcRange = { startUtc: 0 as UtcMicros, endUtc: Number.MAX_SAFE_INTEGER as UtcMicros };

const TYPES = {
  dash: 'application/dash+xml',
  hls: 'application/vnd.apple.mpegurl',
  mp4: 'video/mp4',
} as const;

type VideoParams = { Params: { name: string } };
type Query = { Querystring: Record<string, unknown> };

/** What players ask of a video: when there is media, manifests, and the media itself. */
export const registerPlayback = (app: FastifyInstance, playback: Playback): void => {
  const params = Type.Object({ name: Type.String({ maxLength: 260 }) });
  const availableMedia = async (request: FastifyRequest<VideoParams & Query>) => {
    const query = queryOf(request);
    const precision = (query.get('precision') ?? 'full').toLowerCase();
    if (!PRECISIONS.includes(precision as Precision)) {
      throw new SluiceError('PrecisionInvalid', `there is no precision '${precision.slice(0, 60)}'`, {
        kind: 'invalid',
        hint: `Ask for one of ${PRECISIONS.join(', ')}.`,
      });
    }
    const range = momentsOf(query.get('starttime'), query.get('endtime')) ?? ALWAYS;
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
      const asked = manifestOf(file);
      if (asked)
        return sendManifest(reply, playback, { ...asked, name, folder: '', token: queryOf(request).get('token') });
      return await sendMedia(reply, playback, name, file);
    },
  );

  app.get<VideoParams & Query>(
    '/videos/:name/manifest.m3u8',
    { schema: { summary: 'A video as HLS', params } },
    async (request, reply) => {
      const query = queryOf(request);
      const [start, end, token] = ['starttime', 'endtime', 'token'].map((each) => query.get(each));
      const { name } = request.params;
      return sendManifest(reply, playback, {
        name,
        format: 'hls',
        kind: undefined,
        start,
        end,
        folder: 'content/',
        token,
      });
    },
  );
};

interface AskedManifest extends ManifestName {
  /** Of the video. */
  name: string;
  /** Where the media is, relative to the manifest. */
  folder: string;
  token: string | undefined;
}

const sendManifest = (reply: FastifyReply, playback: Playback, asked: AskedManifest): FastifyReply => {
  const { name, format, kind, start, end, folder, token } = asked;
  const query = token === undefined ? '' : `?token=${encodeURIComponent(token)}`;
  const content = playback.manifest(name, momentsOf(start, end), query);
  if (content.pieces.length === 0) {
    throw new SluiceError('NoMedia', `the video '${name}' has no media in this time`, {
      kind: 'notFound',
      hint: 'availableMedia says when it has.',
    });
  }
  reply.header('cache-control', 'no-cache');
  if (format === 'dash') return reply.type(TYPES.dash).send(dashManifest(content));
  return reply.type(TYPES.hls).send(kind ? hlsMedia(kind, content) : hlsMaster(content, { folder, start, end }));
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
    bytes = found && Buffer.concat(await playback.media(name, found, piece[2] as Mp4Track['kind']));
    if (found && playback.isRecent(found)) reply.header('cache-control', 'no-cache');
  }
  if (!bytes) {
    throw new SluiceError('NoMedia', `there is no '${file}' in the video '${name}'`, {
      kind: 'notFound',
      hint: 'Media may have been removed to make room. Ask for the manifest again.',
    });
  }
  // What has been found in recent pictures may still come; the rest never changes.
  if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'private, max-age=31536000, immutable');
  return reply.type(TYPES.mp4).send(bytes);
};

/** What stands behind the `?`, with names in small letters. Of a name that comes twice, the first value. */
const queryOf = ({ query }: FastifyRequest<Query>): Map<string, string> => {
  const found = new Map<string, string>();
  for (const [name, value] of Object.entries(query)) {
    const [text] = Array.isArray(value) ? value : [value];
    if (typeof text === 'string' && !found.has(name.toLowerCase())) found.set(name.toLowerCase(), text);
  }
  return found;
};
