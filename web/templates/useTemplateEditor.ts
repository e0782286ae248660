/**
 * The state of the template editor: the form, the revision it started from, and the calls that save the template or
 * change its status. Changes of other people appear at once while nothing here is unsaved.
 */
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import type { TemplateContent, TemplateImageView, TemplateView } from '../../shared/schemas/template.ts';
import { useTranslation } from '../i18n/useTranslation.ts';
import { failureCodeOf } from '../ui/apiError.ts';
import { keepFocus } from '../ui/keepFocus.ts';
import { useNotices } from '../ui/notices.ts';
import { useErrorMessages } from '../ui/useErrorMessages.ts';
import { asStored, draftOf, emptyDraft, isSameDraft, type TemplateDraft } from './draft.ts';
import { call, storeTemplate } from './templatesData.ts';

export type LifeMove = 'submit' | 'withdraw' | 'archive' | 'restore';
export type Decision = { decision: 'approve' } | { decision: 'reject'; reason: string };

export function useTemplateEditor(held: TemplateView | null) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const notices = useNotices();
  const messageOf = useErrorMessages();
  const [base, setBase] = useState(held);
  const [draft, setDraft] = useState<TemplateDraft>(() => (held ? draftOf(held) : emptyDraft));
  const [images, setImages] = useState<ReadonlyMap<string, TemplateImageView>>(() => byId(held));
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [isConflict, setIsConflict] = useState(false);

  const isDirty = !isSameDraft(draft, base ? draftOf(base) : emptyDraft);
  const guarded = useRef(false);
  useEffect(() => {
    guarded.current = isDirty;
  }, [isDirty]);

  const adopt = (view: TemplateView) => {
    guarded.current = false;
    setBase(view);
    setDraft(draftOf(view));
    setImages((known) => new Map([...known, ...byId(view)]));
    setIsConflict(false);
    setProblem(null);
  };
  // A newer revision came from the server: show it, unless that would overwrite unsaved changes.
  if (held && base && held.revision > base.revision && !isDirty) {
    setBase(held);
    setDraft(draftOf(held));
    setImages((known) => new Map([...known, ...byId(held)]));
  }

  const run = async (work: () => Promise<void>) => {
    const restoreFocus = keepFocus();
    setIsBusy(true);
    setProblem(null);
    try {
      await work();
    } catch (error) {
      if (failureCodeOf(error) === 'templateChanged') setIsConflict(true);
      else setProblem(messageOf(error));
    } finally {
      setIsBusy(false);
      restoreFocus();
    }
  };
  const keep = (view: TemplateView) => {
    adopt(view);
    storeTemplate(queries, view);
    return view;
  };
  const write = async (upon: TemplateView | null): Promise<TemplateView> => {
    const { name, title } = draft;
    const content = asStored(draft.content);
    if (!upon) return keep(await call('createTemplate', { body: { name: name.trim(), title, content } }));
    const params = { templateId: upon.id };
    return keep(await call('editTemplate', { params, body: { revision: upon.revision, title, content } }));
  };
  const show = async (view: TemplateView) => {
    if (!base) await navigate({ to: '/templates/$templateId', params: { templateId: view.id } });
  };
  const read = (templateId: string) => call('readTemplate', { params: { templateId } });

  return {
    base,
    draft,
    images,
    isDirty,
    guarded,
    isBusy,
    problem,
    isConflict,
    change: (change: Partial<TemplateDraft>) => setDraft((before) => ({ ...before, ...change })),
    changeContent: (change: Partial<TemplateContent>) =>
      setDraft((before) => ({ ...before, content: { ...before.content, ...change } })),
    addImage: (image: TemplateImageView) => setImages((known) => new Map(known).set(image.id, image)),
    save: () =>
      run(async () => {
        const view = await write(base);
        notices.show(t('templates.saved'), 'done');
        await show(view);
      }),
    move: (move: LifeMove) =>
      run(async () => {
        const upon = move === 'submit' && (isDirty || !base) ? await write(base) : base;
        if (!upon) return;
        try {
          const body = { revision: upon.revision, move };
          keep(await call('moveTemplate', { params: { templateId: upon.id }, body }));
          notices.show(t(`templates.moved.${move}`), 'done');
        } finally {
          await show(upon);
        }
      }),
    decide: (decision: Decision) =>
      run(async () => {
        if (!base) return;
        const body = { revision: base.revision, ...decision };
        keep(await call('reviewTemplate', { params: { templateId: base.id }, body }));
        notices.show(t(`templates.moved.${decision.decision}`), 'done');
      }),
    showTheirs: () =>
      run(async () => {
        if (base) keep(await read(base.id));
      }),
    saveOver: () =>
      run(async () => {
        if (base) await write(await read(base.id));
        notices.show(t('templates.saved'), 'done');
      }),
    fail: (error: unknown) => setProblem(messageOf(error)),
  };
}

function byId(view: TemplateView | null): ReadonlyMap<string, TemplateImageView> {
  return new Map((view?.images ?? []).map((image) => [image.id, image]));
}
