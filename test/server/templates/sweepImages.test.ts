/** Unused images are removed after their time; images of any submitted version stay. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Types } from 'mongoose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createImageStore, type ImageStore } from '../../../server/templates/images/imageStore.ts';
import { storeImage } from '../../../server/templates/images/storeImage.ts';
import { sweepImages } from '../../../server/templates/images/sweepImages.ts';
import {
  applyTemplateAction,
  createTemplate,
  type TemplateDeps,
} from '../../../server/templates/templates.ts';
import { orderReady } from '../../shared/templates/samples.ts';
import { inChunks, plain } from './imagesFixture.ts';
import { author, openTemplatesFixture, type TemplatesFixture } from './templatesFixture.ts';

const DAY_MS = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS);
let fixture: TemplatesFixture;
let images: ImageStore;
let deps: TemplateDeps;
let temporaryDir: string;
let sides = 40;

beforeAll(async () => {
  fixture = await openTemplatesFixture();
  temporaryDir = await mkdtemp(join(tmpdir(), 'notify-inbox-sweep-'));
  images = createImageStore(fixture.store.connection);
  await images.buildIndexes();
  const { companyId } = fixture.deps;
  deps = { ...fixture.deps, holdImages: (ids) => images.hold(companyId, ids) };
});
afterAll(async () => {
  await rm(temporaryDir, { recursive: true, force: true });
  await fixture?.[Symbol.asyncDispose]();
});

const sweep = (now: Date) => sweepImages({ ...fixture.deps, images }, now, DAY_MS);
const isThere = async (id: string) => (await images.find(fixture.deps.companyId, [id])).length === 1;
const chunksOf = (id: string) =>
  fixture.store.connection
    .collection('templateImages.chunks')
    .countDocuments({ files_id: new Types.ObjectId(id) });

async function bring(jpeg?: Buffer): Promise<string> {
  sides += 1;
  const outcome = await storeImage(
    { companyId: fixture.deps.companyId, images, temporaryDir },
    inChunks(jpeg ?? (await plain(sides, sides))),
  );
  if (outcome.kind !== 'stored') throw new Error('The image was not stored');
  return outcome.image._id.toHexString();
}
const edit = (template: { _id: object; revision: number }, imageIds: string[]) =>
  applyTemplateAction(
    deps,
    String(template._id),
    {
      revision: template.revision,
      move: { action: 'edit', title: 'Заказ', content: { ...orderReady, imageIds } },
    },
    author,
  );

it('removes images that were never saved or are no longer in a draft, but keeps those of versions', async () => {
  const [never, drafted, approved, later] = [await bring(), await bring(), await bring(), await bring()];
  const withImage = (imageId: string) => ({ ...orderReady, imageIds: [imageId] });
  const made = await createTemplate(deps, { name: 'draft', title: 'Д', content: withImage(drafted) }, author);
  const sent = await createTemplate(deps, { name: 'sent', title: 'О', content: withImage(approved) }, author);
  if (made.kind !== 'created' || sent.kind !== 'created') throw new Error('not created');
  const reviewed = await fixture.after(sent.template, { action: 'submit' }, { action: 'approve' });
  // Only the version's own document knows the images of the version that was sent once.
  const next = await edit(reviewed, [later]);
  if (next.kind !== 'moved') throw new Error(next.kind);
  await fixture.after(next.template, { action: 'submit' }, { action: 'approve' });

  await sweep(inDays(0.9));
  expect(await isThere(never)).toBe(true);
  await sweep(inDays(1.1));
  expect([await isThere(never), await chunksOf(never)]).toEqual([false, 0]);
  expect(await Promise.all([drafted, approved, later].map(isThere))).toEqual([true, true, true]);

  const emptied = await edit(made.template, []);
  expect(emptied.kind).toBe('moved');
  // It was in use a moment ago: its time starts then.
  await sweep(inDays(1.5));
  expect(await isThere(drafted)).toBe(true);
  await sweep(inDays(2.2));
  expect(await Promise.all([drafted, approved, later].map(isThere))).toEqual([false, true, true]);
});

it('keeps an image that is saved or uploaded again during the sweep', async () => {
  const [saved, broughtAgain] = [await bring(), await plain(200, 100)];
  const again = await bring(broughtAgain);
  const stale = await images.stale(fixture.deps.companyId, inDays(1), 100);
  const made = await createTemplate(
    deps,
    { name: 'meanwhile', title: 'М', content: { ...orderReady, imageIds: [saved] } },
    author,
  );
  expect(made.kind).toBe('created');
  expect(await bring(broughtAgain)).toBe(again);
  for (const image of stale)
    if ([saved, again].includes(image._id.toHexString())) expect(await images.remove(image)).toBe(false);
  expect(await Promise.all([saved, again].map(isThere))).toEqual([true, true]);
});

it('finishes a removal after a crash, and accepts the same picture again meanwhile', async () => {
  const jpeg = await plain(300, 100);
  const half = await bring(jpeg);
  await fixture.store.connection
    .collection('templateImages.files')
    .updateOne(
      { _id: new Types.ObjectId(half) },
      { $set: { 'metadata.goneAt': new Date(), 'metadata.sha256': `gone:${half}` } },
    );
  expect(await isThere(half)).toBe(false);
  const anew = await bring(jpeg);
  expect(anew).not.toBe(half);
  await images.hold(fixture.deps.companyId, [anew], inDays(5));
  await sweep(inDays(5));
  expect(await chunksOf(half)).toBe(0);
  expect(await isThere(anew)).toBe(true);
});
