import { describe, expect, it } from 'vitest';
import { templateContent } from '../../../shared/schemas/template.ts';
import {
  asStored,
  describedVariable,
  emptyDraft,
  isSameDraft,
  moved,
  undescribedVariables,
  withInserted,
  withNewButton,
} from '../../../web/templates/draft.ts';
import { readTemplateFile } from '../../../web/templates/templateFiles.ts';

const { content: empty } = emptyDraft;

describe('a template being edited', () => {
  it('is counted as the server will store it', () => {
    const written = { ...empty, body: '\r\nЗаказ готов\r\nЖдём \n', adText: '  ' };
    expect(asStored(written)).toEqual(templateContent.parse(written));
    expect(asStored(written)).toMatchObject({ body: 'Заказ готов\nЖдём', adText: null });
  });

  it('is unsaved once a value differs, but not when only the order of keys differs', () => {
    const variable = describedVariable('orderNumber');
    const { name, type, maxLength, example } = variable;
    const one = { ...emptyDraft, content: { ...empty, variables: [variable] } };
    const other = { ...emptyDraft, content: { ...empty, variables: [{ example, maxLength, type, name }] } };
    expect(isSameDraft(one, other)).toBe(true);
    expect(isSameDraft(one, { ...other, title: 'Заказ' })).toBe(false);
    expect(isSameDraft(one, { ...other, content: { ...other.content, isUrgent: true } })).toBe(false);
  });

  it('lists each undeclared variable of texts and links once', () => {
    const variables = [describedVariable('city')];
    const buttons = [{ id: 'b1', kind: 'link' as const, label: 'Где', url: 'https://a.ru/{track}' }];
    const content = { ...empty, body: '{orderNumber} в {city}', adText: '{orderNumber}', variables, buttons };
    expect(undescribedVariables(content)).toEqual(['orderNumber', 'track']);
  });

  it('replaces the selection with a variable and puts the caret behind it', () => {
    expect(withInserted('Заказ X готов', 'orderNumber', 6, 7)).toEqual({
      text: 'Заказ {orderNumber} готов',
      caret: 19,
    });
  });

  it('never gives two buttons one id, even after one between them was removed', () => {
    const three = withNewButton(withNewButton(withNewButton([], 'text'), 'link'), 'text');
    const again = withNewButton(
      three.filter(({ id }) => id !== 'b2'),
      'text',
    );
    expect(again.map(({ id }) => id)).toEqual(['b1', 'b3', 'b2']);
  });

  it('moves an item one place earlier, but never before the first place', () => {
    expect(moved(['a', 'b', 'c'], 2, 1)).toEqual(['a', 'c', 'b']);
    expect(moved(['a', 'b', 'c'], 0, 1)).toEqual(['b', 'a', 'c']);
    expect(moved(['a', 'b', 'c'], 0, -1)).toEqual(['a', 'b', 'c']);
    expect(moved(['a', 'b', 'c'], 2, 3)).toEqual(['a', 'b', 'c']);
  });

  it('is not read from a file that is not a template', () => {
    expect(readTemplateFile('{"format":"other"}')).toBeNull();
    expect(readTemplateFile('not JSON')).toBeNull();
    const { imageIds: _, ...content } = empty;
    const file = {
      format: 'notify-inbox/template@1',
      name: 'orderReady',
      title: 'Заказ',
      content,
      images: [],
    };
    expect(readTemplateFile(JSON.stringify(file))).toEqual(file);
  });
});
