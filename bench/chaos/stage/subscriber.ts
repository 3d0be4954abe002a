import { connect, type IPublishPacket, type MqttClient } from 'mqtt';

const SESSION_SECONDS = 3600;
const RETRY_MS = 300;

/** Subscribes to everything that the engine publishes, in a session that outlives connections. */
export class Subscriber {
  /** Numbers of events, in the order of their first arrival. */
  readonly arrived = new Set<number>();
  /** Numbers that came after a higher one had come, and had not come before. */
  readonly late: number[] = [];
  readonly #client: MqttClient;
  #highest = 0;

  private constructor(client: MqttClient) {
    this.#client = client;
    client.on('message', (_topic, _payload, packet) => this.#take(packet));
    client.on('error', () => {});
  }

  static async start(url: string, topic: string): Promise<Subscriber> {
    const client = connect(url, {
      protocolVersion: 5,
      clientId: 'chaos-subscriber',
      clean: false,
      properties: { sessionExpiryInterval: SESSION_SECONDS },
      reconnectPeriod: RETRY_MS,
      resubscribe: true,
    });
    const subscriber = new Subscriber(client);
    await new Promise<void>((resolve) => client.once('connect', () => resolve()));
    await client.subscribeAsync(topic, { qos: 1 });
    return subscriber;
  }

  async stop(): Promise<void> {
    await this.#client.endAsync(true);
  }

  #take({ properties }: IPublishPacket): void {
    const seq = Number(properties?.userProperties?.seq);
    if (this.arrived.has(seq)) return;
    if (seq < this.#highest) this.late.push(seq);
    this.arrived.add(seq);
    this.#highest = Math.max(this.#highest, seq);
  }
}
