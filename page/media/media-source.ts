/** What of Media Source Extensions a browser has. iPhones have only the managed kind. */
interface MediaSourceKind {
  new (): MediaSource;
  isTypeSupported(type: string): boolean;
}

const kind = (): MediaSourceKind | undefined => {
  const { ManagedMediaSource } = globalThis as { ManagedMediaSource?: MediaSourceKind };
  return ManagedMediaSource ?? (globalThis as { MediaSource?: MediaSourceKind }).MediaSource;
};

/** There are Media Source Extensions here. */
export const canPlay = (): boolean => kind() !== undefined;

export const typeOf = (codec: string, media: 'video' | 'audio' = 'video'): string => `${media}/mp4; codecs="${codec}"`;

/** Why this browser cannot show such a stream, in words; undefined if it can. */
export const whyNot = (codec: string): string | undefined => {
  const available = kind();
  if (!available) return 'This browser cannot show moving pictures here: it has no Media Source Extensions.';
  if (available.isTypeSupported(typeOf(codec))) return undefined;
  const name = /^(?:hvc1|hev1)/.test(codec) ? 'H.265' : codec;
  return `This browser cannot decode ${name}. Another browser, or a machine with a decoder for it, can.`;
};

export interface OpenSource {
  source: MediaSource;
  /** Lets go of the element. */
  close(): void;
}

export interface AttachedSource {
  /** Resolves when media can be appended; never, if it is closed before. Rejects where there is nothing that could be attached. */
  opened: Promise<MediaSource>;
  /** Lets go of the element, opened or not. */
  close(): void;
}

/** Attaches a source to an element. */
export const attachSource = (video: HTMLVideoElement): AttachedSource => {
  const Kind = kind();
  if (!Kind) return { opened: Promise.reject(new Error('there are no Media Source Extensions')), close: () => {} };
  const source = new Kind();
  // The managed kind is not allowed to be sent to another screen.
  video.disableRemotePlayback = true;
  const url = URL.createObjectURL(source);
  video.src = url;
  return {
    opened: new Promise((resolve) => {
      source.addEventListener('sourceopen', () => resolve(source), { once: true });
    }),
    close: () => {
      URL.revokeObjectURL(url);
      if (video.src !== url) return;
      video.removeAttribute('src');
      video.load();
    },
  };
};

/** Attaches a source to an element. Resolves when media can be appended. */
export const openSource = async (video: HTMLVideoElement): Promise<OpenSource> => {
  const { opened, close } = attachSource(video);
  return { source: await opened, close };
};
