/** Before the month: people, working hours, templates and the key of the company's own system. Safe to repeat. */
import type { Types } from 'mongoose';
import { apiKeyLimits } from '../../shared/schemas/apiKey.ts';
import { makeKey } from '../apiKeys/changeKeys.ts';
import type { Actor } from '../audit/actor.ts';
import { makePassword } from '../auth/makePassword.ts';
import type { People } from '../auth/people.ts';
import { changeWorkingTime } from '../companies/workingTime.ts';
import { applyTemplateAction, createTemplate, type TemplateDeps } from '../templates/templates.ts';
import { sampleDays } from './planDay.ts';
import { team } from './team.ts';
import { sampleTemplates } from './templates.ts';

export interface PreparePorts {
  people: People;
  templates: TemplateDeps;
  company: Parameters<typeof changeWorkingTime>[0];
  keys: Parameters<typeof makeKey>[0];
}

export interface Prepared {
  /** In the order of `team`. */
  people: Actor[];
  keyId: Types.ObjectId;
}

const KEY_NAME = 'Интернет-магазин';
const ADMINISTRATOR = 'admin@example.com';

export async function prepareMonth(ports: PreparePorts): Promise<Prepared> {
  const administrator = await ports.people.findByEmail(ADMINISTRATOR);
  if (!administrator) throw new Error(`Nobody has the address ${ADMINISTRATOR}`);
  const people = await addPeople(ports.people);
  await changeWorkingTime(
    ports.company,
    { days: sampleDays, targets: { firstAnswer: 30, nextAnswer: 30, resolution: 8 * 60 } },
    administrator,
  );
  for (const template of sampleTemplates) await approve(ports.templates, template, people[2]!, administrator);
  return { people, keyId: await ownKey(ports.keys, administrator) };
}

async function addPeople(people: People): Promise<Actor[]> {
  const actors: Actor[] = [];
  for (const { name, email, role } of team) {
    const known = await people.findByEmail(email);
    if (known) {
      actors.push({ id: known.id, name: known.name });
      continue;
    }
    const added = await people.addPerson({ name, email, role, password: makePassword(), communityIds: null });
    if (added.kind !== 'added') throw new Error(`${email} could not be added`);
    actors.push({ id: added.person.id, name: added.person.name });
  }
  return actors;
}

async function approve(
  deps: TemplateDeps,
  template: (typeof sampleTemplates)[number],
  author: Actor,
  reviewer: Actor,
): Promise<void> {
  const created = await createTemplate(deps, template, author);
  const known =
    created.kind === 'created'
      ? created.template
      : await deps.templates.findOne({ companyId: deps.companyId, name: template.name }).orFail().lean();
  const templateId = known._id.toHexString();
  let { revision, status } = known;
  for (const [from, action, by] of [
    ['draft', 'submit', author],
    ['onReview', 'approve', reviewer],
  ] as const) {
    if (status !== from) continue;
    const outcome = await applyTemplateAction(deps, templateId, { revision, move: { action } }, by);
    if (outcome.kind !== 'moved') throw new Error(`The template ${template.name}: ${outcome.kind}`);
    ({ revision, status } = outcome.template);
  }
}

async function ownKey(deps: PreparePorts['keys'], administrator: Actor): Promise<Types.ObjectId> {
  const known = await deps.apiKeys.findOne({ companyId: deps.companyId, name: KEY_NAME }).lean();
  if (known) return known._id;
  const made = await makeKey(deps, administrator, {
    name: KEY_NAME,
    rights: ['send', 'read'],
    ratePerMinute: apiKeyLimits.ratePerMinuteUsual,
    requiresBodyHash: false,
    statusUrl: null,
  });
  if (made.kind !== 'made') throw new Error(`The key could not be made: ${made.kind}`);
  return made.key._id;
}
