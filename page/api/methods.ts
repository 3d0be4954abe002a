import { postJson } from './http.js';

/** One of AVA's direct methods. @throws ApiError with what the engine has against it */
export const invoke = <T>(method: string, payload: object): Promise<T> =>
  postJson<T>(`/methods/${method}`, { '@apiVersion': '1.1', ...payload });

export const activate = (name: string): Promise<void> => invoke('livePipelineActivate', { name });

/** Answers when what is being recorded is finished. */
export const deactivate = (name: string): Promise<void> => invoke('livePipelineDeactivate', { name });

export const removePipeline = (name: string): Promise<void> => invoke('livePipelineDelete', { name });
