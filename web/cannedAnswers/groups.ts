/** How the page arranges canned answers. Pure. */
import type { CannedAnswerView } from '../../shared/schemas/cannedAnswer.ts';

export const whoseOptions = ['all', 'shared', 'own'] as const;
export type Whose = (typeof whoseOptions)[number];

export interface CannedGroup {
  key: string;
  isShared: boolean;
  folder: string;
  answers: CannedAnswerView[];
}

/** Numbers in names go by their value: 2 before 10. */
export const byName = new Intl.Collator('ru', { numeric: true });

/**
 * One group for each folder of each scope.
 * @param isSorted folders and answers by name, the shared ones first; otherwise in the order of the best found answer.
 */
export function groupsOf(answers: readonly CannedAnswerView[], isSorted: boolean): CannedGroup[] {
  const groups = new Map<string, CannedGroup>();
  for (const answer of answers) {
    const { isShared, folder } = answer;
    const key = `${isShared ? 'shared' : 'own'}:${folder}`;
    const group = groups.get(key) ?? { key, isShared, folder, answers: [] };
    groups.set(key, group);
    group.answers.push(answer);
  }
  const all = [...groups.values()];
  if (!isSorted) return all;
  for (const group of all) group.answers.sort((a, b) => byName.compare(a.name, b.name));
  return all.sort(
    (a, b) =>
      Number(b.isShared) - Number(a.isShared) ||
      Number(a.folder === '') - Number(b.folder === '') ||
      byName.compare(a.folder, b.folder),
  );
}

/** Folders to choose from, by name. */
export function foldersOf(answers: readonly CannedAnswerView[], isShared: boolean): string[] {
  const folders = answers.filter((answer) => answer.isShared === isShared).map(({ folder }) => folder);
  return [...new Set(folders)].filter((folder) => folder !== '').sort(byName.compare);
}
