/**
 * Templates over HTTP. The contract says which role may do what; a refusal is answered with its code and problems.
 */
import type { Types } from 'mongoose';
import type { TemplateView } from '../../shared/schemas/template.ts';
import { hasRole } from '../auth/permissions.ts';
import type { SignedInPerson } from '../auth/signedIn.ts';
import type { ImageStore } from '../templates/images/imageStore.ts';
import type { TemplateAction } from '../templates/life.ts';
import { countOnReview, listTemplates, listVersions } from '../templates/listTemplates.ts';
import type { Template } from '../templates/template.model.ts';
import { importTemplate } from '../templates/templateFile.ts';
import {
  applyTemplateAction,
  createTemplate,
  readTemplate,
  type TemplateActionOutcome,
  type TemplateDeps,
} from '../templates/templates.ts';
import {
  asSender,
  toTemplateFile,
  toTemplateRow,
  toTemplateView,
  toVersionView,
} from '../templates/views.ts';
import type { EndpointRouter } from './endpointRouter.ts';
import { DeskError } from './errors.ts';
import { templateImageRoutes } from './templateImages.route.ts';
import { problemsRefusal } from './templateRefusal.ts';

export interface TemplateRouteDeps extends TemplateDeps {
  companyId: Types.ObjectId;
  images: ImageStore;
  temporaryDir: string;
}

export function templateRoutes(endpoints: EndpointRouter, deps: TemplateRouteDeps): void {
  const { handle } = endpoints;
  const { companyId, images } = deps;
  templateImageRoutes(endpoints, deps);

  handle('listTemplates', async ({ query: { sendable, ...query }, person }) => {
    const isWriter = hasRole(person, 'supervisor') && sendable === undefined;
    const { page, nextAfter } = await listTemplates(deps, { ...query, isSendable: !isWriter });
    return {
      templates: page.map((template) =>
        toTemplateRow(isWriter ? template : (asSender(template) ?? template)),
      ),
      nextAfter,
      onReview: hasRole(person, 'administrator') ? await countOnReview(deps) : null,
    };
  });
  handle('readTemplate', async ({ params, person }) => {
    const template = await mustRead(params.templateId);
    const seen = hasRole(person, 'supervisor') ? template : asSender(template);
    if (!seen) throw notFound();
    return view(seen);
  });
  handle('createTemplate', async ({ body, person }) => {
    const outcome = await createTemplate(deps, body, person);
    if (outcome.kind === 'nameTaken') throw nameTaken(body.name);
    return view(outcome.template);
  });
  handle('editTemplate', async ({ params, body: { revision, ...edit }, person }) =>
    move(params.templateId, revision, { action: 'edit', ...edit }, person),
  );
  handle('moveTemplate', async ({ params, body, person }) =>
    move(params.templateId, body.revision, { action: body.move }, person),
  );
  handle('reviewTemplate', async ({ params, body, person }) =>
    move(
      params.templateId,
      body.revision,
      body.decision === 'reject' ? { action: 'reject', reason: body.reason } : { action: 'approve' },
      person,
    ),
  );
  handle('listTemplateVersions', async ({ params }) => {
    const versions = await listVersions(deps, await mustRead(params.templateId));
    return { versions: versions.map(toVersionView) };
  });
  handle('exportTemplate', async ({ params }) => {
    const template = await mustRead(params.templateId);
    return toTemplateFile(template, await images.find(companyId, template.latest.content.imageIds));
  });
  handle('importTemplate', async ({ body, person }) => {
    const outcome = await importTemplate(deps, body, person);
    if (outcome.kind === 'nameTaken') throw nameTaken(body.name);
    if (outcome.kind === 'imagesMissing')
      throw new DeskError('templateHasProblems', {
        message: `Upload these images first, by their SHA-256: ${outcome.sha256.join(', ')}`,
        field: 'images',
        problems: outcome.sha256.map(() => ({ code: 'imageMissing', field: 'images' })),
      });
    return view(outcome.template);
  });

  async function mustRead(templateId: string): Promise<Template> {
    const template = await readTemplate(deps, templateId);
    if (!template) throw notFound();
    return template;
  }

  async function move(
    templateId: string,
    revision: number,
    change: TemplateAction,
    person: SignedInPerson,
  ): Promise<TemplateView> {
    const outcome = await applyTemplateAction(deps, templateId, { revision, move: change }, person);
    if (outcome.kind !== 'moved') throw refusal(outcome, change);
    return view(outcome.template);
  }

  async function view(template: Template): Promise<TemplateView> {
    const ids = new Set([...template.latest.content.imageIds, ...(template.approved?.imageIds ?? [])]);
    return toTemplateView(template, await images.find(companyId, [...ids]));
  }
}

function refusal(
  outcome: Exclude<TemplateActionOutcome, { kind: 'moved' }>,
  move: TemplateAction,
): DeskError {
  switch (outcome.kind) {
    case 'notFound':
      return notFound();
    case 'changedMeanwhile':
      return new DeskError('templateChanged', {
        message: 'Somebody else has changed the template: read it again',
        field: 'revision',
      });
    case 'notNow':
      return new DeskError('templateNotNow', {
        message: `A template with the status ${outcome.status} does not allow the action ${move.action}`,
      });
    case 'hasProblems':
      return problemsRefusal('templateHasProblems', outcome.problems);
  }
}

function notFound(): DeskError {
  return new DeskError('templateNotFound', { message: 'Template not found' });
}

function nameTaken(name: string): DeskError {
  return new DeskError('templateNameTaken', {
    message: `A template named ${name} already exists`,
    field: 'name',
  });
}
