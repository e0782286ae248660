/** What changed between two texts, word by word: the longest common run of words stays. Pure. */

export interface DiffPart {
  kind: 'same' | 'added' | 'removed';
  text: string;
}

export function textDiff(before: string, after: string): DiffPart[] {
  const old = wordsOf(before);
  const now = wordsOf(after);
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head += 1;
  let tail = 0;
  while (
    tail < old.length - head &&
    tail < now.length - head &&
    old[old.length - 1 - tail] === now[now.length - 1 - tail]
  )
    tail += 1;
  return joined([
    ...old.slice(0, head).map((text): DiffPart => ({ kind: 'same', text })),
    ...middle(old.slice(head, old.length - tail), now.slice(head, now.length - tail)),
    ...old.slice(old.length - tail).map((text): DiffPart => ({ kind: 'same', text })),
  ]);
}

/** Words, each with the space behind it: alone, spaces would match anywhere and tear a changed sentence to pieces. */
function wordsOf(text: string): string[] {
  return text.match(/\S+\s*|\s+/g) ?? [];
}

function middle(old: string[], now: string[]): DiffPart[] {
  const width = now.length + 1;
  // How long the common run can be from each pair of places on.
  const common = new Uint16Array((old.length + 1) * width);
  const at = (i: number, j: number) => common[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i -= 1)
    for (let j = now.length - 1; j >= 0; j -= 1)
      common[i * width + j] = old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));

  const parts: DiffPart[] = [];
  let i = 0;
  let j = 0;
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      parts.push({ kind: 'same', text: old[i] as string });
      i += 1;
      j += 1;
    } else if (j >= now.length || (i < old.length && at(i + 1, j) >= at(i, j + 1))) {
      parts.push({ kind: 'removed', text: old[i] as string });
      i += 1;
    } else {
      parts.push({ kind: 'added', text: now[j] as string });
      j += 1;
    }
  }
  return parts;
}

function joined(parts: DiffPart[]): DiffPart[] {
  const together: DiffPart[] = [];
  for (const part of parts) {
    const last = together.at(-1);
    if (last?.kind === part.kind) last.text += part.text;
    else together.push({ ...part });
  }
  return together;
}
