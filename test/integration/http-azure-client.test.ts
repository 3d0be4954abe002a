import { randomBytes } from 'node:crypto';
import { Agent } from 'node:https';
import azure from 'azure-iothub';
import { describe, expect, it, onTestFinished } from 'vitest';
import { selfSigned } from '../kit/certificate.js';
import { serve } from '../kit/http-server.js';

const HUB = 'some-hub.azure-devices.net';

/** The real client of IoT Hub. Only where it connects to and whom it trusts is changed, through its agent. */
const clientFor = (port: number, ca: string, key: string): azure.Client => {
  const client = azure.Client.fromConnectionString(
    `HostName=${HUB};SharedAccessKeyName=iothubowner;SharedAccessKey=${key}`,
  );
  const agent = new Agent({ host: '127.0.0.1', port, ca, keepAlive: true });
  onTestFinished(() => agent.destroy());
  const inner = client as unknown as { _restApiClient: { setOptions(options: unknown): void } };
  inner._restApiClient.setOptions({ http: { agent } });
  return client;
};

const start = async () => {
  const key = randomBytes(32).toString('base64');
  const { cert, key: privateKey } = selfSigned(HUB);
  const served = await serve({ tls: { cert, key: privateKey }, iotHubKey: key });
  const port = Number(served.server.address.split(':')[1]);
  return { ...served, key, cert, port };
};

const invoke = async (client: azure.Client, module: string, methodName: string, payload: unknown) => {
  const { result } = await client.invokeDeviceMethod('edge-1', module, {
    methodName,
    payload,
    responseTimeoutInSeconds: 10,
  });
  return result as { status: number; payload: unknown };
};

describe('the azure-iothub client over TLS', () => {
  it('invokes direct methods and gets status and payload', async () => {
    const { port, cert, key, calls } = await start();
    const client = clientFor(port, cert, key);
    const payload = { '@apiVersion': '1.1', name: 'EVR', properties: { description: 'ÄÖ ☂' } };
    expect(await invoke(client, 'avaedge', 'echo', payload)).toEqual({ status: 200, payload });
    expect(await invoke(client, 'avaedge', 'nothing', { name: 'x' })).toEqual({ status: 204, payload: null });
    expect((await invoke(client, 'avaedge', 'unheardOf', null)).status).toBe(501);
    expect(calls.map((call) => call.method)).toEqual(['echo', 'nothing', 'unheardOf']);
  });

  it('is turned away with another key, and told when the module is not here', async () => {
    const { port, cert, key, calls } = await start();
    const stranger = clientFor(port, cert, randomBytes(32).toString('base64'));
    await expect(invoke(stranger, 'avaedge', 'echo', {})).rejects.toThrow(/unauthorized/i);
    await expect(invoke(clientFor(port, cert, key), 'otherModule', 'echo', {})).rejects.toThrow(
      'there is no module edge-1/otherModule here',
    );
    expect(calls).toEqual([]);
  });
});
