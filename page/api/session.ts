import { getJson, isMissing, send } from './http.js';

export interface SessionState {
  signedIn: boolean;
  needsToken: boolean;
}

/** @throws ApiError */
export const readSession = async (): Promise<SessionState> => {
  try {
    return await getJson<SessionState>('/session');
  } catch (error) {
    // An engine that knows no sessions lets everybody in who gets so far.
    if (isMissing(error)) return { signedIn: true, needsToken: false };
    throw error;
  }
};

/** @throws ApiError 401 where the token is wrong */
export const signIn = async (token: string): Promise<void> => {
  await send('POST', '/session', { headers: { authorization: `Bearer ${token}` } });
};

/** @throws ApiError */
export const signOut = async (): Promise<void> => {
  await send('DELETE', '/session');
};
