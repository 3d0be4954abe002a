import { PRIORITIES } from '../../core/priority.js';
import { AvaEvent, SluiceEvent } from '../catalogue.js';
import { count, defineEvent, fields, maybe, mediaTime, number, oneOf, text, time } from './definition.js';

/** What breaks in a camera's time. */
const DISCONTINUITIES = ['forwardJump', 'backwardJump', 'stuck', 'ahead', 'fellBehind', 'missingTimestamp'] as const;

const CAMERAS_AND_SERVERS = 'RtspSource, OnvifEventSource, extensions';

const target = text('Address, without credentials');
const message = text('What happened and what to do');
const protocol = oneOf(['rtsp', 'onvif', 'http', 'grpc'], 'Of a camera, its ONVIF service, or an inference server');
const retryInSeconds = number('When it is tried again, in s');
const peer = { target: maybe(target), protocol, message, retryInSeconds: maybe(retryInSeconds) };

const DOOR = { target: 'rtsp://camera.example/door', protocol: 'rtsp' } as const;

const refusal = (when: string, errorCode: string, why: string) =>
  defineEvent({
    when,
    from: CAMERAS_AND_SERVERS,
    data: fields({ errorCode: text('What the error is called'), ...peer }),
    example: { errorCode, ...DOOR, message: why, retryInSeconds: 60 },
  });

const role = oneOf(['ingest', 'decode'], 'What the process does: receive media, or decode and encode it');
const decoding = {
  target,
  priority: oneOf(
    PRIORITIES,
    'Of the camera: `priority` of its RtspSource, the highest where several pipelines read it',
  ),
  cause: oneOf(
    ['decoderBehind', 'detectorBusy', 'mainThreadBusy'],
    '`decoderBehind`: units were not decoded. `detectorBusy`: pictures were not judged. `mainThreadBusy`: media reached the engine late',
  ),
  asked: text('The decode policy that its pipelines ask for'),
  decodes: text('The decode policy in force from now on; `nothing` if nobody asks for pictures any more'),
  message,
};

const deaths = count('How many of these processes have died');

export const CAMERA_EVENTS = {
  [AvaEvent.MediaSessionEstablished]: defineEvent({
    when: 'Media comes from the camera',
    from: 'RtspSource',
    data: fields({ sdp: text('What the camera says about its media') }),
    example: { sdp: 'v=0\r\no=- 0 1 IN IP4 192.0.2.7\r\ns=Session\r\nm=video 0 RTP/AVP 96\r\n' },
  }),
  [AvaEvent.ProtocolError]: defineEvent({
    when: 'The other side does not keep to its protocol, or refuses with a status',
    from: CAMERAS_AND_SERVERS,
    data: fields({
      code: text(
        'What the error is called. `redirected`: the camera has sent the engine to another host, or to one without TLS, which is ' +
          'not followed; if it has moved, put its new address into `rtspUrl`',
      ),
      ...peer,
    }),
    example: { code: '404', ...DOOR, message: 'the camera has no such stream', retryInSeconds: 4 },
  }),
  [AvaEvent.AuthenticationError]: refusal(
    'The credentials are refused, or there are none',
    '401',
    'the camera refuses the credentials',
  ),
  [AvaEvent.AuthorizationError]: refusal(
    'The credentials are known, and do not allow this',
    '403',
    'the user may not see this stream',
  ),
  [AvaEvent.NetworkError]: refusal(
    'The other side cannot be reached, does not answer, or has gone away',
    'ECONNREFUSED',
    'the camera refuses the connection',
  ),
  [AvaEvent.MediaFormatError]: defineEvent({
    when: 'Media comes, and not in a form that can be used',
    from: 'RtspSource',
    data: fields({
      timestamp: mediaTime,
      code: text(
        'What is wrong. `noKeyframe`: nothing that decoding could begin with. `noSound`: sound is wanted and there is none. ' +
          '`soundRate`: the sound is not as fast as it says',
      ),
      ...peer,
    }),
    example: {
      timestamp: 146_453_345_437_500,
      code: 'noKeyframe',
      ...DOOR,
      message: 'the camera has sent no keyframe for 10 s; nothing can be judged or recorded without one',
    },
  }),
  [AvaEvent.DataDropped]: defineEvent({
    when: 'Something that should be there is not: media that was lost on the way, pictures or sound that are not in a file, events that a consumer will not get',
    from: 'RtspSource, sinks, engine',
    data: fields({
      dataType: oneOf(
        ['media', 'video', 'audio', 'application', 'event'],
        '`media`: RTP packets of the camera. `video`, `audio`, `application`: units of a track. `event`: events',
      ),
      count: maybe(count('Packets, pictures, or frames of sound')),
      cause: maybe(
        text(
          '`lostOnTheWay`, `overflow` (came faster than taken), `misplaced` (sound that has no place among the pictures), ' +
            '`encoderLost`, or a sentence',
        ),
      ),
      milliseconds: maybe(count('How much time is missing, in ms')),
      garbageBytes: maybe(count('Bytes from the camera that belong to nothing')),
      overflow: maybe(count('Frames of sound or metadata that came faster than they were taken')),
      outputLocation: maybe(text('File or video in which it is missing')),
      beforeUtc: maybe(time('What is missing belongs before this')),
      target: maybe(text('Camera that sent it, or consumer that does not get it')),
      message: maybe(message),
      seq: maybe(count('Event that is not delivered')),
      id: maybe(text('Its `id`')),
      from: maybe(count('First of the events that are not delivered')),
      to: maybe(count('Last of them')),
      reason: maybe(text('Why events are not delivered')),
    }),
    example: {
      dataType: 'media',
      count: 17,
      cause: 'lostOnTheWay',
      milliseconds: 120,
      garbageBytes: 0,
      overflow: 0,
      target: DOOR.target,
      message: '17 RTP packets of the camera are missing, at 1 place',
    },
  }),
  [SluiceEvent.TimestampDiscontinuity]: defineEvent({
    when: "The camera's time has jumped, and media time was anchored anew",
    from: 'RtspSource',
    data: fields({
      reason: oneOf(
        DISCONTINUITIES,
        '`ahead` and `fellBehind`: it runs faster or slower than the clock. `missingTimestamp`: there is none, so it is estimated',
      ),
      at: number("Media time of the first unit after it, in µs of the engine's own clock"),
    }),
    example: { reason: 'forwardJump', at: 182_736_450_123 },
  }),
  [SluiceEvent.WallClockStepped]: defineEvent({
    when: "The machine's time was set",
    from: 'RtspSource',
    data: fields({ byMs: number('By how much, in ms') }),
    example: { byMs: -3600_000 },
  }),
  [SluiceEvent.PreRollLimited]: defineEvent({
    when: 'The ring of the camera is full before it holds the pre-roll that is asked for; see `camera.ringMaximumSize`',
    from: 'RtspSource',
    data: fields({ bytes: count('In the ring'), keptMicros: count('Time that the ring holds, in µs') }),
    example: { bytes: 67_108_864, keptMicros: 21_400_000 },
  }),
  [SluiceEvent.CameraIsolated]: defineEvent({
    when: "The camera's media kills the processes that handle it, so it has one of its own; told again while the pauses between attempts grow",
    from: 'RtspSource',
    data: fields({ target, role, deaths, cause: text('How the last one died'), retryInSeconds, message }),
    example: {
      target: DOOR.target,
      role: 'decode',
      deaths: 3,
      cause: 'was killed by SIGSEGV',
      retryInSeconds: 20,
      message: 'this camera was present at 3 deaths of a process that decodes or encodes it, and alone at the last',
    },
  }),
  [SluiceEvent.CameraReleased]: defineEvent({
    when: 'The camera shares its processes with others again',
    from: 'RtspSource',
    data: fields({ target, role, deaths, message }),
    example: {
      target: DOOR.target,
      role: 'decode',
      deaths: 3,
      message: 'the process that decodes or encodes it has lived for long enough to be shared with other cameras again',
    },
  }),
  [SluiceEvent.DecoderFellBack]: defineEvent({
    when: "The camera's pictures are decoded by the processor, although hardware for that is there and works. No picture is missing, or few",
    from: 'RtspSource',
    data: fields({
      target,
      decoder: oneOf(['nvdec', 'vaapi', 'v4l2'], 'The hardware'),
      code: oneOf(
        ['noSession', 'failed', 'noPicture', 'lost'],
        '`noSession`: it decodes as many cameras as it may, see `decode.hardwareSessions`. `failed`: it could not be started ' +
          'for this stream, or ended. `noPicture`: it gave none. `lost`: its process died',
      ),
      cause: text('What is known of it'),
      retryInSeconds: maybe(retryInSeconds),
      message,
    }),
    example: {
      target: DOOR.target,
      decoder: 'vaapi',
      code: 'noPicture',
      cause: 'no picture came out of it in 5 s',
      retryInSeconds: 30,
      message:
        'vaapi does not decode this camera: no picture came out of it in 5 s. The processor decodes it now; vaapi is tried again in 30 s',
    },
  }),
  [SluiceEvent.DecodingReduced]: defineEvent({
    when: 'More is to be decoded than the machine can do, and keyframes alone are decoded of this camera from now on: those with the lowest `priority` first. It is still judged, and recorded when something moves',
    from: 'RtspSource',
    data: fields(decoding),
    example: {
      target: DOOR.target,
      priority: 'low',
      cause: 'decoderBehind',
      asked: 'fps:5',
      decodes: 'keyframes',
      message:
        'the decoders cannot keep up with the cameras. Keyframes alone are decoded of this camera (priority low, asked for: fps:5), until there is room',
    },
  }),
  [SluiceEvent.DecodingRestored]: defineEvent({
    when: 'There is room again, and the camera is decoded as asked',
    from: 'RtspSource',
    data: fields({ ...decoding, seconds: count('For how long it was not, in s') }),
    example: {
      target: DOOR.target,
      priority: 'low',
      cause: 'decoderBehind',
      asked: 'fps:5',
      decodes: 'fps:5',
      seconds: 81,
      message: 'the camera is decoded as asked again (fps:5), after 81 s',
    },
  }),
};
