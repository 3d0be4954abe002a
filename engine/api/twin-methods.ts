import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { CancelTimer, Clock } from '../core/clock.js';
import { type MethodResult, resultJson } from '../core/method-result.js';
import type { HttpServerOptions } from './server-options.js';

/** IoT Hub's bounds for `responseTimeoutInSeconds`. */
const TIMEOUT = { min: 5, max: 300, default: 30 };

interface DirectMethodRequest {
  methodName: string;
  payload?: unknown;
  responseTimeoutInSeconds?: number;
  connectTimeoutInSeconds?: number;
}

interface IotHubError {
  Message: string;
  ExceptionMessage: string;
}

/** Errors of IoT Hub itself, in the form that its clients read. */
const iotHubError = (code: string, message: string): IotHubError => ({
  Message: `ErrorCode:${code};${message}`,
  ExceptionMessage: message,
});

/** The service form in which IoT Hub's clients invoke direct methods of a module. */
export const registerTwinMethods = (app: FastifyInstance, options: HttpServerOptions): void => {
  const ownModule = options.module ?? 'avaedge';
  app.route<{ Params: { device: string; module: string } }>({
    method: 'POST',
    url: '/twins/:device/modules/:module/methods',
    schema: {
      summary: 'Invoke a direct method, as IoT Hub does for its clients',
      description: 'Body {methodName, payload, responseTimeoutInSeconds}; response {status, payload}.',
      params: Type.Object({ device: Type.String(), module: Type.String() }),
    },
    handler: async (request, reply) => {
      const { device, module } = request.params;
      if (module !== ownModule || (options.device !== undefined && device !== options.device)) {
        return reply.code(404).send(iotHubError('DeviceNotFound', `there is no module ${device}/${module} here`));
      }
      const call = read(request.body);
      if (typeof call === 'string') return reply.code(400).send(iotHubError('ArgumentInvalid', call));
      const result = await within(
        options.clock,
        call.responseTimeoutInSeconds ?? TIMEOUT.default,
        options.methods.invoke(call.methodName, call.payload),
      );
      if (!result) return reply.code(504).send(iotHubError('GatewayTimeout', 'the method did not answer in time'));
      return reply.type('application/json; charset=utf-8').send(resultJson(result));
    },
  });
};

const read = (body: unknown): DirectMethodRequest | string => {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return 'the body is not a JSON object';
  const { methodName, payload, responseTimeoutInSeconds: timeout } = body as Record<string, unknown>;
  if (typeof methodName !== 'string' || methodName === '') return 'methodName is missing';
  if (timeout !== undefined && timeout !== null) {
    if (typeof timeout !== 'number' || timeout < TIMEOUT.min || timeout > TIMEOUT.max) {
      return `responseTimeoutInSeconds must be between ${TIMEOUT.min} and ${TIMEOUT.max}`;
    }
    return { methodName, payload, responseTimeoutInSeconds: timeout };
  }
  return { methodName, payload };
};

/** The result, or undefined if it takes longer than this. The method continues; only the caller stops waiting. */
const within = async (
  clock: Clock,
  seconds: number,
  call: Promise<MethodResult>,
): Promise<MethodResult | undefined> => {
  let cancel: CancelTimer | undefined;
  const late = new Promise<undefined>((resolve) => {
    cancel = clock.after(seconds * 1000, () => resolve(undefined));
  });
  try {
    return await Promise.race([call, late]);
  } finally {
    cancel?.();
  }
};
