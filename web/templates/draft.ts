/** A template being edited: the form's content, and the small changes that its buttons make. Pure. */
import type {
  TemplateButton,
  TemplateContent,
  TemplateVariable,
  TemplateView,
} from '../../shared/schemas/template.ts';
import { templateLimits } from '../../shared/templates/limits.ts';
import { variablesIn } from '../../shared/templates/text.ts';

export interface TemplateDraft {
  name: string;
  title: string;
  content: TemplateContent;
}

const USUAL_VARIABLE_CHARS = 50;

export const emptyDraft: TemplateDraft = {
  name: '',
  title: '',
  content: {
    body: '',
    adText: null,
    variables: [],
    imageIds: [],
    buttons: [],
    direction: 'twoWay',
    defaultTtlSeconds: templateLimits.ttlSecondsMax,
    networks: ['vk', 'ok'],
    isUrgent: false,
  },
};

export function draftOf({ name, title, latest }: TemplateView): TemplateDraft {
  const { version: _, ...content } = latest;
  return { name, title, content };
}

/** The content as the server will store it, so that both count the same length. */
export function asStored(content: TemplateContent): TemplateContent {
  const plain = (text: string) => text.replace(/\r\n?/g, '\n').trim();
  const { imageAlts: _, ...rest } = content;
  const alts = altsOf(content);
  return {
    ...rest,
    body: plain(content.body),
    adText: plain(content.adText ?? '') || null,
    ...(alts.length > 0 && { imageAlts: Object.fromEntries(alts) }),
  };
}

/** Descriptions of its images, in their order; images without one are omitted. */
function altsOf({ imageIds, imageAlts = {} }: TemplateContent): [id: string, alt: string][] {
  return imageIds.flatMap((id): [string, string][] => {
    const alt = imageAlts[id]?.trim();
    return alt ? [[id, alt]] : [];
  });
}

export function isSameDraft(one: TemplateDraft, other: TemplateDraft): boolean {
  const comparable = ({ name, title, content }: TemplateDraft) => {
    const { body, adText, variables, imageIds, buttons, direction, defaultTtlSeconds, networks, isUrgent } =
      content;
    return JSON.stringify([
      name,
      title,
      body,
      adText || null,
      variables.map((variable) => [variable.name, variable.type, variable.maxLength, variable.example]),
      imageIds,
      altsOf(content),
      buttons.map((button) => [
        button.id,
        button.kind,
        button.label,
        button.kind === 'link' ? button.url : null,
      ]),
      direction,
      defaultTtlSeconds,
      networks,
      isUrgent,
    ]);
  };
  return comparable(one) === comparable(other);
}

/** Variables that a text or a link uses and that are not declared yet. */
export function undescribedVariables({ body, adText, buttons, variables }: TemplateContent): string[] {
  const links = buttons.map((button) => (button.kind === 'link' ? button.url : ''));
  const known = new Set(variables.map(({ name }) => name));
  return variablesIn([body, adText ?? '', ...links].join('\n')).filter((name) => !known.has(name));
}

export function describedVariable(name: string): TemplateVariable {
  return { name, type: 'text', maxLength: USUAL_VARIABLE_CHARS, example: '' };
}

/** Adds a button with an unused id: replies name the id, so it must not be the position. */
export function withNewButton(buttons: TemplateButton[], kind: TemplateButton['kind']): TemplateButton[] {
  const usedIds = new Set(buttons.map(({ id }) => id));
  let number = 1;
  while (usedIds.has(`b${number}`)) number += 1;
  const id = `b${number}`;
  return [...buttons, kind === 'text' ? { id, kind, label: '' } : { id, kind, label: '', url: 'https://' }];
}

export function replacedAt<T>(list: readonly T[], index: number, value: T): T[] {
  return list.map((one, at) => (at === index ? value : one));
}

export function withoutAt<T>(list: readonly T[], index: number): T[] {
  return list.filter((_, at) => at !== index);
}

/** Moves an item to another place; beyond an end of the list it stays where it is. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const one = list[from];
  if (one === undefined || to < 0 || to >= list.length) return [...list];
  const rest = withoutAt(list, from);
  return [...rest.slice(0, to), one, ...rest.slice(to)];
}

/** Replaces the selection with `{name}`; also returns the caret's new position. */
export function withInserted(
  text: string,
  name: string,
  from: number,
  to: number,
): { text: string; caret: number } {
  const inserted = `{${name}}`;
  return { text: text.slice(0, from) + inserted + text.slice(to), caret: from + inserted.length };
}
