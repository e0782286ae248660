/**
 * N22: what may happen to a template, and what it becomes. Pure, so that a table of cases can test every move; the
 * update that makes it true is one compare-and-set on `revision` elsewhere.
 */
import type { TemplateContent } from '../../shared/schemas/template.ts';
import type { Step, Template } from './template.model.ts';

export type TemplateAction =
  | { action: 'edit'; title: string; content: TemplateContent }
  | { action: 'submit' | 'withdraw' | 'approve' | 'archive' | 'restore' }
  | { action: 'reject'; reason: string };

/** The parts of a template that moves change. */
export type Life = Pick<Template, 'title' | 'status' | 'latest' | 'approved'>;

/** The template after the move, or null when it cannot be made from where the template is. */
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
      // An approval taken back: nothing of the template is sent any more.
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
      // What was approved once is reviewed again: the world has changed since.
      if (status !== 'archived') return null;
      return { ...life, ...drafted(life, latest.content, step) };
  }
}

/** The same version while nobody but its authors has seen it, the next one afterwards. */
function drafted({ latest }: Life, content: TemplateContent, saved: Step): Pick<Life, 'status' | 'latest'> {
  const version = latest.submitted ? latest.version + 1 : latest.version;
  return { status: 'draft', latest: draftVersion(version, content, saved) };
}

/** A version that nobody has submitted yet. */
export function draftVersion(version: number, content: TemplateContent, saved: Step): Life['latest'] {
  return { version, content, status: 'draft', reason: null, saved, submitted: null, decided: null };
}

function withLatest(
  life: Life,
  change: Partial<Life['latest']> & { status: Life['latest']['status'] },
): Life {
  return { ...life, status: change.status, latest: { ...life.latest, ...change } };
}
