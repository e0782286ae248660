import { describe, expect, it } from 'vitest';
import { problemMessages } from '../../shared/templates/messages.ts';
import { templateProblems } from '../../shared/templates/problems.ts';
import { contentWith } from '../shared/templates/samples.ts';

const images = (count: number) => Array.from({ length: count }, (_, index) => `${index}`.padStart(24, '0'));

describe('N9 a template has at most 5 images', () => {
  it('accepts 5', () => {
    expect(templateProblems(contentWith({ imageIds: images(5) }))).toEqual([]);
  });

  it('refuses 6, with both numbers', () => {
    const [problem, ...others] = templateProblems(contentWith({ imageIds: images(6) }));
    expect(problem).toEqual({ code: 'tooManyImages', field: 'imageIds', limit: 5, actual: 6 });
    expect(others).toEqual([]);
    expect(problem && problemMessages(problem, 'ru')).toBe('Изображений: 6, можно не больше 5');
  });

  it('names an image that does not exist', () => {
    const [known, unknown] = images(2);
    expect(templateProblems(contentWith({ imageIds: images(2) }), (imageId) => imageId === known)).toEqual([
      { code: 'imageMissing', field: 'imageIds.1' },
    ]);
    expect(unknown).toBeDefined();
  });
});
