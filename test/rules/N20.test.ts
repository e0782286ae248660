import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServedV1, serveV1 } from '../server/http/v1/serveV1.ts';
import { type ClientKey, callSigned } from '../server/http/v1/signedClient.ts';

const message = { phone: '+79991234567', template: 'orderReady' };

describe('N20: images are sent only inside a template', () => {
  let api: ServedV1;
  let key: ClientKey;
  beforeAll(async () => {
    api = await serveV1();
    key = await api.makeKey();
  });
  afterAll(() => api[Symbol.asyncDispose]());

  it.each(['image', 'images', 'photo', 'imageUrl', 'image_ids', 'attachments', 'file'])(
    'refuses the field %s by its name, and stores nothing',
    async (field) => {
      const answer = await callSigned(key, 'POST', `${api.url}/api/v1/messages`, {
        body: { ...message, [field]: ['https://example.com/cat.jpeg'] },
      });
      expect(answer).toMatchObject({ status: 400, body: { error: { code: 'imagesNotAllowed', field } } });
      expect(answer.body.error?.message.ru).toContain('только в составе шаблона');
      expect(answer.body.error?.message.en).toContain('only inside a template');
      expect(api.sending.kept).toHaveLength(0);
    },
  );

  it('refuses only those messages of a batch that carry an image', async () => {
    const answer = await callSigned(key, 'POST', `${api.url}/api/v1/messages/batch`, {
      body: { messages: [{ ...message, images: [] }, message] },
    });
    expect(answer.body.results).toMatchObject([
      { outcome: 'refused', error: { code: 'imagesNotAllowed', field: 'images' } },
      { outcome: 'accepted' },
    ]);
  });

  it('has no field for an image anywhere in the API description', async () => {
    const document = await (await fetch(`${api.url}/api/v1/openapi.json`)).json();
    const { post } = document.paths['/api/v1/messages'];
    const fields = Object.keys(post.requestBody.content['application/json'].schema.properties);
    expect(fields).toContain('template');
    expect(fields.filter((field) => /image|photo|picture|attach|media|file/i.test(field))).toEqual([]);
    expect(post.requestBody.content['application/json'].schema.additionalProperties).toBe(false);
  });
});
