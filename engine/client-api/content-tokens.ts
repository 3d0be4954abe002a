import { jwtVerify, SignJWT } from 'jose';

export interface ContentToken {
  token: string;
  /** Seconds since the epoch. */
  expires: number;
}

const ISSUER = 'sluice';
const LIFETIME_SECONDS = 3600;

/** Tokens that open the media of one video for an hour. They may stand in addresses, so they open nothing else. */
export class ContentTokens {
  readonly #secret: Uint8Array;

  /** @param secret 32 bytes that nobody else knows */
  constructor(secret: Uint8Array) {
    this.#secret = secret;
  }

  /** @param now in seconds since the epoch */
  async issue(video: string, now: number): Promise<ContentToken> {
    const expires = Math.floor(now) + LIFETIME_SECONDS;
    const token = await new SignJWT({ video })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(ISSUER)
      .setIssuedAt(Math.floor(now))
      .setExpirationTime(expires)
      .sign(this.#secret);
    return { token, expires };
  }

  /** Whether a token opens this video. */
  async opens(token: string, video: string, now: number): Promise<boolean> {
    try {
      const { payload } = await jwtVerify(token, this.#secret, {
        algorithms: ['HS256'],
        issuer: ISSUER,
        requiredClaims: ['exp'],
        currentDate: new Date(now * 1000),
      });
      return payload['video'] === video;
    } catch {
      return false;
    }
  }
}
