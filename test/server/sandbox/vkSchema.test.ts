import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeErrors, loadVkSchema } from './vkSchema.ts';

let folder = '';

async function write(name: string, content: object): Promise<void> {
  const [section = ''] = name.split('/');
  await mkdir(join(folder, section), { recursive: true });
  await writeFile(join(folder, name), JSON.stringify(content));
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vk-schema-'));
  await writeFile(join(folder, 'schema.json'), JSON.stringify({ title: 'VK API JSON Schema' }));
  await write('messages/methods.json', {
    methods: [
      {
        name: 'messages.ask',
        responses: { response: { $ref: '../messages/responses.json#/definitions/ask' } },
      },
    ],
  });
  const inner = {
    type: 'object',
    properties: { count: { $ref: '../base/objects.json#/definitions/count', required: true } },
  };
  await write('messages/responses.json', {
    definitions: { ask: { type: 'object', properties: { response: { ...inner, required: true } } } },
  });
  const callbackMessage = { type: 'object', properties: { payload: {}, state: { enum: ['0'] } } };
  await write('callback/objects.json', {
    definitions: {
      callback_type: { enum: ['message_new'] },
      callback_message_event: callbackMessage,
      callback_message_typing_state: callbackMessage,
    },
  });
  await write('groups/objects.json', { definitions: { groups_group: {} } });
  await write('base/objects.json', {
    definitions: { count: { type: 'integer' }, base_error: { type: 'object', properties: {} } },
  });
});

afterEach(() => rm(folder, { recursive: true }));

it('reads "required: true" of a property as required, across files', () => {
  const validate = loadVkSchema(folder)!.response('messages.ask', 'response');
  expect(validate({ response: { count: 1 } })).toBe(true);
  expect(validate({ response: {} })).toBe(false);
  expect(describeErrors(validate.errors)).toEqual([
    `/response must have required property 'count' {"missingProperty":"count"}`,
  ]);
  expect(validate({ response: { count: 'one' } })).toBe(false);
  expect(validate({})).toBe(false);
});

it('does not accept another folder as the schema', async () => {
  await writeFile(join(folder, 'schema.json'), JSON.stringify({ title: 'Something else' }));
  expect(loadVkSchema(folder)).toBeUndefined();
  expect(loadVkSchema(join(folder, 'nowhere'))).toBeUndefined();
});
