import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { afterMove, type Life, type Move } from '../../server/templates/life.ts';
import { listVersions } from '../../server/templates/listTemplates.ts';
import { settleAll } from '../../server/templates/settle.ts';
import type { Step } from '../../server/templates/template.model.ts';
import { moveTemplate, readTemplate } from '../../server/templates/templates.ts';
import {
  author,
  openTemplatesFixture,
  reviewer,
  type TemplatesFixture,
} from '../server/templates/templatesFixture.ts';
import { contentWith, orderReady } from '../shared/templates/samples.ts';
import { until } from '../support/until.ts';

let fixture: TemplatesFixture;
beforeAll(async () => {
  fixture = await openTemplatesFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const submit: Move = { action: 'submit' };
const approve: Move = { action: 'approve' };
const archive: Move = { action: 'archive' };
const restore: Move = { action: 'restore' };
const reject = (reason = 'Слишком много рекламы'): Move => ({ action: 'reject', reason });
const edit = (body: string): Move => ({ action: 'edit', title: 'Готов', content: contentWith({ body }) });
const second = 'Заказ {orderNumber} уже ждёт вас до {until}.';

describe('N22 the life of a template', () => {
  const step: Step = { at: new Date(0), personId: 'p', personName: 'P' };
  const draft: Life = {
    title: 'Готов',
    status: 'draft',
    approved: null,
    latest: {
      version: 1,
      content: orderReady,
      status: 'draft',
      reason: null,
      saved: step,
      submitted: null,
      decided: null,
    },
  };
  const made = (...moves: Move[]) =>
    moves.reduce<Life>((life, move) => {
      const next = afterMove(life, move, step);
      if (!next) throw new Error(`${move.action} is not possible`);
      return next;
    }, draft);
  const all: Move[] = [edit(second), submit, { action: 'withdraw' }, approve, reject(), archive, restore];

  it.each([
    ['a draft', draft, ['edit', 'submit', 'archive']],
    ['one on review', made(submit), ['withdraw', 'approve', 'reject', 'archive']],
    ['an approved one', made(submit, approve), ['edit', 'reject', 'archive']],
    ['a rejected one', made(submit, reject()), ['edit', 'archive']],
    ['an archived one', made(archive), ['restore']],
  ])('lets %s be moved in these ways alone', (_, life, possible) => {
    expect(all.filter((move) => afterMove(life, move, step)).map(({ action }) => action)).toEqual(possible);
  });

  it('goes from draft to review to approved, and is sent only then', async () => {
    const { parts } = fixture;
    const sent = async () =>
      (await parts.approvedVersions.approvedVersion(parts.companyId, 'wholeLife'))?.version;
    const template = await fixture.create('wholeLife');
    expect(await sent()).toBeUndefined();
    await fixture.after(template, submit);
    expect(await sent()).toBeUndefined();
    await fixture.after(template, approve);
    expect(await sent()).toEqual({ ...orderReady, version: 1 });
    await fixture.after(template, archive);
    expect(await sent()).toBeUndefined();
    await fixture.after(template, restore);
    expect(await sent()).toBeUndefined();
  });

  it('is rejected with a reason, which stays with the version', async () => {
    const template = await fixture.after(
      await fixture.create('rejected'),
      submit,
      reject('Нет пользы'),
      edit(second),
    );
    expect(template).toMatchObject({ status: 'draft', latest: { version: 2, reason: null } });
    const [draft2, first] = await listVersions(fixture.parts, template);
    expect(draft2).toMatchObject({ version: 2, status: 'draft', submitted: null });
    expect(first).toMatchObject({
      version: 1,
      status: 'rejected',
      reason: 'Нет пользы',
      decided: { personName: reviewer.name },
    });
  });

  it('makes a new version of an edit, while the approved one stays in use until the next is approved', async () => {
    const { parts } = fixture;
    const sent = async () =>
      (await parts.approvedVersions.approvedVersion(parts.companyId, 'edited'))?.version;
    const template = await fixture.after(await fixture.create('edited'), submit, approve, edit(second));
    expect(await sent()).toMatchObject({ version: 1, body: orderReady.body });
    await fixture.after(template, submit, reject(), edit(`${second}!`), submit, approve);
    expect(await sent()).toMatchObject({ version: 3, body: `${second}!` });
    const history = await listVersions(
      parts,
      (await readTemplate(parts, template._id.toHexString())) ?? template,
    );
    expect(history.map(({ version, status }) => `${version} ${status}`)).toEqual([
      '3 approved',
      '2 rejected',
      '1 approved',
    ]);
  });

  it('writes a draft in place until somebody could have seen it', async () => {
    const template = await fixture.after(
      await fixture.create('inPlace'),
      edit('Раз'),
      edit('Два'),
      edit(second),
    );
    expect(template.latest.version).toBe(1);
    const seen = await fixture.after(
      template,
      submit,
      { action: 'withdraw' },
      edit('Три {orderNumber} {until}'),
    );
    expect(seen.latest.version).toBe(2);
    expect((await listVersions(fixture.parts, seen)).map(({ content }) => content.body)).toEqual([
      'Три {orderNumber} {until}',
      second,
    ]);
  });

  it('shows a reviewer nothing that breaks a rule', async () => {
    const template = await fixture.after(await fixture.create('broken'), edit('{orderNumber} {until}'));
    const outcome = await moveTemplate(
      fixture.parts,
      template._id.toHexString(),
      { revision: template.revision, move: submit },
      author,
    );
    expect(outcome).toEqual({
      kind: 'hasProblems',
      problems: [{ code: 'bodyOnlyVariables', field: 'body' }],
    });
  });

  it('lets one of two people act at once, and tells the other', async () => {
    const { _id, revision } = await fixture.after(await fixture.create('atOnce'), submit);
    const outcomes = await Promise.all(
      [approve, reject(), approve, { action: 'withdraw' } as const, archive].map((move) =>
        moveTemplate(fixture.elsewhere(), _id.toHexString(), { revision, move }, reviewer),
      ),
    );
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual([...Array(4).fill('changedMeanwhile'), 'moved']);
    const lines = await fixture.parts.audit.linesAbout(fixture.parts.companyId, _id.toHexString(), 10);
    expect(lines).toHaveLength(3);
  });

  it('stops in another process within two seconds of being archived or rejected', async () => {
    for (const [name, move] of [
      ['stopsArchived', archive],
      ['stopsRejected', reject()],
    ] as const) {
      const template = await fixture.after(await fixture.create(name), submit, approve);
      const other = fixture.elsewhere();
      const sent = () => other.approvedVersions.approvedVersion(other.companyId, name);
      expect(await sent()).not.toBeNull();
      await fixture.after(template, move);
      const since = performance.now();
      await until(`${name} to stop`, async () => (await sent()) === null);
      expect(performance.now() - since).toBeLessThan(2_000);
    }
  });

  it('keeps a line for every move: who, when, what and why', async () => {
    const template = await fixture.after(
      await fixture.create('audited'),
      submit,
      reject('Опечатка'),
      edit(second),
    );
    const id = template._id.toHexString();
    const lines = await fixture.parts.audit.linesAbout(fixture.parts.companyId, id, 10);
    expect(
      lines.reverse().map(({ action, personName, details }) => ({ action, personName, ...details })),
    ).toEqual([
      { action: 'template.created', personName: author.name, version: 1, reason: null },
      { action: 'template.submitted', personName: author.name, version: 1, reason: null },
      { action: 'template.rejected', personName: reviewer.name, version: 1, reason: 'Опечатка' },
      { action: 'template.edited', personName: author.name, version: 2, reason: null },
    ]);
  });

  it('writes at the next start what a crash between a move and its lines left out', async () => {
    const { parts } = fixture;
    const template = await fixture.after(await fixture.create('crashed'), submit);
    const silentAudit = { ...parts.audit, append: () => Promise.reject(new Error('the process died here')) };
    const move = { revision: template.revision, move: approve };
    const id = template._id.toHexString();
    await expect(moveTemplate({ ...parts, audit: silentAudit }, id, move, reviewer)).rejects.toThrow('died');
    expect(await readTemplate(parts, id)).toMatchObject({ status: 'approved', isSettled: false });

    await settleAll(parts);
    await settleAll(parts);
    const [line] = await parts.audit.linesAbout(parts.companyId, id, 10);
    expect(line).toMatchObject({ action: 'template.approved', personName: reviewer.name });
    expect(await parts.versions.findOne({ templateId: template._id, version: 1 }).lean()).toMatchObject({
      status: 'approved',
    });
    expect(await readTemplate(parts, id)).toMatchObject({ isSettled: true });
  });
});
