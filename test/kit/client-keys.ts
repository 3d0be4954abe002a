import { exportJWK, generateKeyPair, SignJWT } from 'jose';

/** Somebody whose tokens an access policy knows. */
export interface ClientKeys {
  /** Access policies as AVA has them, as JSON. */
  policies: string;
  /** A token for an audience, good for ten minutes. */
  token(audience: string, seconds?: number): Promise<string>;
}

export const clientKeys = async (
  audiences = ['$' + '{System.Runtime.BaseResourceUrlPattern}'],
): Promise<ClientKeys> => {
  const pair = await generateKeyPair('ES256', { extractable: true });
  const { x, y } = await exportJWK(pair.publicKey);
  const key = { '@type': '#Microsoft.VideoAnalyzer.EccTokenKey', kid: 'wall', alg: 'ES256', x, y };
  const authentication = {
    '@type': '#Microsoft.VideoAnalyzer.JwtAuthentication',
    ...{ issuers: ['https://login.example'], audiences, keys: [key] },
  };
  return {
    policies: JSON.stringify({ value: [{ name: 'wall', properties: { role: 'Reader', authentication } }] }),
    token: (audience, seconds = 600) =>
      new SignJWT({})
        .setProtectedHeader({ alg: 'ES256', kid: 'wall' })
        .setIssuer('https://login.example')
        .setAudience(audience)
        .setExpirationTime(Math.floor(Date.now() / 1000) + seconds)
        .sign(pair.privateKey),
  };
};
