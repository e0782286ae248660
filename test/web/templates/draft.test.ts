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

describe('a template while it is written', () => {
  it('is counted as the desk will keep it', () => {
    const written = { ...empty, body: '\r\nЗаказ готов\r\nЖдём \n', adText: '  ' };
    expect(asStored(written)).toEqual(templateContent.parse(written));
    expect(asStored(written)).toMatchObject({ body: 'Заказ готов\nЖдём', adText: null });
  });

  it('is unsaved once anything differs, and not because keys stand in another order', () => {
    const variable = describedVariable('orderNumber');
    const { name, type, maxLength, example } = variable;
    const one = { ...emptyDraft, content: { ...empty, variables: [variable] } };
    const other = { ...emptyDraft, content: { ...empty, variables: [{ example, maxLength, type, name }] } };
    expect(isSameDraft(one, other)).toBe(true);
    expect(isSameDraft(one, { ...other, title: 'Заказ' })).toBe(false);
    expect(isSameDraft(one, { ...other, content: { ...other.content, isUrgent: true } })).toBe(false);
  });

  it('asks for each variable of texts and links that nobody described, once', () => {
    const variables = [describedVariable('city')];
    const buttons = [{ id: 'b1', kind: 'link' as const, label: 'Где', url: 'https://a.ru/{track}' }];
    const content = { ...empty, body: '{orderNumber} в {city}', adText: '{orderNumber}', variables, buttons };
    expect(undescribedVariables(content)).toEqual(['orderNumber', 'track']);
  });

  it('puts a variable in place of what is selected, the caret behind it', () => {
    expect(withInserted('Заказ X готов', 'orderNumber', 6, 7)).toEqual({
      text: 'Заказ {orderNumber} готов',
      caret: 19,
    });
  });

  it('never gives a button the id of another, though one between was removed', () => {
    const three = withNewButton(withNewButton(withNewButton([], 'text'), 'link'), 'text');
    const again = withNewButton(
      three.filter(({ id }) => id !== 'b2'),
      'text',
    );
    expect(again.map(({ id }) => id)).toEqual(['b1', 'b3', 'b2']);
  });

  it('moves an item one place earlier and leaves the first', () => {
    expect(moved(['a', 'b', 'c'], 2, 1)).toEqual(['a', 'c', 'b']);
    expect(moved(['a', 'b', 'c'], 0, 1)).toEqual(['b', 'a', 'c']);
    expect(moved(['a', 'b', 'c'], 0, -1)).toEqual(['a', 'b', 'c']);
    expect(moved(['a', 'b', 'c'], 2, 3)).toEqual(['a', 'b', 'c']);
  });

  it('is not read from a file that is no template', () => {
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
