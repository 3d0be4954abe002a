const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  400: 'Bad Request',
  404: 'Not Found',
  405: 'Method Not Allowed',
  415: 'Unsupported Media Type',
  453: 'Not Enough Bandwidth',
  454: 'Session Not Found',
  455: 'Method Not Valid in This State',
  461: 'Unsupported Transport',
  503: 'Service Unavailable',
  551: 'Option Not Supported',
};

export interface Answer {
  status: number;
  headers?: Readonly<Record<string, string>>;
  body?: string;
}

/** An answer as it is sent (RFC 2326 7). @param cseq number of the request; undefined if it had none */
export const answerText = ({ status, headers = {}, body }: Answer, cseq: string | undefined): string => {
  const all = {
    ...(cseq === undefined ? {} : { CSeq: cseq }),
    ...headers,
    ...(body === undefined
      ? {}
      : { 'Content-Type': 'application/sdp', 'Content-Length': `${Buffer.byteLength(body)}` }),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return [`RTSP/1.0 ${status} ${REASONS[status] ?? ''}`, ...lines, '', body ?? ''].join('\r\n');
};

/** Channels in a Transport header: the first of its choices that is TCP within the connection. Undefined if none is. */
export const channelsOf = (transport: string | undefined): { rtp: number; rtcp: number } | undefined => {
  for (const choice of (transport ?? '').split(',')) {
    const [profile = '', ...parameters] = choice.trim().split(';');
    if (profile.toUpperCase() !== 'RTP/AVP/TCP' || parameters.some((each) => /^multicast$/i.test(each))) continue;
    const asked = parameters.find((each) => /^interleaved=/i.test(each));
    if (asked === undefined) return { rtp: 0, rtcp: 1 };
    const [, rtp, rtcp] = /^interleaved=(\d{1,3})(?:-(\d{1,3}))?$/i.exec(asked) ?? [];
    if (rtp === undefined) continue;
    const channels = { rtp: Number(rtp), rtcp: Number(rtcp ?? Number(rtp) + 1) };
    if (channels.rtp <= 255 && channels.rtcp <= 255 && channels.rtp !== channels.rtcp) return channels;
  }
  return undefined;
};
