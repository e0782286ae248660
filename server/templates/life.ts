/**
 * N22, a template's review: which actions are possible and what they do. Pure, so that a table of cases can test
 * every one. The write is one compare-and-set on `revision` elsewhere.
 */
import type { TemplateContent } from '../../shared/schemas/template.ts';
import type { Step, Template } from './template.model.ts';

export type TemplateAction =
  | { action: 'edit'; title: string; content: TemplateContent }
  | { action: 'submit' | 'withdraw' | 'approve' | 'archive' | 'restore' }
  | { action: 'reject'; reason: string };

/** The fields of a template that actions change. */
export type Life = Pick<Template, 'title' | 'status' | 'latest' | 'approved'>;

/** The template after the action; null when its status does not allow the action. */
export function afterAction(life: Life, action: TemplateAction, step: Step): Life | null {
  const { latest, status } = life;
  switch (action.action) {
    case 'edit':
      if (status === 'archived' || status === 'onReview') return null;
      return { ...life, ...drafted(life, action.content, step), title: action.title };
    case 'submit':
      if (status !== 'draft') return null;
      return withLatest(life, { status: 'onReview', submitted: latest.submitted ?? step });
    case 'withdraw':
      if (status !== 'onReview') return null;
      return withLatest(life, { status: 'draft' });
    case 'approve':
      if (status !== 'onReview') return null;
      return {
        ...withLatest(life, { status: 'approved', decided: step, reason: null }),
        approved: { ...latest.content, version: latest.version },
      };
    case 'reject':
      if (status === 'onReview')
        return withLatest(life, { status: 'rejected', decided: step, reason: action.reason });
      // A withdrawn approval: no version of the template may be sent any more.
      if (status === 'approved')
        return {
          ...withLatest(life, { status: 'rejected', decided: step, reason: action.reason }),
          approved: null,
        };
      return null;
    case 'archive':
      if (status === 'archived') return null;
      return { ...life, status: 'archived', approved: null };
    case 'restore':
      // An archived template is reviewed again after it is restored: its facts may be outdated.
      if (status !== 'archived') return null;
      return { ...life, ...drafted(life, latest.content, step) };
  }
}

/** The same version while only its authors have seen it, otherwise the next one. */
function drafted({ latest }: Life, content: TemplateContent, saved: Step): Pick<Life, 'status' | 'latest'> {
  const version = latest.submitted ? latest.version + 1 : latest.version;
  return { status: 'draft', latest: draftVersion(version, content, saved) };
}

/** A version that was not submitted yet. */
export function draftVersion(version: number, content: TemplateContent, saved: Step): Life['latest'] {
  return { version, content, status: 'draft', reason: null, saved, submitted: null, decided: null };
}

function withLatest(
  life: Life,
  change: Partial<Life['latest']> & { status: Life['latest']['status'] },
): Life {
  return { ...life, status: change.status, latest: { ...life.latest, ...change } };
}
