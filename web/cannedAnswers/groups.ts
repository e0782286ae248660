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

/**
 * One group for each folder of each scope.
 * @param isSorted folders by name, the shared ones first; otherwise in the order of the best found answer.
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
  return all.sort(
    (a, b) =>
      Number(b.isShared) - Number(a.isShared) ||
      Number(a.folder === '') - Number(b.folder === '') ||
      a.folder.localeCompare(b.folder),
  );
}

/** Folders to choose from, by name. */
export function foldersOf(answers: readonly CannedAnswerView[], isShared: boolean): string[] {
  const folders = answers.filter((answer) => answer.isShared === isShared).map(({ folder }) => folder);
  return [...new Set(folders)].filter((folder) => folder !== '').sort((a, b) => a.localeCompare(b));
}
