import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorAnswer } from '../../../shared/schemas/common.ts';
import { templateImageView } from '../../../shared/schemas/template.ts';
import { contentWith, orderReady } from '../../shared/templates/samples.ts';
import type { DeskClient } from '../../support/deskProcess.ts';
import { startDesk, type TestDesk } from '../../support/startDesk.ts';
import { picture } from '../templates/imagesFixture.ts';

let desk: TestDesk;
let administrator: DeskClient;
let supervisor: DeskClient;
let agent: DeskClient;
beforeAll(async () => {
  desk = await startDesk();
  administrator = await desk.as('admin@example.com');
  supervisor = await desk.as('maria@example.com');
  agent = await desk.as('anna@example.com');
});
afterAll(() => desk[Symbol.asyncDispose]());

const make = (name: string, content = orderReady) =>
  supervisor.call('createTemplate', { body: { name, title: `Шаблон ${name}`, content } });
const of = (template: { id: string }) => ({ params: { templateId: template.id } });

async function makeApproved(name: string, content = orderReady) {
  const draft = await make(name, content);
  const onReview = await supervisor.call('moveTemplate', {
    ...of(draft),
    body: { revision: draft.revision, move: 'submit' },
  });
  return administrator.call('reviewTemplate', {
    ...of(draft),
    body: { revision: onReview.revision, decision: 'approve' },
  });
}

async function upload(client: DeskClient, bytes: Buffer, fileName = 'picture.jpeg'): Promise<Response> {
  const form = new FormData();
  form.append('file', new Blob([new Uint8Array(bytes)], { type: 'image/jpeg' }), fileName);
  return fetch(`${desk.url}/api/template-images`, {
    method: 'POST',
    headers: { cookie: client.cookie, Origin: desk.url },
    body: form,
  });
}
const uploaded = async (bytes: Buffer) =>
  templateImageView.parse(await (await upload(supervisor, bytes)).json());

describe('templates over HTTP', () => {
  it('are written by supervisors, reviewed by administrators, and seen by agents once approved', async () => {
    await expect(
      agent.call('createTemplate', { body: { name: 'a', title: 'a', content: orderReady } }),
    ).rejects.toThrow('forbidden');
    const draft = await make('roles');
    await expect(agent.call('readTemplate', of(draft))).rejects.toThrow('templateNotFound');
    await expect(
      supervisor.call('reviewTemplate', { ...of(draft), body: { revision: 1, decision: 'approve' } }),
    ).rejects.toThrow('forbidden');
    const approved = await makeApproved('rolesApproved');
    await supervisor.call('editTemplate', {
      ...of(approved),
      body: {
        revision: approved.revision,
        title: 'Тайный',
        content: contentWith({ body: 'Тайный черновик' }),
      },
    });
    const { templates, onReview } = await agent.call('listTemplates', {});
    expect(templates.map(({ name, status, excerpt }) => ({ name, status, excerpt }))).toEqual([
      { name: 'rolesApproved', status: 'approved', excerpt: orderReady.body },
    ]);
    expect(onReview).toBeNull();
    expect((await agent.call('readTemplate', of(approved))).latest).toEqual({ ...orderReady, version: 1 });
  });

  it('are listed by state and by a part of the name or the title', async () => {
    await make('listedOne');
    const { id, revision } = await make('listedTwo');
    await supervisor.call('moveTemplate', { params: { templateId: id }, body: { revision, move: 'submit' } });
    const named = async (query: object) =>
      (await administrator.call('listTemplates', { query })).templates.map(({ name }) => name);
    expect(await named({ search: 'LISTED' })).toEqual(['listedOne', 'listedTwo']);
    expect(await named({ search: 'шаблон listedT' })).toEqual(['listedTwo']);
    expect(await named({ search: '.*' })).toEqual([]);
    expect(await named({ status: 'onReview' })).toEqual(['listedTwo']);
    expect(await administrator.call('listTemplates', {})).toMatchObject({ onReview: 1, nextAfter: null });
  });

  it('report every problem when they are submitted, with fields and numbers', async () => {
    const draft = await make(
      'wrong',
      contentWith({ body: '{orderNumber}{until}', networks: [], imageIds: ['0'.repeat(24)] }),
    );
    const answer = await fetch(`${desk.url}/api/templates/${draft.id}/moves`, {
      method: 'POST',
      headers: { cookie: supervisor.cookie, Origin: desk.url, 'Content-Type': 'application/json' },
      body: JSON.stringify({ revision: draft.revision, move: 'submit' }),
    });
    expect(answer.status).toBe(422);
    const { error } = errorAnswer.parse(await answer.json());
    expect(error).toMatchObject({ code: 'templateHasProblems', field: 'body' });
    expect(error.problems).toEqual([
      { code: 'bodyOnlyVariables', field: 'body' },
      { code: 'imageMissing', field: 'imageIds.0' },
      { code: 'networksEmpty', field: 'networks' },
    ]);
  });

  it('refuse a second one of the same name, and a change of an old revision', async () => {
    const draft = await make('twice');
    await expect(make('twice')).rejects.toThrow('templateNameTaken');
    const change = { ...of(draft), body: { revision: draft.revision, title: 'Раз', content: orderReady } };
    await supervisor.call('editTemplate', change);
    await expect(supervisor.call('editTemplate', change)).rejects.toThrow('templateChanged');
  });

  it('are exported and imported as a file, with images by hash and their descriptions', async () => {
    const image = await uploaded(await picture(40, 40).jpeg().toBuffer());
    const template = await make(
      'travels',
      contentWith({
        imageIds: [image.id],
        imageAlts: { [image.id]: 'Витрина лавки' },
        adText: 'Скидка',
      }),
    );
    const file = await supervisor.call('exportTemplate', of(template));
    const copy = await supervisor.call('importTemplate', { body: { ...file, name: 'travelled' } });
    expect(copy.latest).toEqual(template.latest);
    expect(copy.images).toEqual(template.images);
    const stranger = { ...file, name: 'stranger', images: [{ ...image, sha256: 'f'.repeat(64) }] };
    const body = { ...stranger, images: stranger.images.map(({ id: _, url: __, ...kept }) => kept) };
    await expect(supervisor.call('importTemplate', { body })).rejects.toThrow('f'.repeat(64));
  });
});

describe('images of templates over HTTP', () => {
  it('are served as stored to people who may see the template, and to nobody else', async () => {
    const jpeg = await picture(64, 48).jpeg({ progressive: true }).toBuffer();
    const image = await uploaded(jpeg);
    const given = await fetch(`${desk.url}${image.url}`, { headers: { cookie: supervisor.cookie } });
    expect(given.headers.get('content-type')).toBe('image/jpeg');
    expect(given.headers.get('x-content-type-options')).toBe('nosniff');
    const bytes = Buffer.from(await given.arrayBuffer());
    expect(bytes).toHaveLength(image.sizeBytes);
    expect(await sharp(bytes).raw().toBuffer()).toEqual(await sharp(jpeg).raw().toBuffer());
    expect((await fetch(`${desk.url}${image.url}`)).status).toBe(401);
  });

  it('are hidden from agents until a version with them is approved, and stay visible from then on', async () => {
    const statusFor = async (client: DeskClient, { url }: { url: string }) =>
      (await fetch(`${desk.url}${url}`, { headers: { cookie: client.cookie } })).status;
    const [first, second, never] = await Promise.all(
      [1, 2, 3].map(async (width) =>
        uploaded(
          await picture(40 + width, 40)
            .jpeg()
            .toBuffer(),
        ),
      ),
    );
    const withImage = ({ id }: { id: string }) => contentWith({ imageIds: [id] });
    expect(await statusFor(agent, never!)).toBe(404);
    const draft = await make('pictured', withImage(first!));
    const onReview = await supervisor.call('moveTemplate', {
      ...of(draft),
      body: { revision: draft.revision, move: 'submit' },
    });
    expect(await statusFor(agent, first!)).toBe(404);
    expect(await statusFor(supervisor, first!)).toBe(200);

    const approved = await administrator.call('reviewTemplate', {
      ...of(draft),
      body: { revision: onReview.revision, decision: 'approve' },
    });
    expect(await statusFor(agent, first!)).toBe(200);

    // The approval is withdrawn: threads still show what was sent with it.
    const rejected = await administrator.call('reviewTemplate', {
      ...of(draft),
      body: { revision: approved.revision, decision: 'reject', reason: 'Не то фото' },
    });
    expect(await statusFor(agent, first!)).toBe(200);
    await supervisor.call('editTemplate', {
      ...of(draft),
      body: { revision: rejected.revision, title: 'Другое фото', content: withImage(second!) },
    });
    expect(await statusFor(agent, first!)).toBe(200);
    expect(await statusFor(agent, second!)).toBe(404);
    expect(await statusFor(administrator, second!)).toBe(200);
  });

  it('are refused with the rule, its message and its numbers, whatever the file is called', async () => {
    const png = await upload(supervisor, await picture(20, 20).png().toBuffer(), 'photo.jpeg');
    expect(png.status).toBe(422);
    expect(errorAnswer.parse(await png.json()).error).toEqual({
      code: 'imageRefused',
      message: 'This is not a JPEG: only .jpeg images are accepted',
      field: 'file',
      problems: [{ code: 'imageNotJpeg' }],
    });
    const narrow = await upload(supervisor, await picture(630, 30).jpeg().toBuffer());
    expect(errorAnswer.parse(await narrow.json()).error.problems).toEqual([
      { code: 'imageTooNarrow', limit: 20, actual: 21 },
    ]);
  });

  it('are accepted from supervisors alone, one at a time', async () => {
    const jpeg = await picture(20, 20).jpeg().toBuffer();
    expect((await upload(agent, jpeg)).status).toBe(403);
    const none = await fetch(`${desk.url}/api/template-images`, {
      method: 'POST',
      headers: { cookie: supervisor.cookie, Origin: desk.url },
      body: new FormData(),
    });
    expect(none.status).toBe(400);
  });
});
