import { Parser } from '@asyncapi/parser';
import { describe, expect, it } from 'vitest';
import { asyncApiDocument } from '../../../../engine/api/asyncapi.js';
import { EVENT_TYPES } from '../../../../engine/events/schemas.js';

const document = asyncApiDocument('1.2.3', { host: 'gateway.example:8080', secure: true });

describe('/asyncapi.json', () => {
  it('is AsyncAPI 3, says its own parser, without an error or a warning', async () => {
    const { document: parsed, diagnostics } = await new Parser().parse(JSON.stringify(document));
    expect(diagnostics.filter(({ severity }) => severity <= 1).map(({ path, message }) => ({ path, message }))).toEqual(
      [],
    );
    const [channel] = parsed!.channels().all();
    expect(channel!.address()).toBe('/events');
    const names = channel!
      .messages()
      .all()
      .map((message) => message.name());
    expect(names.sort()).toEqual([...EVENT_TYPES, 'gap'].sort());
    const [server] = parsed!.servers().all();
    expect([server!.host(), server!.protocol()]).toEqual(['gateway.example:8080', 'wss']);
  });
});
