import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { completeActions } from '../../server/templates/completeActions.ts';
import { afterAction, type Life, type TemplateAction } from '../../server/templates/life.ts';
import { listVersions } from '../../server/templates/listTemplates.ts';
import type { Step } from '../../server/templates/template.model.ts';
import { applyTemplateAction, readTemplate } from '../../server/templates/templates.ts';
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

const submit: TemplateAction = { action: 'submit' };
const approve: TemplateAction = { action: 'approve' };
const archive: TemplateAction = { action: 'archive' };
const restore: TemplateAction = { action: 'restore' };
const reject = (reason = 'Слишком много рекламы'): TemplateAction => ({ action: 'reject', reason });
const edit = (body: string): TemplateAction => ({
  action: 'edit',
  title: 'Готов',
  content: contentWith({ body }),
});
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
  const made = (...transitions: TemplateAction[]) =>
    transitions.reduce<Life>((life, transition) => {
      const next = afterAction(life, transition, step);
      if (!next) throw new Error(`${transition.action} is not possible`);
      return next;
    }, draft);
  const all: TemplateAction[] = [
    edit(second),
    submit,
    { action: 'withdraw' },
    approve,
    reject(),
    archive,
    restore,
  ];

  it.each([
    ['a draft', draft, ['edit', 'submit', 'archive']],
    ['one on review', made(submit), ['withdraw', 'approve', 'reject', 'archive']],
    ['an approved one', made(submit, approve), ['edit', 'reject', 'archive']],
    ['a rejected one', made(submit, reject()), ['edit', 'archive']],
    ['an archived one', made(archive), ['restore']],
  ])('allows only these actions on %s', (_, life, possible) => {
    expect(
      all.filter((transition) => afterAction(life, transition, step)).map(({ action }) => action),
    ).toEqual(possible);
  });

  it('goes from draft to review to approved, and can be sent only then', async () => {
    const { deps } = fixture;
    const sent = async () =>
      (await deps.approvedVersions.approvedVersion(deps.companyId, 'wholeLife'))?.version;
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
    const [draft2, first] = await listVersions(fixture.deps, template);
    expect(draft2).toMatchObject({ version: 2, status: 'draft', submitted: null });
    expect(first).toMatchObject({
      version: 1,
      status: 'rejected',
      reason: 'Нет пользы',
      decided: { personName: reviewer.name },
    });
  });

  it('makes a new version from an edit, while the approved one stays in use until the next is approved', async () => {
    const { deps } = fixture;
    const sent = async () => (await deps.approvedVersions.approvedVersion(deps.companyId, 'edited'))?.version;
    const template = await fixture.after(await fixture.create('edited'), submit, approve, edit(second));
    expect(await sent()).toMatchObject({ version: 1, body: orderReady.body });
    await fixture.after(template, submit, reject(), edit(`${second}!`), submit, approve);
    expect(await sent()).toMatchObject({ version: 3, body: `${second}!` });
    const history = await listVersions(
      deps,
      (await readTemplate(deps, template._id.toHexString())) ?? template,
    );
    expect(history.map(({ version, status }) => `${version} ${status}`)).toEqual([
      '3 approved',
      '2 rejected',
      '1 approved',
    ]);
  });

  it('changes a draft in place until a reviewer could have seen it', async () => {
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
    expect((await listVersions(fixture.deps, seen)).map(({ content }) => content.body)).toEqual([
      'Три {orderNumber} {until}',
      second,
    ]);
  });

  it('does not send to review a template that breaks a rule', async () => {
    const template = await fixture.after(await fixture.create('broken'), edit('{orderNumber} {until}'));
    const outcome = await applyTemplateAction(
      fixture.deps,
      template._id.toHexString(),
      { revision: template.revision, move: submit },
      author,
    );
    expect(outcome).toEqual({
      kind: 'hasProblems',
      problems: [{ code: 'bodyOnlyVariables', field: 'body' }],
    });
  });

  it('does not send to review a half character, which the store turns into "�"', async () => {
    const body = 'Заказ \ud83d {orderNumber} готов до {until}';
    const template = await fixture.after(await fixture.create('halfCharacter'), edit(body));
    const outcome = await applyTemplateAction(
      fixture.deps,
      template._id.toHexString(),
      { revision: template.revision, move: submit },
      author,
    );
    expect(outcome).toEqual({
      kind: 'hasProblems',
      problems: [{ code: 'brokenCharacter', field: 'body' }],
    });
  });

  it('lets only one of several people act at the same time, and reports it to the others', async () => {
    const { _id, revision } = await fixture.after(await fixture.create('atOnce'), submit);
    const outcomes = await Promise.all(
      [approve, reject(), approve, { action: 'withdraw' } as const, archive].map((transition) =>
        applyTemplateAction(fixture.elsewhere(), _id.toHexString(), { revision, move: transition }, reviewer),
      ),
    );
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual([...Array(4).fill('changedMeanwhile'), 'moved']);
    const lines = await fixture.deps.audit.linesAbout(fixture.deps.companyId, _id.toHexString(), 10);
    expect(lines).toHaveLength(3);
  });

  it('stops in another process within two seconds of being archived or rejected', async () => {
    for (const [name, transition] of [
      ['stopsArchived', archive],
      ['stopsRejected', reject()],
    ] as const) {
      const template = await fixture.after(await fixture.create(name), submit, approve);
      const other = fixture.elsewhere();
      const sent = () => other.approvedVersions.approvedVersion(other.companyId, name);
      expect(await sent()).not.toBeNull();
      await fixture.after(template, transition);
      const since = performance.now();
      await until(`${name} to stop`, async () => (await sent()) === null);
      expect(performance.now() - since).toBeLessThan(2_000);
    }
  });

  it('audits every action: who, when, what and why', async () => {
    const template = await fixture.after(
      await fixture.create('audited'),
      submit,
      reject('Опечатка'),
      edit(second),
    );
    const id = template._id.toHexString();
    const lines = await fixture.deps.audit.linesAbout(fixture.deps.companyId, id, 10);
    expect(
      lines.reverse().map(({ action, personName, details }) => ({ action, personName, ...details })),
    ).toEqual([
      { action: 'template.created', personName: author.name, version: 1, reason: null },
      { action: 'template.submitted', personName: author.name, version: 1, reason: null },
      { action: 'template.rejected', personName: reviewer.name, version: 1, reason: 'Опечатка' },
      { action: 'template.edited', personName: author.name, version: 2, reason: null },
    ]);
  });

  it('completes at the next start the audit and versions that a crash left out', async () => {
    const { deps } = fixture;
    const template = await fixture.after(await fixture.create('crashed'), submit);
    const silentAudit = { ...deps.audit, append: () => Promise.reject(new Error('the process died here')) };
    const transition = { revision: template.revision, move: approve };
    const id = template._id.toHexString();
    await expect(
      applyTemplateAction({ ...deps, audit: silentAudit }, id, transition, reviewer),
    ).rejects.toThrow('died');
    expect(await readTemplate(deps, id)).toMatchObject({ status: 'approved', isSettled: false });

    await completeActions(deps);
    await completeActions(deps);
    const [line] = await deps.audit.linesAbout(deps.companyId, id, 10);
    expect(line).toMatchObject({ action: 'template.approved', personName: reviewer.name });
    expect(await deps.versions.findOne({ templateId: template._id, version: 1 }).lean()).toMatchObject({
      status: 'approved',
    });
    expect(await readTemplate(deps, id)).toMatchObject({ isSettled: true });
  });
});
