/**
 * Validates requests and renders their messages: the template and its values (N5, N8), the phone (N4), the route over
 * networks (N24) and the TTL (N19). Reserves and stores nothing.
 */
import type { Model, Types } from 'mongoose';
import type { Network } from '../../../shared/schemas/common.ts';
import { expectedForms } from '../../../shared/templates/expectedForms.ts';
import {
  type PreparedTemplate,
  prepareTemplate,
  type RenderProblem,
} from '../../../shared/templates/render.ts';
import type { V1Refusal } from '../../../shared/v1/errorCodes.ts';
import { type SendRequest, v1Limits } from '../../../shared/v1/messages.ts';
import type { Community } from '../../communities/community.model.ts';
import { listCommunities } from '../../communities/listCommunities.ts';
import type { NotBefore, SendingLimits } from '../../companies/sendingLimits.ts';
import { readApiPhone } from '../../phones/readPhone.ts';
import type { Phones } from '../../phones/servicePhones.ts';
import type { ApprovedTemplate, ApprovedVersions } from '../../templates/approvedVersions.ts';
import type { Template } from '../../templates/template.model.ts';
import type { Sender } from '../ports.ts';
import type { ServiceMessage } from '../serviceMessage.model.ts';
import { textDigestOf } from './textDigest.ts';

/** The part of a message that its request decides; the sender and the time of accepting give the rest. */
export type Validation =
  | { kind: 'valid'; phone: string; content: MessageContent }
  | { kind: 'refused'; refusal: V1Refusal };

export type MessageContent = Pick<
  ServiceMessage,
  | 'phoneIndex'
  | 'templateId'
  | 'templateName'
  | 'templateVersion'
  | 'variables'
  | 'text'
  | 'buttons'
  | 'imageIds'
  | 'imageAlts'
  | 'direction'
  | 'textDigest'
  | 'deliveryPolicy'
  | 'route'
  | 'sendAt'
  | 'expiresAt'
>;

export interface ValidationDeps {
  communities: Model<Community>;
  templates: Model<Template>;
  approvedVersions: Pick<ApprovedVersions, 'approvedVersion'>;
  phones: Phones;
  limits: SendingLimits;
}

/** One answer for each request, in their order. */
export async function validateAll(
  deps: ValidationDeps,
  { companyId, communityIds }: Pick<Sender, 'companyId' | 'communityIds'>,
  requests: readonly SendRequest[],
  now: Date,
): Promise<Validation[]> {
  const [all, templates, notBefore] = await Promise.all([
    listCommunities(deps.communities, companyId),
    findTemplates(deps, companyId, [...new Set(requests.map(({ template }) => template))]),
    deps.limits.hours(companyId),
  ]);
  const communities = all.filter(({ _id }) => communityIds?.includes(_id.toHexString()) ?? true);
  const context: ValidationContext = { phones: deps.phones, communities, templates, notBefore };
  const validated = requests.map((request) => validate(context, request, now));
  const indexes = validated.flatMap((each) => (each.kind === 'valid' ? [each.content.phoneIndex] : []));
  const blocked = await deps.limits.blocked(companyId, [...new Set(indexes)]);
  return validated.map((each) =>
    each.kind === 'valid' && blocked.has(each.content.phoneIndex)
      ? refused({ code: 'clientBlocked', field: 'phone' })
      : each,
  );
}

/** Data that all requests of one call share. */
interface ValidationContext {
  phones: Phones;
  notBefore: NotBefore;
  communities: Community[];
  templates: ApprovedByName;
}

interface ApprovedByName {
  approved: Map<string, ApprovedTemplate & { fill: PreparedTemplate }>;
  /** Names of templates that exist without an approved version. */
  unapproved: Set<string>;
}

async function findTemplates(
  { templates, approvedVersions }: ValidationDeps,
  companyId: Types.ObjectId,
  names: string[],
): Promise<ApprovedByName> {
  const approved: ApprovedByName['approved'] = new Map();
  await Promise.all(
    names.map(async (name) => {
      const found = await approvedVersions.approvedVersion(companyId, name);
      if (found) approved.set(name, { ...found, fill: prepareTemplate(found.version) });
    }),
  );
  const others = names.filter((name) => !approved.has(name));
  const unapproved =
    others.length > 0 ? await templates.distinct('name', { companyId, name: { $in: others } }) : [];
  return { approved, unapproved: new Set(unapproved) };
}

function validate(
  { phones, communities, templates, notBefore }: ValidationContext,
  request: SendRequest,
  now: Date,
): Validation {
  const phone = readApiPhone(request.phone);
  if (phone === null) return refused({ code: 'phoneInvalid', field: 'phone' });

  const approved = templates.approved.get(request.template);
  if (!approved)
    return refused({
      code: templates.unapproved.has(request.template) ? 'templateNotApproved' : 'templateNotFound',
      field: 'template',
      details: { template: request.template },
    });
  const { version } = approved;
  const rendered = approved.fill(request.variables);
  if (rendered.kind === 'refused') return refused(refusalOf(rendered.problems[0]!));

  const route = routeOf(communities, request.route ?? version.networks, version.networks);
  if (route.length === 0) return refused({ code: 'routeUnavailable', field: 'route' });

  const requestedAt = request.sendAt === undefined ? null : new Date(request.sendAt);
  const latestMs = now.getTime() + v1Limits.sendAtDaysMax * 86_400_000;
  if (requestedAt && (requestedAt.getTime() <= now.getTime() || requestedAt.getTime() > latestMs))
    return refused({
      code: 'sendAtOutOfRange',
      field: 'sendAt',
      details: { limitDays: v1Limits.sendAtDaysMax },
    });
  const sendAt = version.isUrgent ? requestedAt : (notBefore(phone, requestedAt ?? now) ?? requestedAt);
  const ttlSeconds = request.ttlSeconds ?? version.defaultTtlSeconds;
  return {
    kind: 'valid',
    phone,
    content: {
      phoneIndex: phones.indexOf(phone),
      templateId: approved.templateId,
      templateName: approved.name,
      templateVersion: version.version,
      variables: rendered.values,
      text: rendered.text,
      buttons: rendered.buttons,
      imageIds: version.imageIds,
      ...(version.imageAlts && { imageAlts: version.imageAlts }),
      direction: version.direction,
      ...(version.direction === 'twoWay' ? { textDigest: textDigestOf(rendered.text) } : {}),
      deliveryPolicy: request.deliveryPolicy,
      route,
      sendAt,
      expiresAt: new Date((sendAt ?? now).getTime() + ttlSeconds * 1000),
    },
  };
}

/** N24: in each network a community that the sender may use, in the requested order, without disabled ones. */
function routeOf(
  communities: Community[],
  networks: readonly Network[],
  allowed: readonly Network[],
): MessageContent['route'] {
  return networks.flatMap((network) => {
    const community = communities.find((each) => each.network === network && each.isEnabled);
    return community && allowed.includes(network) ? [{ network, communityId: community._id }] : [];
  });
}

/** Converts a problem of the template preview to the API's code. */
function refusalOf(problem: RenderProblem): V1Refusal {
  switch (problem.code) {
    case 'textTooLong':
      return { code: 'textTooLong', details: { limit: problem.limit, actual: problem.actual } };
    case 'linkTooLong':
    case 'linkNotHttps':
      return { code: 'linkInvalid', field: 'variables', details: { buttonId: problem.buttonId } };
    case 'variableMissing':
    case 'variableUnknown':
      return about(problem.code, problem.variable);
    case 'variableTooLong':
      return about('variableTooLong', problem.variable, { limit: problem.limit, actual: problem.actual });
    default:
      return { ...about('variableInvalid', problem.variable), problem: expectedForms[problem.type] };
  }
}

function about(
  code: V1Refusal['code'],
  variable: string,
  details: Record<string, string | number> = {},
): V1Refusal {
  return { code, field: `variables.${variable}`, details: { variable, ...details } };
}

function refused(refusal: V1Refusal): Validation {
  return { kind: 'refused', refusal };
}
